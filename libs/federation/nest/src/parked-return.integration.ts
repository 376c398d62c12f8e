import type { NodeCode } from '@tongban/kernel';
import { freshDatabase } from '@tongban/testkit';
import { randomUUID } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
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
  transactorOn,
  type Site,
} from './sites.fixture.js';
import type { Transactor } from './store/postgres-store.js';

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

describe('a neighbour that only parked entries make a member', () => {
  it(
    'is given what stands before them, when it was restored',
    async () => {
      const record = await begin(above);
      await command(above, record, { type: 'add', text: 'lost' });
      await command(above, record, { type: 'offer', to: district });
      await converged(sites, record, 4);
      await between.host.stop();
      await putBack(between);
      await start(network, between, { ...older, ...family });
      await isOpen(between);
      expect(await headsOf([between], record)).toEqual([expect.stringMatching(/^1 /)]);
      await below.host.stop();
      await putBack(below);
      await start(network, below, family);
      await isOpen(below);
      await restart(network, between, family);
      await converged(sites, record, 4);
      for (const at of sites) expect(await parkedAt(at)).toEqual([]);
    },
    testTimeoutMs,
  );
});

/** Runs transactions at a site; after `hold`, the next statement that fits waits until it is let go. */
function holding({ pool }: Site, statement: RegExp) {
  const gate = new EventEmitter();
  let isHeld = false;
  const run: Transactor['run'] = (body) =>
    transactorOn(pool).run((sql) =>
      body({
        query: async <Row>(text: string, params?: readonly unknown[]) => {
          if (isHeld && statement.test(text)) {
            isHeld = false;
            const free = once(gate, 'free');
            gate.emit('reached');
            await free;
          }
          return sql.query<Row>(text, params);
        },
      }),
    );
  const hold = () => {
    isHeld = true;
    return { reached: once(gate, 'reached'), letGo: () => void gate.emit('free') };
  };
  return { transactor: { run }, hold };
}

describe('a request for a record whose owner an older version cannot know', () => {
  const requestOf = async (key: string) =>
    (await above.pool.query('select state, code from request where id = $1', [key])).rows[0];
  const sent = async (kind: string) =>
    (await between.pool.query('select count(*)::int as n from outgoing where kind = $1', [kind])).rows[0].n;

  /** Owned by the node between, which has forgotten that and does not know the entries that tell it. */
  async function forgotten(): Promise<string> {
    const record = await begin(below);
    await command(below, record, { type: 'add', text: 'new' });
    await command(below, record, { type: 'offer', to: city });
    await converged(sites, record, 4);
    await between.host.stop();
    await putBack(between);
    await start(network, between, { ...older, ...family });
    await isOpen(between);
    expect(await headsOf([between], record)).toEqual([expect.stringMatching(/^1 .* 371102000000$/)]);
    return record;
  }

  it(
    'waits where it comes back to, and is answered there after the upgrade',
    async () => {
      const [record, key] = [await forgotten(), randomUUID()];
      expect(await command(above, record, { type: 'add', text: 'asked' }, key)).toMatchObject({ ok: true });
      const deferred = async () => (await between.pool.query('select id from deferred_request')).rows;
      await eventually('it waits', async () => (await deferred()).length === 1);
      expect([await requestOf(key), await sent('request')]).toEqual([{ state: 'pending', code: null }, 1]);
      await restart(network, between, family);
      await converged(sites, record, 5);
      expect(await requestOf(key)).toEqual({ state: 'done', code: null });
    },
    testTimeoutMs,
  );

  it(
    'is not decided again when its refusal was forgotten by those who gave it',
    async () => {
      const [record, key] = [await forgotten(), randomUUID()];
      await command(above, record, { type: 'add', text: 'refuse me' }, key);
      await eventually('it went below', async () => (await sent('request')) === 1);
      await restart(network, between, family);
      await eventually('it is refused', async () => (await requestOf(key)).state === 'refused');
      await between.host.stop();
      await putBack(between);
      await start(network, between, family);
      await isOpen(between);
      await converged(sites, record, 4);
      const given = `select count(*)::int as n from outgoing where kind = 'request' and request = $1`;
      // Below it was only passed on: there is no answer to be seen, so it is given back, twice numbered.
      expect((await below.pool.query(given, [key])).rows[0].n).toBeGreaterThan(1);
      expect(await sent('refusal')).toBe(0);
    },
    testTimeoutMs,
  );

  it(
    'is found to be done when its entry arrives while it is repeated at a restored node',
    async () => {
      // The owner between cannot answer yet: what stands before the answer is parked.
      const [record, key] = [await forgotten(), randomUUID()];
      const again = { type: 'add', text: 'asked' } as const;
      expect(await command(above, record, again, key)).toMatchObject({ value: { state: 'requested' } });
      await eventually(
        'it waits',
        async () => (await between.pool.query('select from deferred_request')).rowCount === 1,
      );
      await above.host.stop();
      await putBack(above);
      const { transactor, hold } = holding(above, /from record .* for update/);
      await start(network, above, { ...family, transactor });
      await isOpen(above);
      // It arrives while the command is about to read its record.
      const held = hold();
      const repeated = command(above, record, again, key);
      await held.reached;
      await restart(network, between, family);
      await eventually('it is answered', async () => (await headsOf([between], record))[0]!.startsWith('5 '));
      await eventually('the answer has arrived', async () => (await headsOf([above], record))[0]!.startsWith('5 '));
      held.letGo();
      expect(await repeated).toMatchObject({ ok: true });
      await converged(sites, record, 5);
      await eventually('nothing is pending', async () => (await requestOf(key))?.state !== 'pending');
    },
    testTimeoutMs,
  );
});
