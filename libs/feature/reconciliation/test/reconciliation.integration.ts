import { bindingsOf, federationMigrations, Host, type Reconciler } from '@tongban/federation/nest';
import { journalMigrations, Sealer } from '@tongban/journal';
import { nodeCode, ok } from '@tongban/kernel';
import { openOffice, type TestOffice } from '@tongban/testkit';
import { randomUUID } from 'node:crypto';
import { lastNightOf, NightlyReconciliation, RECONCILIATION, ReconciliationController } from '../src/index.js';

const township = nodeCode('371102001000');
const village = nodeCode('371102001001');
const district = nodeCode('371102000000');
const dayMs = 86_400_000;
let office: TestOffice;
let reconciler: Reconciler;
const silent = (): void => undefined;

beforeAll(async () => {
  office = await openOffice({
    nodes: [township, village],
    migrations: [...journalMigrations, ...federationMigrations],
    features: async (parts, closing) => {
      const host = await Host.open({
        ...{ ...parts, bindings: bindingsOf([]), sealer: new Sealer(parts.directory, parts.keystore), log: silent },
        traced: (_traceparent, _name, _attributes, work) => work(),
        hub: {
          ...{ name: 'none', reaches: () => false, send: () => Promise.reject(new Error('no hub')) },
          ...{ start: () => Promise.resolve(), stop: () => Promise.resolve() },
        },
      });
      reconciler = host.reconciler({ transactor: parts.transactor, above: undefined });
      closing(() => reconciler.stop());
      const tools = { reconciler, transactor: parts.transactor, above: undefined, clock: parts.clock };
      return [{ controllers: [ReconciliationController], providers: [{ provide: RECONCILIATION, useValue: tools }] }];
    },
  });
});
afterAll(() => office.close());

const sql = <Row>(text: string, params: unknown[] = []): Promise<Row[]> =>
  office.parts.transactor.run((tx) => tx.query<Row>(text, params));

describe('reconciliations over HTTP', () => {
  it('are begun by an administrator of the node or above, once per key, and shown with what they found', async () => {
    const [lost, other] = [randomUUID(), randomUUID()];
    for (const record of [lost, other]) {
      await sql(
        `insert into record values ($1, $2, 'case', $1, 1, 3, decode(repeat('ab', 32), 'hex'), array[$1], null, now())`,
        [township, record],
      );
    }
    const administrator = office.as('administrator', district);
    const key = randomUUID();
    const begun = await administrator.send('POST', `${township}/reconciliations`, {}, { key });
    expect({ status: begun.statusCode, body: begun.json() }).toEqual({
      status: 202,
      body: { reconciliation: key, state: 'running' },
    });
    await reconciler.settled();
    const again = await administrator.send('POST', `${township}/reconciliations`, {}, { key });
    expect(again.json()).toMatchObject({ reconciliation: key, state: 'differing' });
    const supervisor = office.as('supervisor', township);
    const one = await supervisor.get(`${township}/reconciliations/${key}`);
    expect(one.json()).toMatchObject({
      ...{ id: key, peer: null, state: 'differing', isSigned: false },
      result: { checkedRecords: 2, damaged: 2, interruption: null },
    });
    const listed = (await supervisor.get(`${township}/reconciliations`)).json();
    expect(listed.reconciliations).toEqual([one.json()]);
    const damaged = (await supervisor.get(`${township}/damaged-records`)).json();
    expect(damaged.damaged.map(({ record }: { record: string }) => record)).toEqual([lost, other].sort());
    await sql('delete from record');
    await sql('delete from damaged_record');
  });

  it('stop when an administrator cancels them, the one that runs and the one that waits for its turn', async () => {
    const administrator = office.as('administrator', district);
    const begin = async (node: string) => {
      const key = randomUUID();
      expect((await administrator.send('POST', `${node}/reconciliations`, {}, { key })).statusCode).toBe(202);
      return `${node}/reconciliations/${key}`;
    };
    const cancel = (run: string, by = administrator) => by.send('POST', `${run}/cancellation`);
    const stateOf = async (run: string) => (await administrator.get(run)).json();
    let release = silent;
    const held = new Promise<void>((resolve) => (release = resolve));
    let locked = silent;
    const isLocked = new Promise<void>((resolve) => (locked = resolve));
    // Nobody reads records until it is released: the first run cannot end by itself.
    const lock = office.parts.transactor.run(async (tx) => {
      await tx.query('lock table record in access exclusive mode');
      locked();
      await held;
    });
    await isLocked;
    const [running, waiting] = [await begin(township), await begin(village)];
    try {
      expect((await cancel(running, office.as('clerk', township))).json()).toMatchObject({ code: 'jurisdiction.role' });
      for (const run of [running, waiting, waiting]) {
        const asked = await cancel(run);
        expect([asked.statusCode, asked.json()]).toMatchObject([202, { state: 'running' }]);
      }
    } finally {
      release();
      await lock;
    }
    await reconciler.settled();
    expect(await stateOf(running)).toMatchObject({ state: 'cancelled', isSigned: false, endedAt: expect.any(String) });
    expect(await stateOf(waiting)).toMatchObject({ state: 'cancelled', isSigned: false, result: null });
    expect((await cancel(waiting)).json()).toMatchObject({ state: 'cancelled' });
    const again = await begin(village);
    await reconciler.settled();
    expect(await stateOf(again)).toMatchObject({ state: 'agreed' });
    const late = await cancel(again);
    expect([late.statusCode, late.json()]).toMatchObject([409, { code: 'reconciliation.ended' }]);
    expect((await cancel(`${village}/reconciliations/${randomUUID()}`)).statusCode).toBe(404);
  });

  it('show how far the one that runs has come', async () => {
    const [page, records] = [50, 60];
    for (let place = 0; place < records; place++)
      await sql(
        `insert into record values ($1, $2, 'case', $1, 1, 3, decode(repeat('ab', 32), 'hex'), array[$1], null, now())`,
        [township, randomUUID()],
      );
    const administrator = office.as('administrator', district);
    const begin = async (node: string) => {
      const key = randomUUID();
      expect((await administrator.send('POST', `${node}/reconciliations`, {}, { key })).statusCode).toBe(202);
      return `${node}/reconciliations/${key}`;
    };
    const soFar = async (run: string) => (await administrator.get(run)).json().checkedSoFar;
    let [running, waiting] = ['', ''];
    // A record of the second page is somebody else's for a while, so its check waits.
    await office.parts.transactor.run(async (tx) => {
      await tx.query('select from record where node = $1 order by record desc limit 1 for update', [township]);
      [running, waiting] = [await begin(township), await begin(village)];
      for (let look = 0; look < 100 && (await soFar(running)) !== page; look++)
        await new Promise((resolve) => setTimeout(resolve, 50));
      expect([await soFar(running), await soFar(waiting)]).toEqual([page, null]);
    });
    await reconciler.settled();
    expect([await soFar(running), await soFar(waiting)]).toEqual([null, null]);
    await sql('delete from record');
    await sql('delete from damaged_record');
  });

  it('stay cancelled when the process ended before they had stopped', async () => {
    const [asked, cut] = [randomUUID(), randomUUID()];
    for (const id of [asked, cut])
      await sql(
        `insert into reconciliation (node, id, state, begun_at, cancel_asked_at) values ($1, $2, 'running', now(), $3)`,
        [village, id, id === asked ? new Date() : null],
      );
    await reconciler.start();
    const rows = await sql(`select id, state from reconciliation where id = any($1)`, [[asked, cut]]);
    expect(rows).toEqual(
      expect.arrayContaining([
        { id: asked, state: 'cancelled' },
        { id: cut, state: 'interrupted' },
      ]),
    );
  });

  it('are nobody else’s business', async () => {
    const post = (role: 'clerk' | 'administrator', at = township) =>
      office.as(role, at).send('POST', `${township}/reconciliations`, {});
    expect((await post('clerk')).json()).toMatchObject({ status: 403, code: 'jurisdiction.role' });
    expect((await post('administrator', village)).json()).toMatchObject({ code: 'jurisdiction.division' });
    const supervisor = office.as('supervisor', township);
    expect((await supervisor.get(`${township}/reconciliations/${randomUUID()}`)).json()).toMatchObject({
      status: 404,
      code: 'reconciliation.unknown',
    });
    expect((await office.as('clerk', township).get(`${township}/damaged-records`)).statusCode).toBe(403);
  });

  it('tell where a record is', async () => {
    const record = randomUUID();
    await sql(
      `insert into record values ($1, $2, 'case', $3, 2, 7, decode(repeat('ab', 32), 'hex'), array[$1, $3], $1, now())`,
      [township, record, village],
    );
    const clerk = office.as('clerk', township);
    expect((await clerk.get(`${township}/locations/${record}`)).json()).toEqual({
      ...{ record, recordClass: 'case', owner: village, offeredTo: township, epoch: 2, seq: 7, answeredBy: township },
    });
    expect((await clerk.get(`${township}/locations/${randomUUID()}`)).json()).toMatchObject({ code: 'case.unknown' });
  });
});

describe('every night', () => {
  const at = { now: Date.parse('2026-07-30T20:00:00+08:00') };
  const asked: string[] = [];
  let isAway = false;
  const nightly = () =>
    new NightlyReconciliation({
      ...{ nodes: [township, village], transactor: office.parts.transactor, newId: randomUUID, log: silent },
      clock: { now: () => at.now },
      reaches: () => !isAway,
      reconciler: {
        async request(node, id) {
          asked.push(node);
          await sql(
            `insert into reconciliation (node, id, peer, state, begun_at, ended_at, result) values ($1, $2, $3, 'agreed', $4, $4, '{}')`,
            [node, id, node === village ? township : district, new Date(at.now).toISOString()],
          );
          return ok(id);
        },
      },
    });

  beforeEach(async () => {
    asked.length = 0;
    await sql('delete from reconciliation');
  });

  it('each node has its turn once, also after a night in which the host was down', async () => {
    const host = nightly();
    expect(await host.check()).toBe(0);
    at.now += dayMs;
    expect(await host.check()).toBe(2);
    expect(await host.check()).toBe(0);
    at.now += 3 * dayMs;
    expect(await nightly().check()).toBe(2);
    expect(asked.sort()).toEqual([township, township, village, village]);
    expect(lastNightOf(village, at.now)).toBeLessThan(at.now);
  });

  it('a node whose run was cancelled is left alone until the next night', async () => {
    const host = nightly();
    at.now += dayMs;
    await sql(
      `insert into reconciliation (node, id, peer, state, begun_at, ended_at, cancel_asked_at)
       values ($1, $2, $3, 'cancelled', $4, $4, $4)`,
      [village, randomUUID(), township, new Date(at.now).toISOString()],
    );
    expect(await host.check()).toBe(1);
    expect(asked).toEqual([township]);
  });

  it('a node whose parent is away is made up for when it is back', async () => {
    const host = nightly();
    at.now += dayMs;
    isAway = true;
    expect(await host.check()).toBe(0);
    isAway = false;
    at.now += dayMs / 24;
    expect(await host.check()).toBe(2);
  });
});
