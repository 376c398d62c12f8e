import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { catalogueIndexSchema, isOffered, parseCatalogueParts, type Catalogue } from '@tongban/domain/catalogue';
import { powersAt } from '@tongban/domain/delegation';
import { isNodeCode, isWithin, unwrap, type NodeCode } from '@tongban/kernel';
import { poll, type Progress } from '../progress.js';
import type { Api } from './api.js';

const spreadTimeoutMs = 90_000;
const pollMs = 200;

/** The catalogue in the parts that its `index.json` lists. @throws RefusalError naming what is wrong in which file */
export function loadCatalogue(directory: string): Catalogue {
  const read = (name: string): unknown => JSON.parse(readFileSync(join(directory, name), 'utf8'));
  const { files } = catalogueIndexSchema.parse(read('index.json'));
  return unwrap(parseCatalogueParts(files.map((name) => ({ name, json: read(name) }))));
}

/** What of the demonstration's catalogue a city can publish: a delegation to a named place is that place's city's. */
export const catalogueFor = (catalogue: Catalogue, city: NodeCode): Catalogue => ({
  ...catalogue,
  delegations: catalogue.delegations.filter(({ to }) => !isNodeCode(to) || isWithin(to, city)),
});

/** How many items a node must offer once all of the catalogue has come. */
export const expectedOffers = ({ items, delegations }: Catalogue, node: NodeCode, on: string): number =>
  items.filter((item) => isOffered(item, on) && powersAt(node, item, delegations, on).length > 0).length;

/** Publishes at the city and waits until every one of the nodes offers what it should. */
export async function publishAndSpread(
  api: Api,
  catalogue: Catalogue,
  places: { readonly city: NodeCode; readonly nodes: readonly NodeCode[]; readonly on: string },
  progress: Progress,
  signal: AbortSignal,
): Promise<void> {
  const { city, nodes, on } = places;
  await api.publish({ role: 'catalogue-manager', at: city }, catalogue);
  const waiting = new Set(nodes);
  await poll(
    async () => {
      for (const node of waiting) {
        if ((await api.offeredCodes(node)).length >= expectedOffers(catalogue, node, on)) waiting.delete(node);
      }
      return waiting.size === 0 ? true : undefined;
    },
    {
      timeoutMs: spreadTimeoutMs,
      intervalMs: pollMs,
      signal,
      report: (elapsedMs) =>
        progress.note(`等待事项目录传到 ${[...waiting].join('、')}，已 ${Math.round(elapsedMs / 1000)} 秒`),
    },
  );
  if (waiting.size === 0) return;
  throw new Error(`${spreadTimeoutMs / 1000} 秒内事项目录没有传到 ${[...waiting].join('、')}`);
}
