/** Every route of the exchange over HTTP: who may ask, what is refused, and how lists go on. */
import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import { Module } from '@nestjs/common';
import { nodeCode, ok, refuse, roles, type NodeCode, type Role } from '@tongban/kernel';
import { createHttpApp, type HttpApp } from '@tongban/platform/http';
import { createLogger, createMetrics } from '@tongban/platform/telemetry';
import {
  Exchange,
  EXCHANGE,
  ExchangeController,
  ExchangeDeskController,
  ExchangeResendController,
  ExchangeOrderController,
  ExchangeStatementController,
  type ExchangeService,
  type ExchangeTools,
} from '../src/index.js';
import { CaseBench, city, district, province, township } from './case-bench.js';
import { Gateway } from './gateway.js';
import { Nodes, papers } from './trial/nodes.js';

jest.setTimeout(120_000);

const controllers = [
  ExchangeController,
  ExchangeDeskController,
  ExchangeOrderController,
  ExchangeResendController,
  ExchangeStatementController,
];
const base = `/v1/nodes/${province}/exchange`;
const otherCity = nodeCode('370200000000');
const operators: readonly Role[] = ['exchange-operator', 'administrator'];
const longest = 'x'.repeat(2_001);

interface RouteCase {
  readonly name: string;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly query?: string;
  readonly body?: object;
  /** Roles of a city that may ask; those of the operators where left out. */
  readonly may?: readonly Role[];
  readonly badQueries: readonly string[];
  readonly badBodies?: readonly object[];
  /** A district may ask, about itself. */
  readonly forNodes?: true;
  readonly noProfile?: true;
}
const paged = [
  'limit=0',
  'limit=100000',
  'limit=x',
  'cursor=nonsense',
  `cursor=${Buffer.from('{}').toString('base64url')}`,
];
const routes: readonly RouteCase[] = [
  { name: 'list', method: 'GET', path: '/reports', badQueries: [...paged, 'state=lost'] },
  { name: 'status', method: 'GET', path: '/status', badQueries: ['profile=guangdong'] },
  {
    ...{ name: 'resend', method: 'POST', path: `/reports/${randomUUID()}/resend`, body: { reason: '误退' } },
    ...{ badQueries: ['profile=guangdong'], badBodies: [{}, { reason: ' ' }, { reason: longest }] },
  },
  {
    ...{ name: 'statement', method: 'GET', path: '/statement', query: 'day=2026-03-02' },
    badQueries: ['day=2026-02-30', 'day=2.3.2026', 'day='],
  },
  {
    ...{ name: 'records', method: 'GET', path: '/statement/records', query: 'day=2026-03-02&kind=accept' },
    badQueries: [
      ...paged.map((query) => `day=2026-03-02&kind=accept&${query}`),
      'day=2026-03-02&kind=lost',
      'kind=fee',
    ],
  },
  {
    ...{ name: 'order', method: 'POST', path: '/resends', badQueries: [] },
    body: { scope: 'day', value: '2026-03-02', reason: '漏报' },
    badBodies: [
      ...[{}, { scope: 'day', reason: '漏报' }, { scope: 'day', value: '2026-03-02' }],
      ...[
        { scope: 'year', value: '2026', reason: '漏报' },
        { scope: 'day', value: '2026-13-01', reason: '漏报' },
      ],
    ],
  },
  // The controller of what is sent again has a list, too.
  { name: 'list', method: 'GET', path: '/resends', badQueries: paged },
  { name: 'progress', method: 'GET', path: `/resends/${randomUUID()}`, badQueries: [], noProfile: true },
  {
    ...{ name: 'rates', method: 'GET', path: '/rates', query: 'from=2026-03-01&to=2026-03-02' },
    badQueries: ['from=2026-03-02&to=2026-03-01', 'from=2020-01-01&to=2026-01-01', 'from=2026-03-01'],
  },
  {
    ...{ name: 'returns', method: 'GET', path: '/returns', badQueries: paged, forNodes: true, noProfile: true },
    may: [...operators, 'clerk', 'supervisor'],
  },
  // The order controller has a list, too.
  { name: 'list', method: 'GET', path: '/orders', badQueries: [...paged, 'state=lost'] },
  {
    ...{ name: 'open', method: 'GET', path: `/orders/${randomUUID()}/content`, query: 'purpose=check' },
    badQueries: ['purpose=', 'purpose=%20x%20', `purpose=${'x'.repeat(201)}`, 'profile=guangdong&purpose=check'],
  },
  { name: 'applications', method: 'GET', path: '/applications', badQueries: [...paged, 'state=unknown'] },
  {
    ...{
      name: 'reply',
      method: 'POST',
      path: `/orders/${randomUUID()}/answer`,
      body: { text: '已办' },
      badQueries: [],
    },
    badBodies: [{}, { text: ' ' }, { text: longest }, { text: '已办', more: 1 }],
  },
];

let gateway: Gateway;
let tools: ExchangeTools;
let exchange: Exchange;
let nodes: Nodes;
let app: HttpApp;

beforeAll(async () => {
  gateway = await Gateway.open();
  const outgoing = await gateway.tools({ limits: { inboxEveryMs: 0, noteCheckMs: 0, noteRetryFirstMs: 1 } });
  nodes = new Nodes(gateway, outgoing.commands, () => undefined);
  tools = {
    ...{ ...outgoing, commands: nodes, inbox: gateway.httpsInbox() },
    applications: { papers, isDivision: (code) => code.startsWith('3711') },
  };
  exchange = new Exchange(tools);
  const running = { breaker: exchange.breaker, wake: () => undefined };
  const service: ExchangeService = { node: province, lines: [{ tools, exchange: running }] };
  class Root {}
  Module({ controllers, providers: [{ provide: EXCHANGE, useValue: service }] })(Root);
  app = await createHttpApp({
    module: Root,
    ports: {
      verifier: {
        verify: async (token) => {
          const [role = '', division = ''] = token.split('.');
          if (role === 'expired') return refuse('identity.invalid', '登录已过期');
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

interface Asking {
  readonly role?: Role | 'expired';
  readonly division?: NodeCode;
  readonly query?: string | undefined;
  readonly body?: object | undefined;
  readonly key?: string | null;
}
function ask({ method, path }: Pick<RouteCase, 'method' | 'path'>, asking: Asking & { anonymous?: true } = {}) {
  const { role = 'exchange-operator', division = city, query, body, key = randomUUID(), anonymous } = asking;
  return app.nest.inject({
    method,
    url: `${base}${path}${query === undefined ? '' : `?${query}`}`,
    ...(method === 'POST' ? { payload: body ?? {} } : {}),
    headers: {
      ...(anonymous === true ? {} : { authorization: `Bearer ${role}.${division}` }),
      ...(method === 'POST' && key !== null ? { 'idempotency-key': key } : {}),
    },
  });
}

it('there is no route of the exchange that is not looked at here', () => {
  const methods = controllers.flatMap(({ prototype }) =>
    Object.getOwnPropertyNames(prototype).filter((name) => name !== 'constructor'),
  );
  expect(methods.sort()).toEqual(routes.map(({ name }) => name).sort());
});

describe.each(routes)('$method $path', (route) => {
  const { may = operators, badQueries, badBodies = [], query, body } = route;

  it('is for those who may, of the province and its cities, and for nobody else', async () => {
    expect((await ask(route, { anonymous: true, query, body })).statusCode).toBe(401);
    expect((await ask(route, { role: 'expired', query, body })).statusCode).toBe(401);
    for (const role of roles) {
      const { statusCode } = await ask(route, { role, query, body });
      if (may.includes(role)) expect([200, 202, 404]).toContain(statusCode);
      else expect([role, statusCode]).toEqual([role, 403]);
    }
    for (const division of [district, township]) {
      const { statusCode } = await ask(route, { division, query, body });
      expect(statusCode).toBe(route.forNodes === true ? 200 : 403);
    }
  });

  it('refuses what is not well-formed, with a problem that names it', async () => {
    for (const bad of badQueries) {
      const answer = await ask(route, { query: bad, body });
      expect([bad, answer.statusCode]).toEqual([bad, 400]);
      expect(answer.headers['content-type']).toContain('application/problem+json');
      expect(answer.json<{ code: string }>().code).toMatch(/^request\./);
    }
    for (const bad of badBodies) expect((await ask(route, { query, body: bad })).statusCode).toBe(400);
    if (route.method === 'POST') {
      for (const key of [null, 'not-a-uuid'])
        expect([400, 428]).toContain((await ask(route, { query, body, key })).statusCode);
    }
    if (route.noProfile === true) return;
    const profile = `${query === undefined ? '' : `${query}&`}profile=shandong-database`;
    expect((await ask(route, { query: profile, body })).json()).toMatchObject({ code: 'exchange.profile' });
  });
});

/** Everything of a list, a page of one at a time; fails when it does not end. */
async function pages<T>(path: '/orders' | '/applications', state: string, division: NodeCode = city): Promise<T[]> {
  const found: T[] = [];
  let cursor = '';
  for (let page = 0; page < 20; page++) {
    const answer = await ask({ method: 'GET', path }, { division, query: `limit=1&state=${state}${cursor}` });
    if (answer.statusCode !== 200) throw new Error(answer.body);
    const json = answer.json<Record<string, unknown>>();
    found.push(...(json[path.slice(1)] as T[]));
    if (json['next'] === null) return found;
    cursor = `&cursor=${String(json['next'])}`;
  }
  throw new Error('the list does not end');
}

const plant = async (message: object): Promise<string> => {
  const id = randomUUID();
  await gateway.sandbox.plant({ id, ...message });
  return id;
};
async function until(condition: () => Promise<boolean>): Promise<void> {
  for (let round = 0; round < 60; round++) {
    gateway.now += 1_000;
    await exchange.round();
    await nodes.takeIn();
    if (await condition()) return;
  }
  throw new Error('not seen');
}
const inStage = async (stage: string): Promise<number> =>
  (await gateway.pool.query('select 1 from exchange_order where stage = $1', [stage])).rows.length;

const application = (changes: object = {}) => ({
  ...{ kind: 'application', projectno: `SD-${randomUUID()}`, catalog_code: '370500013001', area_code: township },
  ...{ applyer_type: '1', applyer_name: '欧阳𠮷祥', applyer_page_type: '111', contact_mobile: '13800138000' },
  ...{ applyer_page_code: '11010519491231002X', apply_date: '2026-03-02T10:00:00+08:00', form: {} },
  ...changes,
});
interface Line {
  readonly id: string;
  readonly state: string;
  readonly code: string | null;
  readonly record: string | null;
  readonly target: string | null;
}

describe('lists of what the province sends down', () => {
  it('applications: by state, a page at a time, for the city that they are for', async () => {
    const good = [await plant(application()), await plant(application()), await plant(application())];
    const bad = await plant(application({ applyer_name: '13800138000' }));
    const elsewhere = await plant(application({ area_code: otherCity }));
    await until(async () => (await inStage('accepted')) === 3 && (await inStage('refused')) === 2);
    const accepted = await pages<Line>('/applications', 'accepted');
    expect(accepted.map(({ id }) => id).sort()).toEqual([...good].sort());
    for (const line of accepted)
      expect(line).toMatchObject({
        target: township,
        code: null,
        record: expect.stringMatching(/^[\da-f-]{36}$/) as string,
      });
    expect(await pages<Line>('/applications', 'accepted', otherCity)).toEqual([]);
    const refused = await pages<Line>('/applications', 'refused');
    expect(new Map(refused.map(({ id, code }) => [id, code]))).toEqual(
      new Map([
        [bad, 'request.invalid'],
        [elsewhere, 'exchange.division'],
      ]),
    );
    expect(JSON.stringify([...accepted, ...refused])).not.toMatch(/欧阳|13800138000|11010519491231002X/);
  });

  it('supervision orders: the most urgent first, those without a day last', async () => {
    const bench = new CaseBench(randomUUID(), 77).submit().accept();
    await gateway.hold(bench);
    await gateway.drive(exchange, gateway.isAt(bench, 'acknowledged', 1));
    const order = (due: string) => ({
      ...{ kind: 'supervision', projectno: bench.case.number, content: '请核实', due },
      issued: '2026-03-02T10:00:00+08:00',
    });
    const later = await plant(order('2026-03-20'));
    const [first, second] = [await plant(order('2026-03-09')), await plant(order('2026-03-09'))];
    await until(async () => (await inStage('open')) === 3);
    const found = await pages<Line & { due: string }>('/orders', 'open');
    expect(found.map(({ id }) => id)).toEqual([first, second, later]);
    for (const kind of ['somethingNew', 'another']) await plant({ kind });
    await until(async () => (await inStage('unsupported')) === 2);
    expect((await pages<{ due: null }>('/orders', 'unsupported')).map(({ due }) => due)).toEqual([null, null]);
    expect(await pages<Line>('/orders', 'unsupported', otherCity)).toHaveLength(2);
    expect(await pages<Line>('/orders', 'open', otherCity)).toEqual([]);
  });
});
