import type { Catalogue, ServiceItem } from '@tongban/domain/catalogue';
import type { NodeCode } from '@tongban/kernel';
import { poll, type Progress } from '../progress.js';
import type { Api, CatalogueStanding } from './api.js';
import type { Somebody } from './wire.js';
import { expectedOffers, revised } from './catalogue.js';

const spreadTimeoutMs = 90_000;
const pollMs = 200;

export interface Spreading {
  readonly api: Api;
  readonly city: NodeCode;
  /** Nodes that are asked themselves what they offer. */
  readonly nodes: readonly NodeCode[];
  /** Today in China. */
  readonly on: string;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** What a change at the city took to be usable everywhere. */
export interface Change {
  readonly item: string;
  readonly version: number;
  readonly seconds: number;
}

type PublisherLine = CatalogueStanding['publishers'][number];

const manager = (city: NodeCode): Somebody => ({ role: 'catalogue-manager', at: city });

/** Put forward by the catalogue manager, approved by a second person where that is wanted. */
async function publishByTwo({ api, city }: Spreading, catalogue: object): Promise<void> {
  const done = await api.publish(manager(city), catalogue);
  if (!('proposal' in done)) return;
  await api.approve({ role: 'reviewer', at: city }, done.proposal, done.seq);
}

const lineOf = ({ publishers }: CatalogueStanding, city: NodeCode): PublisherLine | undefined =>
  publishers.find(({ publisher }) => publisher === city);

/**
 * Waits until every node of the city has told that it holds the city's newest catalogue.
 * @returns what the city shows then, or last when that did not come about in time
 */
export async function waitForEveryNode({ api, city, progress, signal }: Spreading): Promise<CatalogueStanding> {
  let last = await api.catalogueStanding(manager(city));
  await poll(
    async () => {
      last = await api.catalogueStanding(manager(city));
      return lineOf(last, city)?.newest === last.total ? true : undefined;
    },
    {
      timeoutMs: spreadTimeoutMs,
      intervalMs: pollMs,
      signal,
      report: (elapsedMs) =>
        progress.note(
          `${lineOf(last, city)?.newest ?? 0} / ${last.total} 个区划已有最新目录，已 ${Math.round(elapsedMs / 1000)} 秒`,
        ),
    },
  );
  return last;
}

export const newestNodes = (standing: CatalogueStanding, city: NodeCode): number => lineOf(standing, city)?.newest ?? 0;

function missingText(standing: CatalogueStanding, city: NodeCode): string {
  const line = lineOf(standing, city);
  const named = line?.lagging.flatMap((group) => group.named).slice(0, 5) ?? [];
  return `${line?.newest ?? 0} / ${standing.total}，未报告 ${standing.unheard}，落后 ${line?.behind ?? 0}：${named.join('、')}`;
}

async function mustReachEveryNode(spreading: Spreading): Promise<PublisherLine> {
  const standing = await waitForEveryNode(spreading);
  const line = lineOf(standing, spreading.city);
  if (line !== undefined && line.newest === standing.total) return line;
  throw new Error(`${spreadTimeoutMs / 1000} 秒内目录没有传到全部区划：${missingText(standing, spreading.city)}`);
}

/** Publishes at the city and waits until all nodes hold it and the stations' nodes offer what they should. */
export async function publishAndSpread(spreading: Spreading, catalogue: Catalogue): Promise<void> {
  const { api, nodes, on } = spreading;
  await publishByTwo(spreading, catalogue);
  await mustReachEveryNode(spreading);
  for (const node of nodes) {
    const [offered, expected] = [(await api.offeredCodes(node)).length, expectedOffers(catalogue, node, on)];
    if (offered < expected) throw new Error(`${node} 有最新目录，却只列出 ${expected} 个事项中的 ${offered} 个`);
  }
}

/**
 * Changes one item at the city and measures until it is usable at every node: from the publication to the moment at
 * which the last node answered from it, each by its own clock.
 */
export async function changeAndSpread(spreading: Spreading, item: ServiceItem, village: NodeCode): Promise<Change> {
  const { api, city, on } = spreading;
  const version = (await api.newestVersion(city, item.code)) + 1;
  await publishByTwo(spreading, { items: [revised(item, version, on)] });
  const { publishedAt, since } = await mustReachEveryNode(spreading);
  const shown = await api.offeredItem(village, item.code);
  if (shown.version !== version) throw new Error(`${village} 仍显示事项 ${item.code} 第 ${shown.version} 版`);
  return { item: `${item.code} ${item.name}`, version, seconds: Math.max(0, since - (publishedAt ?? since)) / 1000 };
}
