import { jest } from '@jest/globals';
import type { Delegation } from '@tongban/domain/delegation';
import { isWithin, nodeCode, type NodeCode } from '@tongban/kernel';
import {
  aDelegation,
  aDepartment,
  anItem,
  city,
  codeAt,
  district,
  itemCode,
  otherTownship,
  today,
  township,
  village,
  type Caller,
} from '@tongban/testkit';
import { openTestApp, publishByTwo, type TestApp } from './http-app.js';

const timeoutMs = 60_000;
jest.setTimeout(timeoutMs);

/** A city of four townships below one district, each with ten villages. */
const villages = Array.from({ length: 40 }, (_, index) =>
  nodeCode(`3711020${10 + Math.floor(index / 10)}${String(201 + (index % 10))}`),
);
const townships = [...new Set(villages.map((code) => nodeCode(`${code.slice(0, 9)}000`)))];
const all = [...new Set([city, district, township, otherTownship, village, ...townships, ...villages])].sort();
const places = (node: NodeCode) =>
  all
    .filter((code) => isWithin(code, node))
    .map((code) => ({ code, name: code === township ? '秦楼街道' : `区划${code}` }));
const otherCode = codeAt(7);

let app: TestApp;
let manager: Caller;
const matrix = async (query = '', by = manager, node: string = city) =>
  (await by.get(`${node}/delegation-matrix${query}`)).json();
const cell = async (place: string, query = '', code: string = itemCode) =>
  (await manager.get(`${city}/delegation-matrix/${code}/${place}${query}`)).json();

beforeAll(async () => {
  app = await openTestApp([city, district, township, otherTownship, village], true, { places });
  manager = app.as('catalogue-manager', city);
  const more = Array.from({ length: 60 }, (_, index) =>
    anItem({ code: codeAt(index + 100), name: `批量事项${index}` }),
  );
  const whole = {
    departments: [aDepartment()],
    items: [anItem(), anItem({ code: otherCode, name: '养老服务补贴', level: 'city' }), ...more],
    delegations: [
      aDelegation({ to: township, powers: ['accept', 'review'] }),
      aDelegation({ id: 'by-agents', from: 'township', to: 'village', powers: ['submit'], form: 'agency' }),
    ],
  };
  const sent = await manager.send('POST', `${city}/catalogue`, whole);
  expect([sent.statusCode, sent.json()]).toMatchObject([201, { items: 62 }]);
});
afterAll(() => app?.close());

interface Shown {
  readonly items: readonly { readonly code: string }[];
  readonly places: readonly { readonly node: string }[];
  readonly holdings: readonly { readonly byRight: boolean; readonly powers: readonly string[] }[];
  readonly cells: readonly (readonly number[])[];
}
const at = (shown: Shown, code: string, place: string) =>
  shown.holdings[
    shown.cells[shown.items.findIndex((item) => item.code === code)]![
      shown.places.findIndex(({ node }) => node === place)
    ]!
  ];

describe('the matrix of items and divisions', () => {
  it('says of each cell what is held there, by right or by delegation', async () => {
    const shown = await matrix(`?query=${itemCode}`);
    expect(shown).toMatchObject({ on: today, itemsTotal: 1, placesTotal: all.length });
    expect(at(shown, itemCode, city)).toEqual({ byRight: false, powers: [] });
    expect(at(shown, itemCode, district)).toMatchObject({ byRight: true });
    expect(at(shown, itemCode, township)).toEqual({
      byRight: false,
      powers: ['submit', 'accept', 'review', 'deliver'],
    });
    expect(at(shown, itemCode, otherTownship)).toEqual({ byRight: false, powers: [] });
    expect(at(shown, itemCode, village)).toEqual({ byRight: false, powers: ['submit', 'deliver'] });
    expect(shown.places.find(({ node }: { node: string }) => node === township)).toEqual({
      ...{ node: township, name: '秦楼街道', tier: 'township' },
    });
  });

  it('gives windows of both axes that join without a gap, each content once', async () => {
    const whole = await matrix('?itemsLimit=50&placesLimit=50');
    expect([whole.itemsTotal, whole.items.length, whole.placesTotal]).toEqual([62, 50, all.length]);
    const joined: string[] = [];
    for (let from = 0; from < 62; from += 25) {
      const { items } = await matrix(`?itemsFrom=${from}&itemsLimit=25&placesLimit=1`);
      joined.push(...items.map(({ code }: { code: string }) => code));
    }
    expect(new Set(joined).size).toBe(62);
    const columns: string[] = [];
    for (let from = 0; from < all.length; from += 20) {
      const part = await matrix(`?itemsLimit=1&placesFrom=${from}&placesLimit=20`);
      columns.push(...part.places.map(({ node }: { node: string }) => node));
    }
    expect(columns).toEqual(all);
    const texts = whole.holdings.map((holding: object) => JSON.stringify(holding));
    expect(new Set(texts).size).toBe(texts.length);
    const beyond = await matrix('?itemsFrom=5000');
    expect(beyond).toMatchObject({ itemsTotal: 62, items: [], cells: [] });
  });

  it.each([
    ['a subtree', `?under=${townships[1]}`, 11],
    ['a tier', '?tier=district', 1],
    ['a name', `?place=${encodeURIComponent('秦楼')}`, 1],
    ['the beginning of a code', `?place=${townships[2]!.slice(0, 9)}`, 11],
    ['a subtree that is not below', '?under=371200000000', 0],
  ])('is narrowed to %s', async (_, query, count) => {
    expect((await matrix(`${query}&itemsLimit=1`)).placesTotal).toBe(count);
  });

  it('is narrowed by words, tier and department of the item', async () => {
    expect((await matrix(`?query=${encodeURIComponent('养老')}`)).items).toMatchObject([
      { code: otherCode, level: 'city' },
    ]);
    expect((await matrix('?level=city')).itemsTotal).toBe(1);
    expect((await matrix('?department=nothing')).itemsTotal).toBe(0);
  });

  it.each(['?itemsLimit=51', '?placesLimit=0', '?under=37', '?itemsFrom=-1', '?on=2026-02-30'])(
    'refuses %s: what is asked for is bounded',
    async (query) => {
      expect(await matrix(query)).toMatchObject({ status: 400, code: 'request.invalid' });
    },
  );

  it('is for those who look after the catalogue, at the node or above it', async () => {
    expect(await matrix('', app.as('clerk', city))).toMatchObject({ code: 'jurisdiction.role' });
    expect(await matrix('', app.as('catalogue-manager', district))).toMatchObject({ code: 'jurisdiction.division' });
    expect((await matrix('', app.as('supervisor', city), district)).placesTotal).toBe(all.length - 1);
  });
});

describe('one cell', () => {
  it('names the delegations that reach the place, and how far each goes', async () => {
    expect(await cell(village)).toMatchObject({
      item: { code: itemCode, version: 1 },
      place: { node: village, tier: 'village' },
      powers: ['submit', 'deliver'],
      delegations: [{ id: 'by-agents', publisher: city, own: true, begun: true, nextVersion: 2, reaches: 41 }],
    });
    expect(await cell(district)).toMatchObject({ byRight: true, delegations: [] });
    expect(await cell(city)).toMatchObject({ byRight: false, powers: [], delegations: [] });
  });

  it('is refused for what is not there', async () => {
    expect(await cell('371200000000')).toMatchObject({ status: 404, code: 'delegation.place-unknown' });
    expect(await cell(village, '', codeAt(99))).toMatchObject({ code: 'item.unknown' });
  });

  it('is changed by two persons: given from a day on, taken back with reason and day', async () => {
    const given: Delegation = aDelegation({
      id: 'to-other',
      to: otherTownship,
      powers: ['accept'],
      validFrom: '2026-04-01',
    });
    expect((await publishByTwo(app, manager, city, { delegations: [given] })).statusCode).toBe(201);
    expect(await cell(otherTownship)).toMatchObject({ powers: [], delegations: [{ id: 'to-other', begun: false }] });
    const later = await cell(otherTownship, '?on=2026-04-01');
    expect(later).toMatchObject({
      powers: ['submit', 'accept', 'deliver'],
      delegations: [{ begun: true, reaches: 1 }],
    });

    const back = { revokedOn: '2026-05-01', revocation: { runningCases: 'handBack', reason: '试点结束' } } as const;
    const taken = await publishByTwo(app, manager, city, { delegations: [{ ...given, version: 2, ...back }] });
    expect(taken.statusCode).toBe(201);
    expect(await cell(otherTownship, '?on=2026-04-30')).toMatchObject({
      powers: ['submit', 'accept', 'deliver'],
      delegations: [{ revokedOn: '2026-05-01', nextVersion: 3, revocation: { reason: '试点结束' } }],
    });
    expect(await cell(otherTownship, '?on=2026-05-01')).toMatchObject({ powers: [], delegations: [] });
  });
});
