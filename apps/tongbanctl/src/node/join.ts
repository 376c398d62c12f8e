import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { localDate } from '@tongban/domain/calendar';
import { checkChange, type DivisionTree } from '@tongban/domain/division';
import {
  eventOfJoin,
  nextJoinStep,
  nodeStateOf,
  nodeStep,
  type JoinFacts,
  type JoinStep,
} from '@tongban/federation/core';
import { findApproval, saveApproval, signApproval, type Approval } from '@tongban/federation/nest';
import { parseKeystore, publicPart, type NodeKey } from '@tongban/journal';
import { parentOf, type NodeCode } from '@tongban/kernel';
import { SetupError } from '../city/environment.js';
import { enterInDirectory, keystoreOf, provideFirstKey } from '../city/keys.js';
import { provideHostConsumers } from '../city/streams.js';
import type { JoinCommand } from './arguments.js';
import { cityFilesIn, directoryOf, divisionsOf, list, orThrow, withCityLock, type CityFiles } from './city-files.js';
import { OwnerDatabase } from './database.js';
import { readSettings, setting } from './env-file.js';
import { placeOf, provideHubUser } from './hub-user.js';
import { findUnready, scopeFor } from './opening.js';
import { prepareHost, type HostFile } from './prepare-host.js';

type Environment = Readonly<Record<string, string | undefined>>;

const openPollMs = 1_000;
/** A host starts again, takes the catalogue, and tells its parent, who writes it down every ten seconds. */
const maxOpenPolls = 150;
/** Each step is done once; more looks mean that a step did not do its work. */
const maxSteps = 10;

interface Joining {
  readonly command: JoinCommand;
  readonly parent: NodeCode;
  readonly files: CityFiles;
  readonly host: HostFile;
  readonly parentFile: HostFile;
  readonly parentDatabase: OwnerDatabase;
  readonly env: Environment;
  readonly root: string;
  readonly say: (line: string) => void;
}

/**
 * Makes a division that is new in the tree a node that works. What is done is read off the keystore, the parent's
 * database and the city's files, so a join that was killed goes on when it is run again.
 */
export async function joinNode(
  command: JoinCommand,
  env: Environment,
  root: string,
  say: (line: string) => void,
): Promise<number> {
  const { node } = command;
  const parent = parentOf(node)!;
  const files = cityFilesIn(command.city);
  const host = { settings: readSettings(command.host), file: command.host };
  const parentFile = { settings: readSettings(command.parent), file: command.parent };
  const hasOwnMachine = scopeFor(node, host) === 'own';
  if (!holdsKeyOf(parentFile, parent)) throw new SetupError(`${command.parent} 的密钥库中没有上级 ${parent} 的密钥`);
  return withCityLock(files, async () => {
    requireJoinable(command, parent, divisionsOf(files));
    const parentDatabase = await OwnerDatabase.open(databaseOf(parentFile));
    try {
      return await goOn({ command, parent, files, host, parentFile, parentDatabase, env, root, say }, !hasOwnMachine);
    } finally {
      await parentDatabase.close();
    }
  });
}

const keystoreFile = ({ settings, file }: HostFile): string => setting(settings, 'TONGBAN_KEYSTORE', file);
const databaseOf = ({ settings, file }: HostFile): string => setting(settings, 'TONGBAN_DATABASE_OWNER_URL', file);

const findKey = (host: HostFile, node: NodeCode): NodeKey | undefined => {
  const held = keystoreOf(keystoreFile(host)).secrets.find((secret) => secret.node === node);
  return held === undefined ? undefined : publicPart(held);
};
const holdsKeyOf = (host: HostFile, node: NodeCode): boolean => findKey(host, node) !== undefined;

/** Refused before anything begins; a join under way is listed only at its end, and once listed it is not asked again. */
function requireJoinable({ node, called, on, replaces }: JoinCommand, parent: NodeCode, divisions: DivisionTree): void {
  if (divisions.joinOf(node) !== undefined) return;
  const today = localDate(Date.now());
  const change = { kind: 'joined' as const, node, name: called, on: on ?? today, approval: { by: parent } };
  orThrow(checkChange(divisions, { ...change, ...(replaces === undefined ? {} : { replaces }) }, today));
}

async function factsOf(joining: Joining, equipped: boolean): Promise<JoinFacts & { readonly unready?: string }> {
  const { command, parent, files, host, parentDatabase } = joining;
  const { node } = command;
  const key = findKey(host, node);
  const approval = await findApproval(parentDatabase.sql, parent, node);
  const listed = divisionsOf(files).joinOf(node) !== undefined;
  const unready = listed && equipped ? await findUnready(node, parent, host, parentDatabase.sql) : undefined;
  return {
    ...{ equipped, listed },
    keyed: key !== undefined,
    approved: key !== undefined && approval?.joining.key.signing === key.signing,
    entered: key !== undefined && directoryOf(files).find(key.keyId)?.signing === key.signing,
    open: listed && equipped && unready === undefined,
    ...(unready === undefined ? {} : { unready }),
  };
}

/** The rule of a node's life: who has ended does not come back under its code. */
function requireLife({ command, files }: Joining, facts: JoinFacts, step: JoinStep): void {
  const event = eventOfJoin[step];
  const closed = directoryOf(files).findClosed(command.node) !== undefined;
  const state = nodeStateOf({ ...facts, departing: false, ending: false, closed });
  if (event !== undefined) orThrow(nodeStep(state, event));
}

async function goOn(joining: Joining, equippedBefore: boolean): Promise<number> {
  const { command, files, host, say } = joining;
  const { node } = command;
  let equipped = equippedBefore;
  for (let count = 0; count < maxSteps; count++) {
    const facts = await factsOf(joining, equipped);
    const step = nextJoinStep(facts);
    requireLife(joining, facts, step);
    switch (step) {
      case 'key':
        say(`${node}：密钥已在承载服务处生成，${provideFirstKey(keystoreFile(host), node).keyId}`);
        break;
      case 'approve':
        say(await approve(joining));
        break;
      case 'equip':
        await equip(joining);
        equipped = true;
        say(`${node}：服务身份、数据库和消费者已就绪`);
        break;
      case 'enter':
        enterInDirectory(files, files.city, findKey(host, node)!, Date.now());
        say(`${node}：公钥已列入全市公钥目录`);
        break;
      case 'list':
        await enterList(joining);
        say(`${node}：已列入全市区划名单，各服务数秒内获知`);
        break;
      case 'open':
        if (!(await opened(joining, equipped))) return 1;
        break;
      case 'done':
        say(`${node}：已加入，可以受理`);
        return 0;
    }
  }
  throw new Error(`the join of ${node} does not get on`);
}

/** The parent signs for the key that is there now; what it has signed before is not asked for again. */
async function approve({ command, parent, host, parentFile, parentDatabase }: Joining): Promise<string> {
  const { node, called, basis, approver, replaces } = command;
  const at = Date.now();
  const { keyId, signing, sealing } = findKey(host, node)!;
  const joining = {
    ...{ kind: 'joined' as const, node, name: called, on: command.on ?? localDate(at), basis },
    ...{ key: { keyId, signing, sealing }, approval: { by: parent, at } },
    ...(replaces === undefined ? {} : { replaces }),
  };
  const keystore = parseKeystore(readFileSync(keystoreFile(parentFile), 'utf8'));
  const signed: Approval = { joining: { ...joining, approval: signApproval(keystore, joining) }, approver };
  const kept = await parentDatabase.run((sql) => saveApproval(sql, signed));
  if (kept.joining.key.signing !== signing)
    throw new SetupError(`上级 ${parent} 同意的是 ${node} 的另一把密钥：请在生成该密钥的服务处继续`);
  return `${node}：上级 ${parent} 已同意并签名，经办账号 ${kept.approver}`;
}

/** A machine of its own: who it is for the others, its tables, its consumers. */
async function equip({ command, host, env, root }: Joining): Promise<void> {
  const { node } = command;
  const { settings: to, file: toFile } = host;
  const administrator = await provideHubUser(node, { to, toFile }, env, Date.now());
  await prepareHost(node, host, env, root);
  await provideHostConsumers(setting(to, 'TONGBAN_NATS_URL', toFile), placeOf(node, to, toFile), administrator);
}

async function enterList({ command, parent, files, parentDatabase }: Joining): Promise<void> {
  const approval = await findApproval(parentDatabase.sql, parent, command.node);
  if (approval === undefined) throw new Error(`the approval of ${command.node} is gone`);
  list(files, { ...approval.joining, at: Date.now() });
}

async function opened(joining: Joining, equipped: boolean): Promise<boolean> {
  const { command, host, say } = joining;
  let told = '';
  for (let poll = 0; ; poll++) {
    const { unready } = await factsOf(joining, equipped);
    if (unready === undefined) return true;
    if (poll === maxOpenPolls) {
      say(`${command.node}：请确认公钥目录和区划名单已交到各台机器、${host.file} 的服务正在运行，再执行本命令`);
      return false;
    }
    if (unready !== told) say(`${command.node}：等待，${unready}`);
    told = unready;
    await sleep(openPollMs);
  }
}
