import { acknowledgedFaults } from './acknowledged.js';
import { Journals } from './journal.js';
import { linkEnds, linkFindings } from './links.js';
import { provinceFaults } from './province.js';
import type { Place, Violation, World } from './world.js';

/**
 * Compares everything that a city at rest has stored with what was promised (I1 to I8, I9 for holders, I12). Knows the
 * tables and the published description of the journal, and nothing of the product's code.
 *
 * @param gateway the place among `world.places` that holds every case for the province
 */
export async function check(world: World, gateway: Place): Promise<Violation[]> {
  const journals = new Journals(world);
  const findings: Violation[] = [];
  for (const place of world.places) {
    await journals.read(place);
    findings.push(...(await linkFindings(place)));
  }
  journals.compareHolders();
  return [
    ...journals.violations,
    ...findings,
    ...(await linkEnds(world.places)),
    ...(await acknowledgedFaults(world, journals)),
    ...(await provinceFaults(gateway, world.provinceUrl)),
  ];
}
