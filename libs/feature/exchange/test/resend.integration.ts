import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import { Module } from '@nestjs/common';
import { nodeCode, ok, type NodeCode, type Role, type Uuid } from '@tongban/kernel';
import { createHttpApp, type HttpApp } from '@tongban/platform/http';
import { createLogger, createMetrics } from '@tongban/platform/telemetry';
import {
  EXCHANGE,
  ExchangeDeskController,
  ExchangeResendController,
  readRejects,
  type Exchange,
  type ExchangeService,
  type ExchangeTools,
} from '../src/index.js';
import { resendBulk, type BulkOrder } from '../src/usecase/resend-bulk.js';
import { resendSome } from '../src/worker/resender.js';
import { CaseBench, city, closedCase, district, pin, province, township } from './case-bench.js';
import { Gateway } from './gateway.js';

jest.setTimeout(90_000);

const chinaDay = (at: number): string =>
  new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai', dateStyle: 'short' }).format(at);
const otherItem = { ...pin, code: '370500013002', department: 'health' };
const scope = { node: province, profile: 'national-json' } as const;

let gateway: Gateway;
let exchange: Exchange;
let tools: ExchangeTools;
let app: HttpApp;
let sequence = 0;

beforeEach(async () => {
  gateway = await Gateway.open();
  exchange = await gateway.exchange({}, { feedOverlapEveryMs: 1 });
  tools = await gateway.tools();
});
afterEach(() => gateway.close());

/** Cases that the province has acknowledged: `good` of one item, one of another department. */
async function reported(good: number): Promise<{ benches: CaseBench[]; other: CaseBench }> {
  const benches = Array.from({ length: good }, () => closedCase(randomUUID(), ++sequence));
  const other = new CaseBench(randomUUID(), ++sequence).submit({ item: otherItem }).accept();
  for (const bench of [...benches, other]) await gateway.hold(bench);
  for (const bench of [...benches, other]) await gateway.drive(exchange, gateway.isAt(bench, 'acknowledged', 1));
  return { benches, other };
}

const versions = async (benches: readonly CaseBench[]): Promise<unknown[]> =>
  Promise.all(benches.map(async (bench) => (await gateway.report(bench))['data_version']));

const orderOf = (changes: Partial<BulkOrder>): BulkOrder => ({
  ...{ key: randomUUID(), scope: 'item', value: '370500013001', prefix: '37', subject: 'operator-1' },
  because: { reason: '省平台误退', name: '王敏' },
  ...changes,
});
async function work(key: Uuid, limits: Partial<ExchangeTools['limits']> = {}): Promise<Record<string, unknown>> {
  for (let round = 0; round < 20 && (await resendSome({ ...tools, limits })); round++);
  const { rows } = await gateway.pool.query('select * from exchange_resend_order where key = $1', [key]);
  return rows[0] as Record<string, unknown>;
}

describe('sending again by the many', () => {
  it('raises every case of an item once, page by page, and nothing else', async () => {
    const { benches, other } = await reported(3);
    const order = orderOf({});
    expect((await resendBulk(tools, order)).ok).toBe(true);
    const done = await work(order.key, { resendsPerRound: 2 });
    expect(done).toMatchObject({ state: 'done', reports: 3, sent: 3, skipped: 0 });
    expect(await versions([...benches, other])).toEqual([2, 2, 2, 1]);
    for (const bench of benches) await gateway.drive(exchange, gateway.isAt(bench, 'acknowledged', 2));
    expect(await gateway.sandbox.rowsOf(other.case.number)).toHaveLength(
      (await gateway.sandbox.rowsOf(other.case.number)).filter(({ dataVersion }) => dataVersion === 1).length,
    );
  });

  it('goes on where a killed process stood, without raising a case twice', async () => {
    const { benches } = await reported(3);
    const order = orderOf({});
    await resendBulk(tools, order);
    const inOrder = [...benches].sort((a, b) => (a.record < b.record ? -1 : 1));
    let commits = 0;
    const dying: ExchangeTools = {
      ...tools,
      transactor: {
        run: async (body) => {
          const result = await tools.transactor.run(body);
          const [first] = await versions([inOrder[0]!]);
          if (first === 2 && ++commits === 1) throw new Error('killed');
          return result;
        },
      },
    };
    await expect(resendSome(dying)).rejects.toThrow('killed');
    expect(await versions(inOrder)).toEqual([2, 1, 1]);
    expect(await work(order.key)).toMatchObject({ state: 'done', sent: 3 });
    expect(await versions(inOrder)).toEqual([2, 2, 2]);
  });

  it('takes a department, and a day by when the province answered; a key stands for one order', async () => {
    const { benches, other } = await reported(1);
    const byDepartment = orderOf({ scope: 'department', value: 'health' });
    await resendBulk(tools, byDepartment);
    await work(byDepartment.key);
    expect(await versions([...benches, other])).toEqual([1, 2]);
    const again = await resendBulk(tools, byDepartment);
    expect(again.ok && again.value.state).toBe('done');
    const reused = await resendBulk(tools, { ...byDepartment, value: 'civil-affairs' });
    expect(reused.ok ? '' : reused.refusal.code).toBe('request.key-reused');
    const day = chinaDay(gateway.now);
    for (const [value, reports] of [
      ['2020-01-01', 0],
      [day, 2],
    ] as const) {
      const byDay = orderOf({ scope: 'day', value });
      await resendBulk(tools, byDay);
      expect(await work(byDay.key)).toMatchObject({ state: 'done', reports, sent: reports });
    }
    // What waits to be sent under its new version is not raised once more.
    expect(await versions([...benches, other])).toEqual([2, 2]);
  });

  it('skips what lacks something, and cases that were not taken in below the person', async () => {
    const { benches } = await reported(1);
    const elsewhere = orderOf({ prefix: '3702' });
    await resendBulk(tools, elsewhere);
    expect(await work(elsewhere.key)).toMatchObject({ state: 'done', reports: 0 });
    gateway.departmentHeld = false;
    const order = orderOf({});
    await resendBulk(tools, order);
    expect(await work(order.key)).toMatchObject({ state: 'done', sent: 0, skipped: 1 });
    expect(await versions(benches)).toEqual([1]);
  });

  it('knows the item of reports that were made before it was kept, without sending them', async () => {
    const { benches } = await reported(1);
    await gateway.pool.query('update exchange_report set item = null, department = null, owner = null');
    await gateway.pool.query('delete from exchange_cursor');
    const sent = gateway.seen.length;
    gateway.now += 60_000;
    await exchange.round();
    const row = await gateway.report(benches[0]!);
    expect(row).toMatchObject({ item: '370500013001', department: 'civil-affairs', data_version: 1 });
    expect(row['owner']).toBe(benches[0]!.case.owner);
    expect(gateway.seen).toHaveLength(sent);
  });
});

describe('the desk of the exchange', () => {
  const base = `/v1/nodes/${province}/exchange`;
  const bearer = (division: NodeCode, role: Role) => ({ authorization: `Bearer ${role}.${division}` });

  beforeEach(async () => {
    const running = { breaker: exchange.breaker, wake: () => undefined };
    const service: ExchangeService = { node: province, lines: [{ tools, exchange: running }] };
    class Root {}
    Module({
      controllers: [ExchangeDeskController, ExchangeResendController],
      providers: [{ provide: EXCHANGE, useValue: service }],
    })(Root);
    app = await createHttpApp({
      module: Root,
      ports: {
        verifier: {
          verify: async (token) => {
            const [role = '', division = ''] = token.split('.');
            return ok({ subject: 'operator-1', name: '王敏', roles: [role as Role], division: nodeCode(division) });
          },
        },
        nodes: { isKnown: () => true, isHosted: (code) => code === province },
        checks: [],
      },
      logger: createLogger({ service: 'test', level: 'error' }),
      metrics: createMetrics('test'),
      info: { title: '通办', version: '1.0.0' },
    });
  });
  afterEach(() => app.close());

  const get = (path: string, division: NodeCode = city, role: Role = 'exchange-operator') =>
    app.nest.inject({ url: `${base}${path}`, headers: bearer(division, role) });
  const order = (payload: object, key: string, division: NodeCode = city) =>
    app.nest.inject({
      ...{ method: 'POST', url: `${base}/resends`, payload },
      headers: { ...bearer(division, 'exchange-operator'), 'idempotency-key': key },
    });

  it('takes an order and tells how far it is', async () => {
    await reported(2);
    const key = randomUUID();
    const body = { scope: 'item', value: '370500013001', reason: '接口升级后漏报' };
    const taken = await order(body, key);
    expect(taken.statusCode).toBe(202);
    expect(taken.json()).toMatchObject({ id: key, state: 'running', reports: 2, sent: 0, endedAt: null });
    expect((await order({ ...body, value: 'x' }, key)).json()).toMatchObject({ code: 'request.key-reused' });
    await work(key);
    expect((await get(`/resends/${key}`)).json()).toMatchObject({ state: 'done', sent: 2, skipped: 0 });
    expect((await get(`/resends/${randomUUID()}`)).statusCode).toBe(404);
    expect((await get(`/resends/${key}`, nodeCode('370200000000'))).statusCode).toBe(404);
    expect((await order({ ...body, scope: 'day', value: '2026-02-30' }, randomUUID())).statusCode).toBe(400);
    expect((await order(body, randomUUID(), district)).statusCode).toBe(403);
    expect((await order({ ...body, reason: ' ' }, randomUUID())).statusCode).toBe(400);
    expect((await order({ ...body, reason: '另一个原因' }, key)).json()).toMatchObject({ code: 'request.key-reused' });
    expect((await order(body, key)).json()).toMatchObject({ id: key, state: 'done' });
  });

  it('tells who had what sent again, why, and what came of it; both lie sealed', async () => {
    const { benches, other } = await reported(2);
    const [first] = benches;
    const [single, bulk] = [randomUUID(), randomUUID()];
    const resend = (key: string, reason: string) =>
      app.nest.inject({
        ...{ method: 'POST', url: `${base}/reports/${first!.record}/resend`, payload: { reason } },
        headers: { ...bearer(city, 'exchange-operator'), 'idempotency-key': key },
      });
    expect((await resend(single, '省平台误退')).statusCode).toBe(202);
    expect((await resend(single, '省平台误退')).statusCode).toBe(202);
    expect((await resend(single, '别的原因')).json()).toMatchObject({ code: 'request.key-reused' });
    gateway.now += 1_000;
    const asked = { scope: 'department', value: 'health', reason: '省平台数据丢失' };
    expect((await order(asked, bulk)).json()).toMatchObject({
      ...{ reason: '省平台数据丢失', askedBy: { subject: 'operator-1', name: '王敏' } },
    });
    await work(bulk);
    const shown = async (query = '', division: NodeCode = city) =>
      (await get(`/resends${query}`, division)).json<{ resends: Record<string, unknown>[]; next: string | null }>();
    const common = { profile: 'national-json', state: 'done', reports: 1, sent: 1, skipped: 0 };
    const askedBy = { subject: 'operator-1', name: '王敏' };
    const all = await shown();
    expect(all.resends).toMatchObject([
      { ...common, id: bulk, scope: 'department', value: 'health', number: null, reason: '省平台数据丢失', askedBy },
      {
        ...{ ...common, id: single, scope: 'record', value: first!.record, number: first!.case.number },
        ...{ reason: '省平台误退', askedBy },
      },
    ]);
    expect(all.next).toBeNull();
    const page = await shown('?limit=1');
    expect(page.resends.map(({ id }) => id)).toEqual([bulk]);
    expect((await shown(`?limit=1&cursor=${page.next!}`)).resends.map(({ id }) => id)).toEqual([single]);
    expect((await shown('', nodeCode('370200000000'))).resends).toEqual([]);
    expect(await versions([first!, other])).toEqual([2, 2]);
    for (const table of ['exchange_resend', 'exchange_resend_order']) {
      const { rows } = await gateway.pool.query(`select * from ${table}`);
      expect(rows).toHaveLength(1);
      expect(JSON.stringify(rows)).not.toMatch(/王敏|省平台/);
    }
    // An order of before reasons were asked for.
    await gateway.pool.query('update exchange_resend_order set because = null');
    expect((await shown()).resends[0]).toMatchObject({ reason: null, askedBy: { subject: 'operator-1', name: null } });
  });

  it('shows each department its rates', async () => {
    const { other } = await reported(2);
    const held = closedCase(randomUUID(), ++sequence, false);
    gateway.now += 1;
    await gateway.hold(held);
    await gateway.drive(exchange, gateway.isAt(held, 'held', 1));
    await gateway.pool.query('update exchange_answer set late = true where record = $1', [other.record]);
    const [from, to] = [chinaDay(gateway.now - 86_400_000), chinaDay(gateway.now)];
    const shown = (await get(`/rates?from=${from}&to=${to}`)).json<{ departments: Record<string, unknown>[] }>();
    expect(shown.departments).toMatchObject([
      { department: 'civil-affairs', cases: 3, held: 1, rejected: 0, lateRows: 0, onTime: 1, complete: 0.6666 },
      { department: 'health', cases: 1, held: 0, onTime: 0, complete: 1 },
    ]);
    const quiet = (await get('/rates?from=2020-01-01&to=2020-01-31')).json<{ departments: unknown[] }>();
    expect(quiet.departments[0]).toMatchObject({ rows: 0, onTime: null, complete: 0.6666 });
    expect((await get(`/rates?from=${to}&to=2020-01-01`)).statusCode).toBe(400);
  });

  it('lists for a node what its cases lack and what was sent back, mended cases no longer', async () => {
    const wrong = new CaseBench(randomUUID(), ++sequence).submit({ identityType: 'other' }).accept();
    const held = closedCase(randomUUID(), ++sequence, false);
    for (const bench of [wrong, held]) await gateway.hold(bench);
    await gateway.drive(exchange, gateway.isAt(wrong, 'rejected', 1));
    await gateway.drive(exchange, gateway.isAt(held, 'held', 1));
    interface Returns {
      readonly returns: { readonly record: string; readonly state: string }[];
      readonly next: string | null;
    }
    const statesOf = async (owner: NodeCode, division: NodeCode): Promise<Record<string, string>> => {
      const states: Record<string, string> = {};
      let cursor = '';
      for (let page = 0; page < 5; page++) {
        const { returns, next } = (
          await get(`/returns?owner=${owner}&limit=1${cursor}`, division, 'clerk')
        ).json<Returns>();
        for (const { record, state } of returns) states[record] = state;
        if (next === null) break;
        cursor = `&cursor=${next}`;
      }
      return states;
    };
    const owners = [wrong.case.owner, held.case.owner];
    const found = Object.assign({}, ...(await Promise.all(owners.map((owner) => statesOf(owner, city))))) as object;
    expect(found).toEqual({ [wrong.record]: 'rejected', [held.record]: 'held' });
    expect((await get(`/returns?owner=${district}`, township, 'clerk')).statusCode).toBe(403);
    expect((await get(`/returns`, nodeCode('370200000000'), 'clerk')).json()).toMatchObject({ returns: [] });
    expect((await get('/returns?owner=3711', city)).json()).toMatchObject({ code: 'node.unknown' });
    const changes = { identityType: 'residentIdentityCard' } as const;
    await gateway.hold(wrong.do({ type: 'correct', changes, reasonCode: 'provinceRejected' }, 'clerk'));
    await gateway.drive(exchange, gateway.isAt(wrong, 'acknowledged', 2));
    expect(await statesOf(wrong.case.owner, city)).not.toHaveProperty(wrong.record);
    const rejects = await gateway.transactor.run((sql) => readRejects(sql, scope));
    expect(rejects).toContainEqual({ code: 'E-CODE-applyer_page_type', rows: 1 });
  });
});
