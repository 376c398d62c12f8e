import { nodeCode, tierOf, type NodeCode } from '@tongban/kernel';
import { aDelegation, anItem, city, codeAt, today } from '@tongban/testkit';
import { CatalogueSnapshot } from '../snapshot.js';
import type { HeldVersion } from '../usecase/held.js';
import { readMatrix, type MatrixQuery } from './matrix.js';

/** As many divisions as a city has: 4 districts, 57 townships, 1,679 villages. */
const villagesTotal = 1_679;
const townships = Array.from({ length: 57 }, (_, index) => `3711${21 + (index % 4)}${100 + Math.floor(index / 4)}000`);
const villages = Array.from({ length: villagesTotal }, (_, index) => {
  const township = townships[index % townships.length]!;
  return `${township.slice(0, 9)}${201 + Math.floor(index / townships.length)}`;
});
const districts = [...new Set(townships.map((code) => `${code.slice(0, 6)}000000`))];
const codes = [city, ...[...districts, ...townships, ...villages].sort().map((code) => nodeCode(code))];
const places = (): { readonly code: NodeCode; readonly name: string }[] => codes.map((code) => ({ code, name: code }));

const itemsTotal = 2_000;
const held = (kind: 'item' | 'delegation', key: string, value: object): HeldVersion => ({
  id: { publisher: city, kind, key, version: 1 },
  ...{ state: '{}', withdrawn: false, publishedAt: 0 },
  content: { kind, value } as NonNullable<HeldVersion['content']>,
});
const snapshot = new CatalogueSnapshot(
  Array.from({ length: itemsTotal }, (_, index) => {
    const code = codeAt(index + 1);
    const given = aDelegation({ id: `t-${index}`, item: code, to: 'township', powers: ['accept'] });
    const agency = aDelegation({ id: `v-${index}`, item: code, from: 'township', to: 'village', powers: ['submit'] });
    return [
      held('item', code, anItem({ code })),
      ...[given, agency].map((delegation) => held('delegation', delegation.id, delegation)),
    ];
  }).flat(),
);
const window = (row: number, column: number, parts: Partial<MatrixQuery> = {}) =>
  readMatrix(snapshot, places, city, {
    ...{ items: {}, on: today, rows: { from: row, limit: 50 }, columns: { from: column, limit: 50 } },
    ...parts,
  });

it('shows any window of 2,000 items and 1,741 divisions', () => {
  expect(codes).toHaveLength(1_741);
  const last = window(itemsTotal - 20, codes.length - 30);
  expect([last.itemsTotal, last.placesTotal]).toEqual([itemsTotal, codes.length]);
  expect([last.items.length, last.places.length]).toEqual([20, 30]);
  for (const [row, column] of [
    [0, 0],
    [1_000, 870],
    [1_999, 1_740],
  ] as const) {
    const { items, places: shown, holdings } = window(row, column);
    for (const [index, item] of items.entries()) {
      for (const [place, { code }] of shown.entries()) {
        const { byRight, powers } = holdings[index]![place]!;
        const expected = { city: '', district: 'all', township: 'submit,accept', village: 'submit' };
        const said = byRight ? 'all' : powers.filter((power) => power !== 'deliver').join();
        expect([item.code, code, said]).toEqual([item.code, code, expected[tierOf(code) as keyof typeof expected]]);
      }
    }
  }
});

it('narrows both axes before it takes the window', () => {
  const narrow = window(0, 0, { items: { query: codeAt(77) }, tier: 'district' });
  expect([narrow.itemsTotal, narrow.placesTotal]).toEqual([1, 4]);
  expect(narrow.places.map(({ code }) => code)).toEqual(districts.toSorted());
});
