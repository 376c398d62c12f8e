import { wholeCatalogue, type WholeCatalogue } from '@tongban/domain/catalogue';
import type { Sql } from '@tongban/journal';
import type { NodeCode } from '@tongban/kernel';
import { readNewest } from '../store/record-store.js';
import type { Content } from '../content.js';
import { heldVersion } from './held.js';

function add(catalogue: WholeCatalogue, content: Content): void {
  switch (content.kind) {
    case 'department':
      catalogue.departments.push(content.value);
      break;
    case 'item':
      catalogue.items.push(content.value);
      break;
    case 'delegation':
      catalogue.delegations.push(content.value);
      break;
    case 'base':
      catalogue.bases.push(content.value);
      break;
    case 'localisation':
      catalogue.localisations.push(content.value);
      break;
    case 'stationing':
      catalogue.stationings.push(content.value);
      break;
    case 'agent':
      catalogue.agents.push(content.value);
  }
}

/**
 * The newest version of each record that a node has published and not withdrawn, by key. What another release has
 * published and this one cannot read is left out.
 */
export async function readPublished(sql: Sql, node: NodeCode): Promise<WholeCatalogue> {
  const catalogue = wholeCatalogue();
  for (const record of await readNewest(sql, node)) {
    const { content } = heldVersion(record);
    if (content !== undefined) add(catalogue, content);
  }
  return catalogue;
}
