import { setTimeout as sleep } from 'node:timers/promises';
import { nextMoveStep, type MoveFacts } from '@tongban/federation/core';
import {
  awaitWriters,
  bringNode,
  clearNode,
  fenceNode,
  findArrival,
  findDeparture,
  raiseFences,
  readIncarnation,
} from '@tongban/federation/nest';
import type { NodeCode, Result } from '@tongban/kernel';
import { SetupError } from '../city/environment.js';
import type { MoveCommand } from './arguments.js';
import { findMissing } from './compare.js';
import { OwnerDatabase } from './database.js';
import { readSettings, setting, type Settings } from './env-file.js';
import { provideHubUser } from './hub-user.js';
import type { Move } from './moving.js';
import { prepareHost } from './prepare-host.js';
import { equip, hasKeys, surrenderKeys } from './equip.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** The old host notices within seconds, ends in order and is started again by whoever keeps it. */
const releasePollMs = 500;
const maxReleasePolls = 240;
/** Each step is done once; more looks mean that a step did not do its work. */
const maxSteps = 10;

/**
 * Moves a node from a shared host to one of its own. What is done is read off both databases and the new keystore, so a
 * move that was killed goes on when it is run again.
 */
export async function moveNode(
  command: MoveCommand,
  env: Environment,
  root: string,
  say: (line: string) => void,
): Promise<number> {
  const { node, from: fromFile, to: toFile } = command;
  const [from, to] = [readSettings(fromFile), readSettings(toFile)];
  checkSettings(node, from, to, { fromFile, toFile });
  const owner = 'TONGBAN_DATABASE_OWNER_URL';
  const administrator = await provideHubUser(node, { to, toFile }, env, Date.now());
  await prepareHost(node, { settings: to, file: toFile }, env, root);
  const old = await OwnerDatabase.open(setting(from, owner, fromFile));
  try {
    const made = await OwnerDatabase.open(setting(to, owner, toFile));
    try {
      return await goOn({ node, from, to, fromFile, toFile, old, made, administrator, say });
    } finally {
      await made.close();
    }
  } finally {
    await old.close();
  }
}

function checkSettings(
  node: NodeCode,
  from: Settings,
  to: Settings,
  { fromFile, toFile }: { readonly fromFile: string; readonly toFile: string },
): void {
  for (const name of [
    'TONGBAN_DATABASE_OWNER_URL',
    'TONGBAN_KEYSTORE',
    'TONGBAN_BLOB_DIR',
    'TONGBAN_INBOX_CONSUMER',
    'TONGBAN_NATS_CREDENTIALS',
    'TONGBAN_TLS_IDENTITY',
  ]) {
    if (setting(from, name, fromFile) === setting(to, name, toFile))
      throw new SetupError(`两边服务的 ${name} 相同：迁移须有自己的数据库、密钥、附件目录和消费者`);
  }
  if (setting(from, 'TONGBAN_CITY', fromFile) !== setting(to, 'TONGBAN_CITY', toFile))
    throw new SetupError('两边服务不属于同一座城市');
  if (setting(to, 'TONGBAN_NODES', toFile) !== node) throw new SetupError(`${toFile} 中 TONGBAN_NODES 应为 ${node}`);
}

async function factsOf(move: Move): Promise<MoveFacts> {
  const departure = await findDeparture(move.old.sql, move.node);
  const arrival = await findArrival(move.made.sql, move.node);
  return {
    fenced: departure !== undefined,
    arrived: arrival !== undefined,
    equipped: arrival !== undefined && hasKeys(move),
    released: departure?.released ?? false,
    cleared: departure?.cleared ?? false,
  };
}

async function goOn(move: Move): Promise<number> {
  const { node, say, toFile } = move;
  for (let count = 0; count < maxSteps; count++) {
    const step = nextMoveStep(await factsOf(move));
    switch (step) {
      case 'fence':
        say(`${node}：在原数据库中冻结`);
        orThrow(await fence(move));
        break;
      case 'copy':
        say(`${node}：${await copy(move)} 行已复制到新数据库`);
        break;
      case 'equip':
        await equip(move);
        say(`${node}：附件、消费者和密钥已就绪`);
        break;
      case 'release':
        if (!(await released(move))) {
          say(`${node}：原服务尚未让出该节点，请重新启动原服务，再执行本命令`);
          return 1;
        }
        break;
      case 'clear':
        await clear(move);
        say(`${node}：原数据库中的数据已核对并清除`);
        break;
      case 'done':
        surrenderKeys(move);
        say(`${node}：迁移完成，现在以 ${toFile} 启动新服务`);
        return 0;
    }
  }
  throw new Error(`the move of ${node} does not get on`);
}

/** The new database's name is that of the first try: a second destination is refused. */
async function fence({ old, made, node }: Move): Promise<Result<void>> {
  const { id } = await readIncarnation(made.sql);
  await raiseFences((body) => old.run(body));
  return old.run((tx) => fenceNode(tx, node, id));
}

const copy = async ({ old, made, node }: Move): Promise<number> => {
  const departure = await findDeparture(old.sql, node);
  const { id } = await readIncarnation(made.sql);
  if (departure?.destination !== id)
    throw new SetupError(`${node} 已冻结，正迁往另一个数据库（${departure?.destination ?? ''}），不能再迁往这里`);
  orThrow(await awaitWriters(old.sql));
  const brought = await old.run((from) => made.run((to) => bringNode(from, to, node)), 'repeatable read');
  orThrow(brought);
  return brought.ok ? brought.value.rows : 0;
};

async function released({ old, node }: Move): Promise<boolean> {
  for (let poll = 0; poll < maxReleasePolls; poll++) {
    if ((await findDeparture(old.sql, node))?.released === true) return true;
    await sleep(releasePollMs);
  }
  return false;
}

async function clear({ old, made, node }: Move): Promise<void> {
  const missing = await findMissing(old.sql, made.sql, node);
  if (missing !== undefined) throw new Error(`the new database lacks ${missing} of ${node}: nothing was cleared`);
  await old.run((tx) => clearNode(tx, node));
}

function orThrow(result: Result<unknown>): void {
  if (!result.ok) throw new SetupError(`${result.refusal.code}：${result.refusal.detail}`);
}
