import { setTimeout as sleep } from 'node:timers/promises';
import type { NodeCode } from '@tongban/kernel';
import { box } from '../demo/text-width.js';
import type { LinkView, Remote } from './remote.js';

const refreshMs = 2_000;
const chinaOffsetMs = 8 * 3_600_000;
const clearScreen = '\u001b[2J\u001b[H';

const timeOf = (iso: string | null): string =>
  iso === null ? '-' : new Date(Date.parse(iso) + chinaOffsetMs).toISOString().slice(5, 19).replace('T', ' ');

const couriers: Readonly<Record<string, string>> = { nats: '枢纽', 'grpc-parent': 'gRPC', 'grpc-child': 'gRPC' };

const ageOf = (seconds: number | null): string => (seconds === null ? '-' : `${Math.round(seconds)} 秒`);

const head = [
  '邻居',
  '传输',
  '已编号',
  '已发出',
  '已回执',
  '未回执',
  '最久等待',
  '已入账',
  '回执时间',
  '最近心跳',
  '时钟差',
  '隔离',
];
/** Columns of numbers. */
const right = [2, 3, 4, 5, 6, 7, 10, 11];

export function linkTable(node: NodeCode, links: readonly LinkView[]): string {
  const rows = links.map((link) => [
    link.peer,
    link.courier === null ? '不可达' : (couriers[link.courier] ?? link.courier),
    String(link.last),
    link.sent === null ? '-' : String(link.sent),
    String(link.acknowledged),
    String(link.last - link.acknowledged),
    ageOf(link.oldestUnacknowledgedSeconds),
    String(link.applied),
    timeOf(link.acknowledgedAt),
    timeOf(link.peerHeardAt),
    ageOf(link.peerClockAheadSeconds),
    link.parked === 0 ? String(link.quarantined) : `${link.quarantined}（待升级 ${link.parked}）`,
  ]);
  if (rows.length === 0) return `${node} 还没有用过的链路`;
  return [`${node} 的链路`, ...box([head, ...rows], right)].join('\n');
}

interface Shown {
  readonly node: NodeCode;
  readonly json: boolean;
  readonly watch: boolean;
  readonly say: (text: string) => void;
}

/** Prints the links once, or again and again until the signal. Status 1 when a message waits in quarantine. */
export async function showLinks(
  remote: Remote,
  { node, json, watch, say }: Shown,
  signal: AbortSignal,
): Promise<number> {
  let quarantined = 0;
  do {
    const links = await remote.links(node);
    quarantined = links.reduce((sum, link) => sum + link.quarantined, 0);
    const text = json ? JSON.stringify({ node, links }) : linkTable(node, links);
    say(watch && !json ? `${clearScreen}${text}` : text);
    if (watch) await sleep(refreshMs, undefined, { signal }).catch(() => undefined);
  } while (watch && !signal.aborted);
  return quarantined === 0 ? 0 : 1;
}
