import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { verifyExport } from '@tongban/feature/audit';
import { z } from 'zod';
import { send } from '../demo/http.js';
import { readVariable } from '../federation/remote.js';
import { cityFilesIn, withCityLock, withCityLockBeforeStart } from '../node/city-files.js';
import { readDirectory } from '../verify.js';
import type { PrivacyCommand } from './arguments.js';
import { initEscrow, openEscrow, type SealedPart } from './escrow.js';

type Environment = Readonly<Record<string, string | undefined>>;

const releasedSchema = z.object({
  parts: z.array(z.object({ seq: z.int(), type: z.string(), sealed: z.string() })),
});

const stepSchema = z.object({ key: z.int(), resealed: z.int(), next: z.string().nullable() });
/** Where the launcher keeps the environment of the city's host, seen from the key directory. */
const settingsBeside = ['secrets', 'city.env'];
/** Of 200 lines each. */
const maxRotationSteps = 100_000;
const requestTimeoutMs = 120_000;

/** One command; the exit status. */
export async function runPrivacy(
  command: PrivacyCommand,
  env: Environment,
  now: number,
  say: (line: string) => void,
): Promise<number> {
  switch (command.name) {
    case 'audit-verify':
      return verifyAudit(command, say);
    case 'escrow-init':
      return initAlone(command, () => initEscrow(command, now, say));
    case 'escrow-open':
      return openEscrow(command, () => release(command, env), say);
    case 'keys-rotate':
      return rotateKeys(command, env, say);
  }
}

/** Not beside a rotation, a join or a merge, which write the same directory. */
function initAlone(
  { directory, settings }: Extract<PrivacyCommand, { readonly name: 'escrow-init' }>,
  init: () => number,
): Promise<number> {
  // Beside the directory lie the settings of a city that this machine runs.
  const file = settings ?? join(dirname(directory), ...settingsBeside);
  return settings === undefined ? withCityLockBeforeStart(file, init) : withCityLock(cityFilesIn(file), init);
}

/** Checks an exported audit log with nothing but the file and the published keys. Status 0 when it holds. */
async function verifyAudit(
  { file, keys, json }: Extract<PrivacyCommand, { readonly name: 'audit-verify' }>,
  say: (line: string) => void,
): Promise<number> {
  const verdict = verifyExport(await readFile(file, 'utf8'), await readDirectory(keys));
  if (json) say(JSON.stringify(verdict));
  else if (verdict.ok)
    say(`✓ ${verdict.node} 的审计日志第 ${verdict.first} 至 ${verdict.last} 条可信：哈希链连续，签名有效`);
  else say(`✗ 审计日志不可信：${verdict.fault}`);
  return verdict.ok ? 0 : 1;
}

async function release(
  { node, record, reason }: Extract<PrivacyCommand, { readonly name: 'escrow-open' }>,
  env: Environment,
): Promise<readonly SealedPart[]> {
  const body = await post(env, `/v1/nodes/${node}/cases/${record}/escrow-openings`, randomUUID(), { reason });
  return releasedSchema.parse(body).parts;
}

/** Asks for one bounded step after the other, under one key, until nothing is left. */
async function rotateKeys(
  { node }: Extract<PrivacyCommand, { readonly name: 'keys-rotate' }>,
  env: Environment,
  say: (line: string) => void,
): Promise<number> {
  const command = randomUUID();
  let resealed = 0;
  let cursor: string | null = null;
  for (let step = 0; step < maxRotationSteps; step++) {
    const query: string = cursor === null ? '' : `?cursor=${cursor}`;
    const done = stepSchema.parse(await post(env, `/v1/nodes/${node}/key-rotations${query}`, command, {}));
    resealed += done.resealed;
    cursor = done.next;
    if (cursor !== null) continue;
    say(`${node} 改用第 ${done.key} 把数据密钥，重新加密 ${resealed} 条查阅事由`);
    return 0;
  }
  say(`${node} 已重新加密 ${resealed} 条，尚未结束，请再次执行`);
  return 1;
}

async function post(env: Environment, path: string, key: string, content: object): Promise<unknown> {
  const url = readVariable(env, 'TONGBAN_URL', '节点所在服务的地址，如 http://127.0.0.1:18102').replace(/\/+$/, '');
  const { body } = await send(
    {
      ...{ method: 'POST', url: `${url}${path}`, body: JSON.stringify(content) },
      bearer: readVariable(env, 'TONGBAN_TOKEN', '安全管理员的访问令牌'),
      headers: { 'content-type': 'application/json', 'idempotency-key': key },
    },
    AbortSignal.timeout(requestTimeoutMs),
  );
  return body;
}
