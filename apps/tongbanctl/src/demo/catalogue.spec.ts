import { join } from 'node:path';
import { findItemProblems } from '@tongban/domain/catalogue';
import { powersAt, resolveRoute } from '@tongban/domain/delegation';
import { nodeCode } from '@tongban/kernel';
import type { OfferedItem } from './api.js';
import { catalogueFor, expectedOffers, loadCatalogue, revised } from './catalogue.js';
import { paths, pick, sortOut } from './items.js';
import { city, district, township, village } from './observation.fixture.js';

const catalogue = loadCatalogue(join(import.meta.dirname, '../../../../deploy/catalogue'));
const on = '2026-11-20';
const station = { village, township, above: district };
/** Longer promises would end in a year whose working days are not published yet. */
const mostPromisedDays = 25;

/** What the village's own API says, computed from the catalogue. */
const offered: OfferedItem[] = catalogue.items.map((item) => {
  const { delegations } = catalogue;
  const route = resolveRoute({ item, intake: village, delegations, on });
  return {
    ...item,
    powers: [...powersAt(village, item, delegations, on)],
    ...(route.ok ? { route: route.value } : {}),
  };
});

describe('the catalogue that is published', () => {
  const assortment = sortOut(offered, station, city);

  it('has different items for every case of the main job', () => {
    const turns = { townshipDecides: 7, districtDecides: 1, cityDecides: 2 } as const;
    for (const path of paths) {
      const picked = Array.from({ length: turns[path] }, (_, turn) => pick(assortment, path, turn, station));
      expect(new Set(picked.map(({ item }) => item.code)).size).toBe(turns[path]);
      for (const { item } of picked) expect(item.promisedDays).toBeLessThanOrEqual(mostPromisedDays);
    }
  });

  it('leaves out what is delegated to a place of another city', () => {
    const elsewhere = catalogueFor(catalogue, nodeCode('370200000000'));
    expect(catalogueFor(catalogue, city)).toEqual(catalogue);
    expect(elsewhere.items).toEqual(catalogue.items);
    expect(catalogue.delegations.filter((one) => !elsewhere.delegations.includes(one)).map(({ to }) => to)).toEqual([
      '371102110000',
    ]);
  });

  it('can be published by a city without districts, with cases for every path', () => {
    const [dongguan, town, community] = ['441900000000', '441900003000', '441900003001'].map(nodeCode);
    const own = catalogueFor(catalogue, dongguan!);
    const offers = own.items.map((item): OfferedItem => {
      const route = resolveRoute({ item, intake: community!, delegations: own.delegations, on });
      return {
        ...item,
        powers: [...powersAt(community!, item, own.delegations, on)],
        ...(route.ok ? { route: route.value } : {}),
      };
    });
    const sorted = sortOut(offers, { village: community!, township: town!, above: dongguan! }, dongguan!);
    for (const path of paths) expect([path, sorted[path].length]).toEqual([path, expect.any(Number)]);
    expect(sorted.townshipDecides.length).toBeGreaterThanOrEqual(7);
    expect(sorted.districtDecides.length).toBeGreaterThanOrEqual(1);
    expect(sorted.cityDecides.length).toBeGreaterThanOrEqual(2);
    // All but what townships and villages answer for themselves: it does the districts' items as well as its own.
    const upper = own.items.filter(({ level }) => !['township', 'village'].includes(level));
    expect(expectedOffers(own, dongguan!, on)).toBe(upper.length);
  });

  it('is revised in a later version that is as good', () => {
    for (const item of catalogue.items) {
      expect(findItemProblems(revised(item, item.version + 1, on), catalogue.departments)).toEqual([]);
    }
  });

  it('offers a village less than the city', () => {
    const [atVillage, atCity] = [village, city].map((node) => expectedOffers(catalogue, node, on));
    expect(atVillage).toBe(offered.filter(({ powers }) => powers.length > 0).length);
    expect(atVillage).toBeGreaterThan(0);
    expect(atCity).toBeGreaterThan(0);
  });
});
