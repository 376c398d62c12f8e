import type { Sql } from '@tongban/journal';
import { pathBetween, ancestorAt, tierOf, type NodeCode } from '@tongban/kernel';
import { SetupError } from '../city/environment.js';
import { keystoreOf } from '../city/keys.js';
import { OwnerDatabase } from './database.js';
import { setting } from './env-file.js';
import type { HostFile } from './prepare-host.js';

const askTimeoutMs = 2_000;

/**
 * Whether the host is a machine for the node alone, or a shared one whose prefixes cover it.
 * @throws SetupError when it is neither
 */
export function scopeFor(node: NodeCode, { settings, file }: HostFile): 'own' | 'shared' {
  const nodes = setting(settings, 'TONGBAN_NODES', file);
  if (nodes === node) return 'own';
  const covers = nodes
    .split(',')
    .map((pattern) => pattern.trim())
    .some((pattern) => pattern.endsWith('*') && node.startsWith(pattern.slice(0, -1)));
  if (!covers)
    throw new SetupError(`${file} 的 TONGBAN_NODES（${nodes}）应为 ${node}，或以前缀（如 ${node.slice(0, 9)}*）涵盖它`);
  const served = keystoreOf(setting(settings, 'TONGBAN_KEYSTORE', file)).secrets;
  if (served.some((secret) => tierOf(secret.node) !== tierOf(node)))
    throw new SetupError(`${file} 的服务承载的不是 ${node} 这一级的节点`);
  return 'shared';
}

/** What is still missing until the node works, in words; undefined when nothing is. */
export async function findUnready(
  node: NodeCode,
  parent: NodeCode,
  host: HostFile,
  parentSql: Sql,
): Promise<string | undefined> {
  if (!(await answers(node, host))) return `${host.file} 的服务尚未承载该节点（自己的机器：现在启动）`;
  const missing = await countMissing(node, host, parentSql);
  if (missing > 0) return `事项目录尚缺 ${missing} 条`;
  // Its parent has taken a report under the node's key: both ends of the link are there and know each other.
  const heard = await parentSql.query('select from catalogue_standing where node = $1 and child = $2', [parent, node]);
  return heard.length > 0 ? undefined : `上级 ${parent} 尚未收到该节点的消息`;
}

/** A public page of the node, asked as a resident would. */
async function answers(node: NodeCode, { settings, file }: HostFile): Promise<boolean> {
  const listens = setting(settings, 'TONGBAN_HTTP_LISTEN', file).replace(/^(0\.0\.0\.0|\[?::\]?):/, '127.0.0.1:');
  try {
    const answer = await fetch(`http://${listens}/v1/nodes/${node}/items?limit=1`, {
      signal: AbortSignal.timeout(askTimeoutMs),
    });
    await answer.body?.cancel();
    return answer.status === 200;
  } catch {
    return false;
  }
}

interface Held {
  readonly publisher: string;
  readonly kind: string;
  readonly key: string;
  readonly version: number;
}

/** Records of the publishers above it that its parent holds and its host does not, or in an older version. */
async function countMissing(node: NodeCode, { settings, file }: HostFile, parentSql: Sql): Promise<number> {
  const above = pathBetween(node, ancestorAt(node, 'province')!);
  const held = await parentSql.query<Held>(
    'select publisher, kind, key, version from catalogue_record where publisher = any($1)',
    [above],
  );
  const own = await OwnerDatabase.open(setting(settings, 'TONGBAN_DATABASE_OWNER_URL', file));
  try {
    const [row] = await own.sql.query<{ missing: number }>(
      `select count(*)::int as missing
         from unnest($1::text[], $2::text[], $3::text[], $4::int[]) as u(publisher, kind, key, version)
        where not exists (select from catalogue_record r where r.publisher = u.publisher and r.kind = u.kind
                             and r.key = u.key and r.version >= u.version)`,
      [
        held.map(({ publisher }) => publisher),
        held.map(({ kind }) => kind),
        held.map(({ key }) => key),
        held.map(({ version }) => version),
      ],
    );
    return row!.missing;
  } finally {
    await own.close();
  }
}
