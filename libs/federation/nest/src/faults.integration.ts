import { freshDatabase } from '@tongban/testkit';
import { grpcLimits } from '@tongban/federation/transport';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageLimits } from './limits.js';
import {
  begin,
  closeSites,
  command,
  converged,
  eventually,
  Network,
  open,
  site,
  testTimeoutMs,
  township,
  village,
  type Site,
} from './sites.fixture.js';
import { dropSettled } from './store/request-store.js';
import { broken } from './testing.fixture.js';

let network: Network;
let town: Site, home: Site;
let sites: Site[];

beforeAll(async () => {
  network = new Network();
  town = await site(network, township, await freshDatabase());
  home = await site(network, village, await freshDatabase());
  sites = [town, home];
}, testTimeoutMs);

afterAll(closeSites);
afterEach(() => {
  broken.folding = false;
  network.heal();
});

const requestAt = async ({ pool }: Site, id: string): Promise<string> =>
  (await pool.query(`select state || ' ' || coalesce(code, '-') as s from request where id = $1`, [id])).rows[0]?.s;

const quarantineAt = async ({ pool }: Site): Promise<{ code: string; detail: string }[]> =>
  (await pool.query('select code, detail from quarantine order by id')).rows;

describe('a message at which a rule throws', () => {
  it(
    'is given up alone: what came with it is applied, and its requester gets one coded answer',
    async () => {
      const record = await begin(home, township);
      await converged(sites, record, 3);
      network.cut.add(village);
      const keys = Array.from({ length: 7 }, () => randomUUID());
      for (const [index, key] of keys.entries()) {
        const text = index === 3 ? 'break the rules' : `line ${index}`;
        expect(await command(home, record, { type: 'add', text }, key)).toMatchObject({
          value: { state: 'requested' },
        });
      }
      network.heal();
      await converged(sites, record, 9);
      await eventually('all are answered', async () => {
        const states = await Promise.all(keys.map((key) => requestAt(home, key)));
        return states.every((state) => !state.startsWith('pending'));
      });
      expect(await Promise.all(keys.map((key) => requestAt(home, key)))).toEqual(
        keys.map((_key, index) => (index === 3 ? 'refused service.fault' : 'done -')),
      );
      const [kept, ...more] = await quarantineAt(town);
      expect(more).toEqual([]);
      expect(kept).toMatchObject({ code: 'service.fault' });
      expect(kept!.detail).toContain('TypeError');
      expect(kept!.detail).not.toContain('bug');
      const refusals = await town.pool.query(`select from outgoing where kind = 'refusal' and request = $1`, [keys[3]]);
      expect(refusals.rows).toHaveLength(1);
      // A restart does not decide it after all.
      await town.host.stop();
      Object.assign(town, { host: await open(network, township, town.pool) });
      expect(await quarantineAt(town)).toHaveLength(1);
      await town.pool.query('delete from quarantine');
    },
    testTimeoutMs,
  );

  it(
    'is applied after the upgrade when it is an entry, and does not keep the host from starting',
    async () => {
      const record = await begin(home);
      await converged(sites, record, 1);
      broken.folding = true;
      const before = await begin(home, undefined, 'before');
      // The author's own fold works: only this receiver has the bug.
      network.cut.add(village);
      broken.folding = false;
      await command(home, record, { type: 'add', text: 'unfoldable' });
      await command(home, record, { type: 'add', text: 'after it' });
      const behind = await begin(home, undefined, 'behind');
      broken.folding = true;
      network.heal();
      await converged(sites, behind, 1);
      await converged(sites, before, 1);
      expect((await quarantineAt(town)).map(({ code }) => code)).toEqual(['service.fault', 'link.gap']);
      const restart = async (): Promise<void> => {
        await town.host.stop();
        Object.assign(town, { host: await open(network, township, town.pool) });
      };
      await restart();
      expect(await quarantineAt(town)).toHaveLength(2);
      broken.folding = false;
      await restart();
      await converged(sites, record, 3);
      expect(await quarantineAt(town)).toEqual([]);
    },
    testTimeoutMs,
  );

  it(
    'is not given up while the database is away',
    async () => {
      const record = await begin(home);
      await converged(sites, record, 1);
      await town.pool.query('alter table note rename to note_away');
      await command(home, record, { type: 'add', text: 'patience' });
      await new Promise((resolve) => setTimeout(resolve, 500));
      expect(await quarantineAt(town)).toEqual([]);
      await town.pool.query('alter table note_away rename to note');
      network.heal();
      await converged(sites, record, 2);
    },
    testTimeoutMs,
  );
});

describe('the weight of messages', () => {
  const heavy = (bytes: number): string => 'x'.repeat(bytes);

  it('stays below what the couriers carry', () => {
    const config = readFileSync(join(import.meta.dirname, '../../../../deploy/nats/nats.conf'), 'utf8');
    const hubMegabytes = Number(/max_payload: (\d+)MB/.exec(config)?.[1]);
    const frame = messageLimits.maxEnvelopeBytes + messageLimits.messageOverheadBytes;
    expect(frame).toBeLessThan(hubMegabytes * 1_000_000);
    expect(frame).toBeLessThan(grpcLimits.maxMessageBytes);
    expect(messageLimits.maxMessageBytes).toBeLessThan(messageLimits.maxEnvelopeBytes);
  });

  it(
    'bounds envelopes, and everything arrives in as many as it takes',
    async () => {
      network.cut.add(village);
      const record = await begin(home);
      for (let line = 0; line < 12; line++) {
        await command(home, record, { type: 'add', text: `${line}`, secret: heavy(1_000_000) });
      }
      const sizes: number[] = [];
      network.tamper = (frame) => {
        if (frame.body.case === 'envelope' && frame.body.value.sender === village)
          sizes.push(frame.body.value.body.length);
      };
      network.heal();
      await converged(sites, record, 13);
      network.tamper = undefined;
      expect(sizes.length).toBeGreaterThan(1);
      expect(Math.max(...sizes)).toBeLessThanOrEqual(messageLimits.maxEnvelopeBytes);
    },
    testTimeoutMs,
  );

  it(
    'refuses at the command what no envelope could carry, at the owner and on its way there',
    async () => {
      const record = await begin(home, township);
      await converged(sites, record, 3);
      const secret = heavy(messageLimits.maxMessageBytes);
      expect(await command(town, record, { type: 'add', text: 'heavy', secret })).toMatchObject({
        refusal: { code: 'request.too-large' },
      });
      expect(await command(home, record, { type: 'add', text: 'heavy', secret })).toMatchObject({
        refusal: { code: 'request.too-large' },
      });
      // Light enough as a request, too heavy as what the owner makes of it.
      const key = randomUUID();
      const brink = heavy(messageLimits.maxMessageBytes / 2);
      expect(await command(home, record, { type: 'add', text: 'twice', secret: brink }, key)).toMatchObject({
        ok: true,
      });
      await eventually('it is answered', async () => !(await requestAt(home, key)).startsWith('pending'));
      expect(await requestAt(home, key)).toBe('refused request.too-large');
      expect(await quarantineAt(town)).toEqual([]);
      await command(town, record, { type: 'add', text: 'goes on' });
      await eventually('the link goes on', async () => {
        const { rows } = await home.pool.query('select state from note where record = $1', [record]);
        return rows[0].state.lines.includes('goes on');
      });
    },
    testTimeoutMs,
  );
});

describe('retention', () => {
  it(
    'drops old outcomes and answered requests, a bounded number at a time, and a repeated command finds its entry',
    async () => {
      const record = await begin(home, township);
      await converged(sites, record, 3);
      const key = randomUUID();
      const asked = randomUUID();
      const pending = randomUUID();
      await command(town, record, { type: 'add', text: 'once' }, key);
      await converged(sites, record, 4);
      await command(home, record, { type: 'add', text: 'asked' }, asked);
      await converged(sites, record, 5);
      network.cut.add(village);
      await command(home, record, { type: 'add', text: 'not yet answered' }, pending);
      const drop = async ({ pool }: Site, olderThan: number, limit: number): Promise<number> =>
        dropSettled(
          { query: async (text, params) => (await pool.query(text, params as unknown[])).rows },
          olderThan,
          limit,
        );
      const later = Date.now() + 1_000;
      expect(await drop(town, Date.now() - 3_600_000, 100)).toBe(0);
      expect(await drop(home, later, 1)).toBe(2);
      while ((await drop(home, later, 100)) + (await drop(town, later, 100)) > 0);
      expect(await requestAt(home, asked)).toBeUndefined();
      expect(await requestAt(home, pending)).toBe('pending -');
      expect(await command(town, record, { type: 'add', text: 'once' }, key)).toMatchObject({
        value: { state: 'done', record, seq: 4 },
      });
      network.heal();
      await converged(sites, record, 6);
    },
    testTimeoutMs,
  );
});
