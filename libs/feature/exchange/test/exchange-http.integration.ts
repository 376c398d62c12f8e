import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import { Module } from '@nestjs/common';
import { nodeCode, ok, type NodeCode, type Role } from '@tongban/kernel';
import { createHttpApp, type HttpApp } from '@tongban/platform/http';
import { createLogger, createMetrics } from '@tongban/platform/telemetry';
import {
  EXCHANGE,
  ExchangeController,
  ExchangeResendController,
  ExchangeStatementController,
  type Exchange,
  type ExchangeService,
} from '../src/index.js';
import { dayStatementSchema, statementRecordsSchema } from '../src/http/schemas.js';
import { CaseBench, city, closedCase, district, province } from './case-bench.js';
import { Gateway } from './gateway.js';

const timeoutMs = 90_000;
jest.setTimeout(timeoutMs);

let gateway: Gateway;
let exchange: Exchange;
let app: HttpApp;
let woken = 0;
let sequence = 0;

const otherCity = nodeCode('370200000000');
const operator = (division: NodeCode, role: Role = 'exchange-operator') => ({
  authorization: `Bearer ${role}.${division}`,
});

beforeAll(async () => {
  gateway = await Gateway.open();
  exchange = await gateway.exchange();
  const running = {
    get breaker() {
      return exchange.breaker;
    },
    wake: () => void woken++,
  };
  const service: ExchangeService = { node: province, lines: [{ tools: await gateway.tools(), exchange: running }] };
  class Root {}
  Module({
    controllers: [ExchangeController, ExchangeResendController, ExchangeStatementController],
    providers: [{ provide: EXCHANGE, useValue: service }],
  })(Root);
  app = await createHttpApp({
    module: Root,
    ports: {
      verifier: {
        verify: async (token) => {
          const [role = '', division = ''] = token.split('.');
          return ok({ subject: 'operator-1', roles: [role as Role], division: nodeCode(division) });
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
afterAll(async () => {
  await app.close();
  await gateway.close();
});

interface Shown {
  readonly reports: { readonly record: string; readonly state: string; readonly dataVersion: number }[];
  readonly next: string | null;
}
const base = `/v1/nodes/${province}/exchange`;
const get = async <T>(path: string, division: NodeCode = city): Promise<T> => {
  const answer = await app.nest.inject({ url: `${base}${path}`, headers: operator(division) });
  if (answer.statusCode !== 200) throw new Error(`${answer.statusCode} ${answer.body}`);
  return answer.json<T>();
};
const resend = (record: string, key: string = randomUUID(), division: NodeCode = city) =>
  app.nest.inject({
    method: 'POST',
    url: `${base}/reports/${record}/resend`,
    payload: { reason: '省平台误退' },
    headers: { ...operator(division), 'idempotency-key': key },
  });
const held = async (named = true): Promise<CaseBench> => {
  // Later than anything read so far: a case of the same moment is found with the overlap only.
  gateway.now += 1;
  const bench = closedCase(randomUUID(), ++sequence, named);
  await gateway.hold(bench);
  return bench;
};

describe('the routes of the exchange', () => {
  it('show what is where, page by page, with what is missing and what was objected to', async () => {
    const wrong = new CaseBench(randomUUID(), ++sequence).submit({ identityType: 'other' }).accept();
    await gateway.hold(wrong);
    const [good, incomplete] = [await held(), await held(false)];
    await gateway.drive(exchange, gateway.isAt(incomplete, 'held', 1));
    await gateway.drive(exchange, gateway.isAt(good, 'acknowledged', 1));
    const seen: Shown['reports'] = [];
    let cursor = '';
    for (let page = 0; page < 5; page++) {
      const shown = await get<Shown>(`/reports?limit=1${cursor}`);
      seen.push(...shown.reports);
      if (shown.next === null) break;
      cursor = `&cursor=${shown.next}`;
    }
    expect(new Map(seen.map(({ record, state }) => [record, state]))).toEqual(
      new Map([
        [wrong.record, 'rejected'],
        [good.record, 'acknowledged'],
        [incomplete.record, 'held'],
      ]),
    );
    expect(seen).toHaveLength(3);
    const rejected = await get<Shown>('/reports?state=rejected');
    expect(rejected.reports).toMatchObject([
      { record: wrong.record, problems: [{ code: 'E-CODE-applyer_page_type' }, {}, {}, {}], held: [], receipt: null },
    ]);
    expect((await get<Shown>('/reports?state=held')).reports).toMatchObject([
      { held: [{ field: 'handle_user_name', code: 'missing' }, { field: 'handle_user_name' }] },
    ]);
  });

  it('count, and tell how long the oldest has waited', async () => {
    await gateway.sandbox.behave({ mode: 'down', count: 1 });
    const bench = await held();
    await exchange.round();
    gateway.now += 1_000;
    expect(await get('/status')).toMatchObject({
      profile: 'national-json',
      reports: { acknowledged: 1, rejected: 1, held: 1, pending: 1, sent: 0, idle: 0 },
      oldestUnsentSeconds: 1,
      openBatches: 1,
      breaker: { state: 'closed', until: null },
    });
    await gateway.drive(exchange, gateway.isAt(bench, 'acknowledged', 1));
    expect(await get('/status', province)).toMatchObject({ oldestUnsentSeconds: null, openBatches: 0 });
    expect(await get('/status?profile=national-json')).toMatchObject({ profile: 'national-json' });
    await expect(get('/status?profile=shandong-database')).rejects.toThrow('exchange.profile');
  });

  it('send again under a new version, once per key', async () => {
    const bench = await held();
    await gateway.drive(exchange, gateway.isAt(bench, 'acknowledged', 1));
    const key = randomUUID();
    const before = woken;
    for (let time = 0; time < 2; time++) {
      const answer = await resend(bench.record, key);
      expect(answer.statusCode).toBe(202);
      expect(answer.json()).toEqual({ record: bench.record, state: 'pending', dataVersion: 2 });
    }
    expect(woken).toBeGreaterThan(before);
    await gateway.drive(exchange, gateway.isAt(bench, 'acknowledged', 2));
    const other = await held();
    await gateway.drive(exchange, gateway.isAt(other, 'acknowledged', 1));
    expect((await resend(other.record, key)).json()).toMatchObject({ code: 'request.key-reused' });
    const { rows } = await gateway.pool.query('select subject, record from exchange_resend');
    expect(rows).toEqual([{ subject: 'operator-1', record: bench.record }]);
  });

  it('do not send what is not there or has nothing complete', async () => {
    expect((await resend(randomUUID())).json()).toMatchObject({ code: 'exchange.unknown', status: 404 });
    gateway.departmentHeld = false;
    const bench = await held();
    expect((await resend(bench.record)).json()).toMatchObject({ code: 'exchange.held', status: 409 });
    gateway.departmentHeld = true;
  });

  it('hold the statement of a day against the province', async () => {
    const china = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai', dateStyle: 'short' });
    const day = china.format(gateway.now);
    const statement = dayStatementSchema.parse(await get(`/statement?day=${day}`));
    expect(statement).toMatchObject({ day, differences: [] });
    // Each kind leads to as many rows as were counted, whatever the size of the pages.
    for (const [kind, { acknowledged, rejected }] of Object.entries(statement.ours)) {
      const rows: { readonly businessKey: string; readonly outcome: string; readonly dataVersion: number }[] = [];
      let cursor: string | null = '';
      while (cursor !== null) {
        const more: string = cursor === '' ? '' : `&cursor=${cursor}`;
        const page = statementRecordsSchema.parse(
          await get(`/statement/records?day=${day}&kind=${kind}&limit=1${more}`),
        );
        rows.push(...page.records);
        cursor = page.next;
      }
      const of = (outcome: string) => rows.filter((row) => row.outcome === outcome).length;
      expect([kind, of('acknowledged'), of('rejected')]).toEqual([kind, acknowledged, rejected]);
      expect(new Set(rows.map((row) => `${row.businessKey} ${row.dataVersion}`)).size).toBe(rows.length);
    }
    const accepted = statementRecordsSchema.parse(await get(`/statement/records?day=${day}&kind=accept`));
    expect(accepted.records[0]).toMatchObject({ number: expect.any(String), receivedAt: expect.any(String) });
    const elsewhere = await app.nest.inject({
      url: `${base}/statement/records?day=${day}&kind=accept`,
      headers: operator(nodeCode('370200000000')),
    });
    expect(elsewhere.json().records).toEqual([]);
    const wrong = await app.nest.inject({ url: `${base}/statement?day=2026-02-30`, headers: operator(city) });
    expect(wrong.statusCode).toBe(400);
  });

  it('are for the province and its cities, each for its own cases', async () => {
    for (const [division, role] of [
      [district, 'exchange-operator'],
      [city, 'clerk'],
    ] as const) {
      const answer = await app.nest.inject({ url: `${base}/reports`, headers: operator(division, role) });
      expect(answer.statusCode).toBe(403);
    }
    expect(await get('/reports', otherCity)).toEqual({ reports: [], next: null });
    const bench = await held();
    await gateway.drive(exchange, gateway.isAt(bench, 'acknowledged', 1));
    expect((await resend(bench.record, randomUUID(), otherCity)).statusCode).toBe(404);
  });
});
