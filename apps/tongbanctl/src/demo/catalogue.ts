import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  catalogueIndexSchema,
  isOffered,
  parseCatalogueParts,
  type Catalogue,
  type ServiceItem,
} from '@tongban/domain/catalogue';
import { powersAt } from '@tongban/domain/delegation';
import { isNodeCode, isWithin, unwrap, type NodeCode } from '@tongban/kernel';

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

/** A later version of an item, from today on, that says when it was revised. */
export const revised = (item: ServiceItem, version: number, on: string): ServiceItem => ({
  ...item,
  version,
  description: `${item.description}（${on}修订第${version}版）`,
  validFrom: on,
});
