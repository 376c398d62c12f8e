import type { NodeCode } from '@tongban/kernel';
import { freshDatabase } from '@tongban/testkit';
import { randomUUID } from 'node:crypto';
import {
  begin,
  city,
  closeSites,
  command,
  converged,
  district,
  eventually,
  headsOf,
  Network,
  older,
  parkedAt,
  province,
  putBack,
  restart,
  site,
  start,
  testTimeoutMs,
  type Site,
} from './sites.fixture.js';

const childrenOf = (node: NodeCode): readonly NodeCode[] =>
  node === province ? [city] : node === city ? [district] : [];
const family = { childrenOf };

let network: Network;
let above: Site, between: Site, below: Site;
let sites: Site[];

beforeEach(async () => {
  network = new Network();
  above = await site(network, province, await freshDatabase(), family);
  between = await site(network, city, await freshDatabase(), family);
  below = await site(network, district, await freshDatabase(), family);
  sites = [above, between, below];
}, testTimeoutMs);

afterEach(closeSites);

const isOpen = (at: Site): Promise<void> =>
  eventually(`${at.node} has everything`, async () => at.host.recovery.isOpen(at.node));

/** A record of `owner` whose second entry its neighbour between does not know in its older version. */
async function written(owner: Site, key: string): Promise<string> {
  const record = await begin(owner);
  if (owner === above) {
    // It comes to the others with an offer, and back.
    await command(owner, record, { type: 'offer', to: district });
    await converged(sites, record, 3);
    await command(below, record, { type: 'offer', to: owner.node });
    await converged(sites, record, 5);
  }
  expect(await command(owner, record, { type: 'add', text: 'lost' }, key)).toMatchObject({ ok: true });
  await converged(sites, record, owner === above ? 6 : 2);
  return record;
}

describe('what an older version cannot apply yet', () => {
  it.each<[string, () => Site, number]>([
    ['above', () => above, 6],
    ['below', () => below, 2],
  ])(
    'comes back to its author %s through a node that was restored with it',
    async (_where, ownerNow, seq) => {
      const [owner, key] = [ownerNow(), randomUUID()];
      const record = await written(owner, key);
      for (const at of [owner, between]) {
        await at.host.stop();
        await putBack(at);
      }
      await start(network, between, { ...older, ...family });
      await start(network, owner, family);
      for (const at of [owner, between]) await isOpen(at);
      expect(new Set(await parkedAt(between))).toEqual(new Set([`link.schema ${seq}`]));
      // The author has its entry again, and its next one follows it.
      expect(await headsOf([owner], record)).toEqual(await headsOf([owner === above ? below : above], record));
      expect(await command(owner, record, { type: 'add', text: 'lost' }, key)).toMatchObject({ value: { seq } });
      expect(await command(owner, record, { type: 'add', text: 'next' })).toMatchObject({ value: { seq: seq + 1 } });
      await restart(network, between, family);
      await converged(sites, record, seq + 1);
      for (const at of sites) expect(await parkedAt(at)).toEqual([]);
    },
    testTimeoutMs,
  );

  it(
    'comes back to an author that is restored later, and not to others',
    async () => {
      const key = randomUUID();
      const record = await written(below, key);
      await between.host.stop();
      await putBack(between);
      await start(network, between, { ...older, ...family });
      await isOpen(between);
      // From both neighbours: each has given back what it holds.
      expect(await parkedAt(between)).toEqual(['link.schema 2', 'link.schema 2']);
      await above.host.stop();
      await putBack(above);
      await start(network, above, family);
      await isOpen(above);
      const returned = `select count(*)::int as sent from outgoing where peer = $1 and kind = 'returned'`;
      const sentTo = async (at: Site) => (await between.pool.query(returned, [at.node])).rows[0].sent;
      // What came from there goes back there in any case, what others brought does not.
      expect(await sentTo(above)).toBe(1);

      await between.pool.query('delete from quarantine where peer = $1', [district]);
      await below.host.stop();
      await putBack(below);
      await start(network, below, family);
      await isOpen(below);
      expect(await sentTo(below)).toBe(1);
      expect(await command(below, record, { type: 'add', text: 'lost' }, key)).toMatchObject({ value: { seq: 2 } });
      await restart(network, between, family);
      await converged(sites, record, 2);
    },
    testTimeoutMs,
  );
});
