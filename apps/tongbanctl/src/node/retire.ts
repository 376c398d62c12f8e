import { setTimeout as sleep } from 'node:timers/promises';
import { localDate } from '@tongban/domain/calendar';
import { completeState, powersToUse, type CaseState } from '@tongban/domain/casework';
import { checkChange, type DivisionTree } from '@tongban/domain/division';
import { nodeStateOf, nodeStep, type NodeEvent } from '@tongban/federation/core';
import {
  beginRetirement,
  closeRetirement,
  findDeparture,
  findRetirement,
  readRemaining,
  type Retirement,
} from '@tongban/federation/nest';
import type { Sql } from '@tongban/journal';
import type { NodeCode } from '@tongban/kernel';
import { SetupError } from '../city/environment.js';
import { closeInDirectory } from '../city/keys.js';
import type { RetireCommand } from './arguments.js';
import { cityFilesIn, directoryOf, divisionsOf, list, orThrow, withCityLock, type CityFiles } from './city-files.js';
import { OwnerDatabase } from './database.js';
import { readSettings, setting } from './env-file.js';
import { linesOf, readLeft, toConclude } from './leavings.js';

const pollMs = 1_000;
/** A round of the host every ten seconds hands on two hundred cases; what takes longer is for another run. */
const maxPolls = 90;
const casesLooked = 20_000;

export interface Unfinished {
  /** Open cases that the node owns. */
  readonly open: number;
  /** Open cases of others whose route still comes to it. */
  readonly expected: number;
  /** Other records of it that its people have to conclude. */
  readonly others: number;
  readonly offers: number;
  readonly messages: number;
}

export async function readUnfinished(sql: Sql, node: NodeCode, endsOn: string): Promise<Unfinished> {
  const rows = await sql.query<{ owner: string; state: CaseState }>(
    `select owner, state from case_view where node = $1 and status <> 'closed' limit $2`,
    [node, casesLooked],
  );
  const others = rows.filter(({ owner }) => owner !== node);
  const expected = others.filter(({ state }) => powersToUse(completeState(state), node).length > 0).length;
  const left = toConclude(await readLeft(sql, node, endsOn));
  return { open: rows.length - others.length, expected, others: left, ...(await readRemaining(sql, node)) };
}

const isDone = ({ open, expected, others, offers, messages }: Unfinished): boolean =>
  open + expected + others + offers + messages === 0;

/** The node's host, whose database is open. */
async function withHost<T>(file: string, work: (database: OwnerDatabase) => Promise<T>): Promise<T> {
  const database = await OwnerDatabase.open(setting(readSettings(file), 'TONGBAN_DATABASE_OWNER_URL', file));
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}

async function requireLife(sql: Sql, files: CityFiles, node: NodeCode, event: NodeEvent): Promise<void> {
  const directory = directoryOf(files);
  const retirement = await findRetirement(sql, node);
  const known = directory.findNewest(node) !== undefined;
  const state = nodeStateOf({
    ...{ approved: known, entered: known, listed: divisionsOf(files).find(node) !== undefined },
    departing: (await findDeparture(sql, node)) !== undefined,
    ending: retirement !== undefined,
    closed: directory.findClosed(node) !== undefined,
  });
  // Closed already, and only what follows the directory is missing: the command goes on to its end.
  if (state !== 'retired') orThrow(nodeStep(state, event));
}

/**
 * Refused before anything begins, with everything that has to be concluded first; what has begun is not asked again.
 * @returns what the operator should know besides
 */
export async function requireRetirable(command: RetireCommand, divisions: DivisionTree): Promise<string[]> {
  const { node, successor, endsOn } = command;
  return withHost(command.host, async ({ sql }) => {
    await requireLife(sql, cityFilesIn(command.city), node, 'end');
    if ((await findRetirement(sql, node)) !== undefined) return [];
    orThrow(checkChange(divisions, { kind: 'ended', node, successor, on: endsOn }, localDate(Date.now())));
    const left = await readLeft(sql, node, endsOn);
    const first = linesOf(node, left, 'concludeFirst');
    if (first.length > 0) throw new SetupError(`${node} 尚有须先办结的事项，未开始撤并：\n${first.join('\n')}`);
    return linesOf(node, left, 'stays');
  });
}

/** Begins the end of a node, waits until nothing of it is on its way, and closes it. To be run again until that is so. */
export async function retireNode(command: RetireCommand, say: (line: string) => void): Promise<number> {
  const { node, successor, endsOn, basis } = command;
  const files = cityFilesIn(command.city);
  for (const line of await requireRetirable(command, divisionsOf(files))) say(line);
  return withHost(command.host, async (database) => {
    const begun = orThrow(await database.run((sql) => beginRetirement(sql, { node, successor, endsOn, basis })));
    say(`${node}：自 ${begun.endsOn} 起撤并，不再受理新件，由 ${successor} 承接`);
    const left = await finished(database.sql, node, begun.endsOn);
    if (!isDone(left)) {
      say(
        `${node}：尚有在办 ${left.open} 件、外单位在办须由本节点办理 ${left.expected} 件、其他待办结 ${left.others} 件、` +
          `移交途中 ${left.offers} 件、链路待确认 ${left.messages} 条，办结后重新执行`,
      );
      return 1;
    }
    await close(files, begun);
    await closeRetirement(database.sql, node);
    say(`${node}：已办结并在公钥目录中注销`);
    return 0;
  });
}

/** In the directory and in the list of divisions; each once. */
const close = (files: CityFiles, { node, successor, endsOn, basis }: Retirement): Promise<void> =>
  withCityLock(files, () => {
    closeInDirectory(files, files.city, { node, successor, endsOn, basis }, Date.now());
    if (divisionsOf(files).endOf(node) === undefined)
      list(files, { kind: 'ended', node, successor, on: endsOn, basis, at: Date.now() });
  });

async function finished(sql: Sql, node: NodeCode, endsOn: string): Promise<Unfinished> {
  let left = await readUnfinished(sql, node, endsOn);
  // What others still work on does not pass by waiting here.
  for (let poll = 0; poll < maxPolls && !isDone(left) && left.expected + left.others === 0; poll++) {
    await sleep(pollMs);
    left = await readUnfinished(sql, node, endsOn);
  }
  return left;
}
