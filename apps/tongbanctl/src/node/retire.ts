import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { completeState, powersToUse, type CaseState } from '@tongban/domain/casework';
import { parseDivisions } from '@tongban/domain/division';
import { beginRetirement, closeRetirement, readRemaining } from '@tongban/federation/nest';
import type { Sql } from '@tongban/journal';
import type { NodeCode } from '@tongban/kernel';
import { SetupError } from '../city/environment.js';
import { closeInDirectory } from '../city/keys.js';
import type { RetireCommand } from './arguments.js';
import { OwnerDatabase } from './database.js';
import { readSettings, setting } from './env-file.js';

const pollMs = 1_000;
/** A round of the host every ten seconds hands on two hundred cases; what takes longer is for another run. */
const maxPolls = 90;
const casesLooked = 20_000;

export interface Unfinished {
  /** Open cases that the node owns. */
  readonly open: number;
  /** Open cases of others whose route still comes to it. */
  readonly expected: number;
  readonly offers: number;
  readonly messages: number;
}

export async function readUnfinished(sql: Sql, node: NodeCode): Promise<Unfinished> {
  const rows = await sql.query<{ owner: string; state: CaseState }>(
    `select owner, state from case_view where node = $1 and status <> 'closed' limit $2`,
    [node, casesLooked],
  );
  const others = rows.filter(({ owner }) => owner !== node);
  const expected = others.filter(({ state }) => powersToUse(completeState(state), node).length > 0).length;
  return { open: rows.length - others.length, expected, ...(await readRemaining(sql, node)) };
}

const isDone = ({ open, expected, offers, messages }: Unfinished): boolean => open + expected + offers + messages === 0;

function checkPlaces({ node, successor, host }: RetireCommand, divisionsFile: string): void {
  const divisions = parseDivisions(JSON.parse(readFileSync(divisionsFile, 'utf8')));
  for (const code of [node, successor])
    if (divisions.find(code) === undefined) throw new SetupError(`${host} 的区划数据中没有 ${code}`);
  if (divisions.children(node).length > 0) throw new SetupError(`${node} 之下还有区划，请先撤并下级`);
}

/** Begins the end of a node, waits until nothing of it is on its way, and closes it. To be run again until that is so. */
export async function retireNode(command: RetireCommand, say: (line: string) => void): Promise<number> {
  const { node, successor, endsOn, basis } = command;
  const [host, city] = [readSettings(command.host), readSettings(command.city)];
  checkPlaces(command, setting(host, 'TONGBAN_DIVISIONS', command.host));
  const database = await OwnerDatabase.open(setting(host, 'TONGBAN_DATABASE_OWNER_URL', command.host));
  try {
    const begun = await database.run((sql) => beginRetirement(sql, { node, successor, endsOn, basis }));
    if (!begun.ok) throw new SetupError(`${begun.refusal.code}：${begun.refusal.detail}`);
    say(`${node}：自 ${begun.value.endsOn} 起撤并，不再受理新件，由 ${successor} 承接`);
    const left = await finished(database.sql, node);
    if (!isDone(left)) {
      say(
        `${node}：尚有在办 ${left.open} 件、外单位在办须由本节点办理 ${left.expected} 件、移交途中 ${left.offers} 件、` +
          `链路待确认 ${left.messages} 条，办结后重新执行`,
      );
      return 1;
    }
    const files = {
      keystore: setting(city, 'TONGBAN_KEYSTORE', command.city),
      directory: setting(city, 'TONGBAN_KEY_DIRECTORY', command.city),
    };
    const ended = { node, successor, endsOn: begun.value.endsOn, basis: begun.value.basis };
    closeInDirectory(files, divisionCity(city, command.city), ended, Date.now());
    await closeRetirement(database.sql, node);
    say(`${node}：已办结并在公钥目录中注销`);
    return 0;
  } finally {
    await database.close();
  }
}

const divisionCity = (settings: Readonly<Record<string, string>>, file: string): NodeCode =>
  setting(settings, 'TONGBAN_CITY', file) as NodeCode;

async function finished(sql: Sql, node: NodeCode): Promise<Unfinished> {
  let left = await readUnfinished(sql, node);
  // What others still work on does not pass by waiting here.
  for (let poll = 0; poll < maxPolls && !isDone(left) && left.expected === 0; poll++) {
    await sleep(pollMs);
    left = await readUnfinished(sql, node);
  }
  return left;
}
