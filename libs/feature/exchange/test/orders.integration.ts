import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import { Module } from '@nestjs/common';
import { nodeCode, ok, refuse, type NodeCode, RefusalError } from '@tongban/kernel';
import { createHttpApp } from '@tongban/platform/http';
import { createLogger, createMetrics } from '@tongban/platform/telemetry';
import {
  Exchange,
  EXCHANGE,
  ExchangeOrderController,
  HttpsInbox,
  ProvinceKeys,
  type ExchangeService,
  type ExchangeTools,
} from '../src/index.js';
import { CaseBench, city, district, province } from './case-bench.js';
import { Gateway } from './gateway.js';

jest.setTimeout(90_000);

let gateway: Gateway;
let tools: ExchangeTools;
let exchange: Exchange;
let sequence = 0;

beforeEach(async () => {
  gateway = await Gateway.open();
  const { url } = gateway.sandbox;
  const keys = new ProvinceKeys({
    ...{ node: province, url, transactor: gateway.transactor, fetch },
    clock: { now: () => gateway.now },
  });
  const inbox = new HttpsInbox({ url, signer: () => gateway.signer(), keys, fetch });
  const execute: ExchangeTools['commands']['execute'] = async (input) => urge(input.key);
  tools = await gateway.tools({ inbox, commands: { execute } });
  exchange = new Exchange(tools);
  urged.length = 0;
  refusedWith = undefined;
});
afterEach(() => gateway.close());

/** Keys under which the owner was asked. */
const urged: string[] = [];
let refusedWith: 'case.not-owner' | 'case.closed' | undefined;
async function urge(key: string) {
  urged.push(key);
  return refusedWith === undefined ? ok({ record: key, state: 'done' as const, seq: 1 }) : refuse(refusedWith, '');
}

const headers = { 'content-type': 'application/json' };
async function plant(changes: object): Promise<string> {
  const id = randomUUID();
  const message = {
    ...{ id, kind: 'supervision', content: '群众反映久未办结，请核实', issued: '2026-03-02T10:00:00+08:00' },
    ...{ due: '2026-03-09', ...changes },
  };
  const answer = await fetch(`${gateway.sandbox.url}/sandbox/inbox`, {
    method: 'POST',
    headers,
    body: JSON.stringify(message),
  });
  if (answer.status !== 200) throw new Error(await answer.text());
  return id;
}
const replies = async (): Promise<unknown[]> =>
  ((await (await fetch(`${gateway.sandbox.url}/sandbox/inbox`)).json()) as { replies: unknown[] }).replies;

async function reported(): Promise<CaseBench> {
  const bench = new CaseBench(randomUUID(), ++sequence).submit().accept();
  await gateway.hold(bench);
  await gateway.drive(exchange, gateway.isAt(bench, 'acknowledged', 1));
  return bench;
}
async function rounds(count = 2): Promise<void> {
  for (let round = 0; round < count; round++) {
    gateway.now += 60_000;
    await exchange.round();
  }
}

describe('orders of the province', () => {
  it('reach the owner of their case once, and the province hears that they came', async () => {
    const bench = await reported();
    const id = await plant({ projectno: bench.case.number });
    await rounds(3);
    expect(await replies()).toEqual([{ id, outcome: 'received', text: null }]);
    expect(urged).toHaveLength(1);
    const { rows } = await gateway.pool.query('select stage, record, told, next_at from exchange_order');
    expect(rows).toEqual([{ stage: 'open', record: bench.record, told: 'received', next_at: null }]);
    const stored = await gateway.pool.query<{ all: string }>('select o::text as all from exchange_order o');
    expect(stored.rows[0]!.all).not.toContain('久未办结');
  });

  it('of an unknown case or another kind are answered as such, and hold nothing up', async () => {
    const bench = await reported();
    const unknown = await plant({ projectno: 'nobody-knows' });
    const strange = await plant({ kind: 'somethingNew' });
    const good = await plant({ projectno: bench.case.number });
    await rounds(3);
    expect(await replies()).toEqual(
      expect.arrayContaining([
        { id: unknown, outcome: 'unknown', text: null },
        { id: strange, outcome: 'unsupported', text: null },
        { id: good, outcome: 'received', text: null },
      ]),
    );
    expect(urged).toHaveLength(1);
  });

  it('are told of under the same key until the owner and the province have heard', async () => {
    const bench = await reported();
    await plant({ projectno: bench.case.number });
    refusedWith = 'case.not-owner';
    await gateway.sandbox.behave({ mode: 'down', count: 1 });
    await rounds(1);
    expect(await replies()).toEqual([]);
    await rounds(3);
    expect(await replies()).toHaveLength(1);
    expect(urged.length).toBeGreaterThan(1);
    refusedWith = undefined;
    await rounds(12);
    expect(new Set(urged).size).toBe(1);
    const asked = urged.length;
    await rounds(5);
    expect(urged).toHaveLength(asked);
  });

  it('of a case that takes no urging any more are still there to be answered', async () => {
    const bench = await reported();
    await plant({ projectno: bench.case.number });
    refusedWith = 'case.closed';
    await rounds(5);
    expect(urged).toHaveLength(1);
    const { rows } = await gateway.pool.query('select stage, urged from exchange_order');
    expect(rows).toEqual([{ stage: 'open', urged: true }]);
  });
});

describe('the base catalogue', () => {
  const line = (version: number, changes: object = {}) => ({
    ...{
      catalog_code: '000511004000',
      task_name: '高龄津贴发放',
      task_type: '05',
      task_state: '1',
      task_version: version,
    },
    ...{ plan_effective_date: '2026-03-01', ...changes },
  });

  it('is published line by line, wrong ones are told by their place, and nothing is published twice', async () => {
    const published = new Map<string, string>();
    const keys = new Map<string, string>();
    let away = true;
    tools = {
      ...tools,
      baseCatalogue: {
        publish: async (key, base) => {
          if (away) return refuse('service.unavailable', '');
          const id = `${base.code}@${base.version}`;
          if (published.has(id) && published.get(id) !== base.fields.name)
            return refuse('item.version-conflict', '内容不同');
          published.set(id, base.fields.name);
          keys.set(key, id);
          return ok({});
        },
      },
    };
    exchange = new Exchange(tools);
    const id = await plant({ kind: 'catalogue', lines: [line(1), line(2, { task_type: '77' }), line(3)] });
    await rounds(2);
    expect(await replies()).toEqual([{ id, outcome: 'received', text: null }]);
    away = false;
    await rounds(6);
    const lines = [{ line: 1, code: 'request.invalid', text: 'task_type 不正确' }];
    expect(await replies()).toContainEqual({ id, outcome: 'accepted', text: null, lines });
    expect([...published.keys()]).toEqual(['000511004000@1', '000511004000@3']);
    const again = await plant({ kind: 'catalogue', lines: [line(3)] });
    const other = await plant({ kind: 'catalogue', lines: [line(3, { task_name: '另一名称' })] });
    await rounds(4);
    expect(await replies()).toContainEqual({ id: again, outcome: 'accepted', text: null });
    expect(await replies()).toContainEqual(
      expect.objectContaining({ id: other, outcome: 'refused', code: 'item.version-conflict' }),
    );
    expect(published.size).toBe(2);
  });
});

it('are shown to the city of their case, opened with a purpose and answered once over HTTP', async () => {
  const bench = await reported();
  const id = await plant({ projectno: bench.case.number });
  await rounds(3);
  const service: ExchangeService = {
    node: province,
    lines: [{ tools, exchange: { breaker: exchange.breaker, wake: () => undefined } }],
  };
  class Root {}
  Module({ controllers: [ExchangeOrderController], providers: [{ provide: EXCHANGE, useValue: service }] })(Root);
  const audited: string[] = [];
  let logIsAway = false;
  const app = await createHttpApp({
    module: Root,
    ports: {
      audit: {
        write: async ({ operation, subject }) => {
          if (logIsAway) throw new RefusalError({ code: 'service.unavailable', detail: '审计日志暂时无法写入' });
          audited.push(`${operation} ${subject}`);
        },
        note: () => undefined,
      },
      verifier: {
        verify: async (token) => ok({ subject: 'operator-1', roles: ['exchange-operator'], division: nodeCode(token) }),
      },
      nodes: { isKnown: () => true, isHosted: (code) => code === province },
      checks: [],
    },
    logger: createLogger({ service: 'test', level: 'error' }),
    metrics: createMetrics('test'),
    info: { title: '通办', version: '1.0.0' },
  });
  const base = `/v1/nodes/${province}/exchange/orders`;
  const list = async (division: NodeCode, state = 'open') =>
    app.nest.inject({ url: `${base}?state=${state}`, headers: { authorization: `Bearer ${division}` } });
  const open = async (query: string, division: NodeCode = city) =>
    app.nest.inject({ url: `${base}/${id}/content?${query}`, headers: { authorization: `Bearer ${division}` } });
  const forChecking = `purpose=${encodeURIComponent('核实办理情况')}`;
  const readings = async (): Promise<string> =>
    (await gateway.pool.query<{ all: string }>('select r::text as all from exchange_order_read r')).rows
      .map(({ all }) => all)
      .join();
  const answer = (key: string, text: string, division: NodeCode = city) =>
    app.nest.inject({
      ...{ method: 'POST', url: `${base}/${id}/answer`, payload: { text } },
      headers: { authorization: `Bearer ${division}`, 'idempotency-key': key },
    });
  try {
    expect((await list(city)).json()).toMatchObject({
      orders: [{ id, number: bench.case.number, due: '2026-03-09', told: true }],
    });
    expect((await list(city)).body).not.toContain('久未办结');
    const otherCity = nodeCode('370200000000');
    for (const query of ['', 'purpose=', `purpose=${encodeURIComponent('查')}`])
      expect((await open(query)).statusCode).toBe(400);
    expect((await open(forChecking, otherCity)).statusCode).toBe(404);
    expect([await readings(), audited]).toEqual(['', []]);
    expect((await open(forChecking)).json()).toEqual({ content: '群众反映久未办结，请核实' });
    expect(audited).toEqual(['openExchangeOrder operator-1']);
    const kept = await readings();
    expect([kept.includes(id), kept.includes('operator-1'), kept.includes('核实')]).toEqual([true, true, false]);
    logIsAway = true;
    const unwritten = await open(forChecking);
    expect([unwritten.statusCode, unwritten.body.includes('久未办结')]).toEqual([503, false]);
    logIsAway = false;
    expect((await list(otherCity)).json()).toEqual({ orders: [], next: null });
    expect((await list(district)).statusCode).toBe(403);
    expect((await answer(randomUUID(), '已办', otherCity)).statusCode).toBe(404);
    expect((await answer(randomUUID(), '  ')).statusCode).toBe(400);
    const key = randomUUID();
    for (let time = 0; time < 2; time++)
      expect((await answer(key, '已于当日受理并告知申请人')).json()).toMatchObject({ state: 'answered', told: false });
    expect((await answer(randomUUID(), '另一答复')).json()).toMatchObject({ code: 'exchange.answered', status: 409 });
    await rounds(2);
    expect(await replies()).toEqual([
      { id, outcome: 'received', text: null },
      { id, outcome: 'answered', text: '已于当日受理并告知申请人' },
    ]);
    expect((await list(city, 'answered')).json()).toMatchObject({ orders: [{ answeredBy: 'operator-1', told: true }] });
  } finally {
    await app.close();
  }
});
