import { freshDatabase } from '@tongban/testkit';
import { randomUUID } from 'node:crypto';
import { bindingsOf } from './binding.js';
import {
  begin,
  closeSites,
  command,
  converged,
  eventually,
  headsOf,
  markRestored,
  Network,
  older,
  parkedAt,
  putBack,
  restart,
  site,
  start,
  testTimeoutMs,
  township,
  village,
  type Site,
} from './sites.fixture.js';
import { noteBinding } from './testing.fixture.js';

let network: Network;
let town: Site, home: Site;
let sites: Site[];

beforeEach(async () => {
  network = new Network();
  town = await site(network, township, await freshDatabase());
  home = await site(network, village, await freshDatabase());
  sites = [town, home];
}, testTimeoutMs);

afterEach(closeSites);

describe('a record with parked entries', () => {
  it(
    'is not written to by its owner that came back from a backup in an older version',
    async () => {
      const key = randomUUID();
      const [record, other] = [await begin(home), await begin(home)];
      expect(await command(home, record, { type: 'add', text: 'lost' }, key)).toMatchObject({ ok: true });
      await converged(sites, record, 2);
      await converged(sites, other, 1);
      await home.host.stop();
      await putBack(home);
      await start(network, home, older);
      await eventually('other records can be worked on', async () => home.host.recovery.isOpen(village));
      expect(await parkedAt(home)).toEqual(['link.schema 2']);
      expect(await headsOf([home], record)).toEqual([expect.stringMatching(/^1 /)]);

      // The lost command once more, another one, and one that others ask for.
      for (const again of [key, randomUUID()]) {
        expect(await command(home, record, { type: 'offer', to: township }, again)).toMatchObject({
          refusal: { code: 'link.parked' },
        });
      }
      expect(await command(home, other, { type: 'offer', to: township })).toMatchObject({ ok: true });
      const asked = randomUUID();
      expect(await command(town, record, { type: 'add', text: 'asked' }, asked)).toMatchObject({
        value: { state: 'requested' },
      });
      const deferred = async () => (await home.pool.query('select id from deferred_request')).rows;
      await eventually('the request is kept', async () => (await deferred()).length === 1);
      // A restart in the old version changes nothing of it.
      await restart(network, home, older);
      expect(await deferred()).toEqual([{ id: asked }]);
      expect(await headsOf([home], record)).toEqual([expect.stringMatching(/^1 /)]);

      await restart(network, home);
      await converged(sites, record, 3);
      expect(await deferred()).toEqual([]);
      expect(await parkedAt(home)).toEqual([]);
      expect((await town.pool.query('select state from request where id = $1', [asked])).rows[0].state).toBe('done');
      expect(await command(home, record, { type: 'add', text: 'lost' }, key)).toMatchObject({
        value: { state: 'done', seq: 2 },
      });
    },
    testTimeoutMs,
  );

  it(
    'is not begun again where its first entry is parked',
    async () => {
      const record = randomUUID();
      const from = (at: Site) => ({ type: 'begin', text: at.node, handlers: [] }) as const;
      const nothing = { bindings: bindingsOf([{ ...noteBinding, knows: () => false }]) };
      await restart(network, town, nothing);
      expect(await command(home, record, from(home), randomUUID(), true)).toMatchObject({ ok: true });
      await eventually('it is parked', async () => (await parkedAt(town)).length === 1);
      expect(await command(town, record, from(town), randomUUID(), true)).toMatchObject({
        refusal: { code: 'link.parked' },
      });
      await restart(network, town);
      await converged(sites, record, 1);
    },
    testTimeoutMs,
  );

  it(
    'is not taken over before they are applied, and is as soon as they are',
    async () => {
      const record = await begin(home);
      await converged(sites, record, 1);
      await restart(network, town, older);
      await command(home, record, { type: 'add', text: 'new' });
      await command(home, record, { type: 'offer', to: township });
      await eventually('both are parked', async () => (await parkedAt(town)).length === 2);
      expect(await parkedAt(town)).toEqual(['link.schema 2', 'link.gap 3']);
      // In the order of their arrival the second would come first.
      await town.pool.query('update quarantine set id = default where entry_seq = 2');
      expect(await parkedAt(town)).toEqual(['link.gap 3', 'link.schema 2']);
      await restart(network, town);
      await converged(sites, record, 4);
      expect(await headsOf([town], record)).toEqual([expect.stringContaining(township)]);
      expect(await parkedAt(town)).toEqual([]);
    },
    testTimeoutMs,
  );

  it(
    'of an earlier version, which noted no numbers, is tried again in its order as well',
    async () => {
      const record = await begin(home);
      await converged(sites, record, 1);
      await restart(network, town, older);
      for (const text of ['second', 'third', 'fourth']) await command(home, record, { type: 'add', text });
      await eventually('all are parked', async () => (await parkedAt(town)).length === 3);
      await town.host.stop();
      await town.pool.query('update quarantine set id = default where entry_seq = 2');
      await town.pool.query('update quarantine set entry_seq = null');
      await start(network, town);
      await converged(sites, record, 4);
      expect(await parkedAt(town)).toEqual([]);
    },
    testTimeoutMs,
  );

  it(
    'is tried again when the entry before them comes later, without a restart',
    async () => {
      const record = await begin(home);
      await converged(sites, record, 1);
      await restart(network, town, older);
      for (const text of ['second', 'third', 'fourth']) await command(home, record, { type: 'add', text });
      await eventually('all are parked', async () => (await parkedAt(town)).length === 3);
      await town.host.stop();
      // The neighbour that would have brought the second one has not been upgraded yet.
      await town.pool.query('delete from quarantine where entry_seq = 2');
      await start(network, town);
      expect(await parkedAt(town)).toEqual(['link.gap 3', 'link.gap 4']);
      expect(await command(town, record, { type: 'add', text: 'asked of the owner' })).toMatchObject({ ok: true });
      await town.host.stop();
      await markRestored(town);
      await start(network, town);
      await converged(sites, record, 5);
      await eventually('nothing is parked', async () => (await parkedAt(town)).length === 0);
    },
    testTimeoutMs,
  );
});
