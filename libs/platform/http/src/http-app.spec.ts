import { gzipSync } from 'node:zlib';
import { Controller, Get, Module } from '@nestjs/common';
import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import { bearer, district, elsewhere, lines, sampleApp, township } from '../test/sample.js';
import { encodeCursor } from './cursor.js';
import type { HttpApp } from './http-app.js';
import { defineRoute } from './route-spec.js';
import { Route } from './route.js';

let app: HttpApp;
beforeAll(async () => {
  app = await sampleApp({ limits: { handlerTimeoutMs: 250, uploadBytes: 2_000_000 } });
});
afterAll(() => app.close());

const id = '3f2b8c1e-8f4e-4c0a-9a57-0a4c2a1d7e11';
const clerk = bearer(['clerk'], township);
const command = { ...clerk, 'idempotency-key': id.toUpperCase() };
const send = (options: InjectOptions): Promise<LightMyRequestResponse> => app.nest.inject(options);
const post = (path: string, payload: InjectOptions['payload'], headers: object = command) =>
  send({ method: 'POST', url: `/v1${path}`, payload, headers } as InjectOptions);
const get = (path: string, headers: object = clerk) => send({ url: `/v1${path}`, headers } as InjectOptions);
const notes = `/nodes/${township}/notes`;
const note = { id, title: 'a' };

function expectProblem(response: LightMyRequestResponse, status: number, code: string): Record<string, unknown> {
  const problem = response.json<Record<string, unknown>>();
  expect([response.statusCode, problem['code']]).toEqual([status, code]);
  expect(response.headers['content-type']).toBe('application/problem+json; charset=utf-8');
  expect(problem).toMatchObject({
    status,
    type: `urn:tongban:problem:${code}`,
    traceId: response.headers['x-trace-id'],
  });
  expect(String(problem['title'])).toMatch(/[\u4e00-\u9fff]/);
  expect(response.headers['x-content-type-options']).toBe('nosniff');
  return problem;
}

describe('how often a route answers', () => {
  let limited: HttpApp;
  const rates = { perPerson: 3, publicPerAddress: 9, guessesPerTarget: 2, guessesPerAddress: 4, refusedPerAddress: 3 };
  const ask = (url: string, headers: object = {}, remoteAddress = '192.0.2.1') =>
    limited.nest.inject({ url: `/v1${url}`, headers, remoteAddress } as InjectOptions);
  const statuses = async (times: number, one: () => Promise<LightMyRequestResponse>): Promise<number[]> => {
    const found: number[] = [];
    for (let time = 0; time < times; time++) found.push((await one()).statusCode);
    return found;
  };
  beforeEach(async () => {
    limited = await sampleApp({ rates, trustedProxies: ['192.0.2.1'] });
  });
  afterEach(() => limited.close());

  it('so many times a minute to one person, from wherever, and to the next as before', async () => {
    const places = ['192.0.2.2', '192.0.2.3', '192.0.2.2', '192.0.2.4'];
    expect(await statuses(4, () => ask(`${notes}/${id}`, clerk, places.shift()))).toEqual([200, 200, 200, 429]);
    const refused = await ask(`${notes}/${id}`, clerk);
    expect(expectProblem(refused, 429, 'request.too-many')['detail']).toMatch(/请在 \d+ 秒后重试/);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
  });

  it('less often where somebody might guess: by what is asked for, and by who asks', async () => {
    const places = ['192.0.2.2', '192.0.2.3', '192.0.2.4'];
    expect(await statuses(3, () => ask('/progress/1?code=1', {}, places.shift()))).toEqual([204, 204, 429]);
    const numbers = [2, 3, 4, 5, 6];
    expect(await statuses(5, () => ask(`/progress/${numbers.shift()}`))).toEqual([204, 204, 204, 204, 429]);
  });

  it('less often to wrong codes, where most who ask need none: who is right or brings none is not counted', async () => {
    const unhurried = await sampleApp({ rates: { ...rates, perPerson: 99 } });
    const claim = (payload: object, note = id): Promise<LightMyRequestResponse> =>
      unhurried.nest.inject({ method: 'POST', url: `/v1${notes}/${note}/claim`, headers: clerk, payload });
    expect(await statuses(5, () => claim({ code: 'right' }))).toEqual([204, 204, 204, 204, 204]);
    expect(await statuses(5, () => claim({}))).toEqual([403, 403, 403, 403, 403]);
    expect(await statuses(4, () => claim({ code: 'wrong' }))).toEqual([403, 403, 403, 429]);
    expect((await claim({ code: 'right' })).statusCode).toBe(429);
    const other = id.replace(/.$/, (last) => (last === '1' ? '2' : '1'));
    expect(await statuses(3, () => claim({ code: 'wrong' }, other))).toEqual([403, 403, 429]);
    await unhurried.close();
  });

  it('not at all to an address that comes with one bad token after another', async () => {
    const bad = { authorization: 'Bearer expired' };
    expect(await statuses(5, () => ask(`${notes}/${id}`, bad))).toEqual([401, 401, 401, 401, 429]);
    expect((await ask(`${notes}/${id}`, clerk)).statusCode).toBe(429);
    expect((await ask(`${notes}/${id}`, clerk, '192.0.2.9')).statusCode).toBe(200);
  });

  it('to whom a trusted proxy names, and not to whom a stranger claims to be', async () => {
    const via = (from: string, client: string) => ask('/progress/7', { 'x-forwarded-for': client }, from);
    const open = () => statuses(1, () => ask('/progress/8', {}, '198.51.100.7'));
    for (let time = 0; time < 5; time++) await via('203.0.113.1', '198.51.100.7');
    expect(await open()).toEqual([204]);
    const numbers = [11, 12, 13, 14];
    for (const number of numbers) await ask(`/progress/${number}`, { 'x-forwarded-for': '198.51.100.7' }, '192.0.2.1');
    expect(await open()).toEqual([429]);
  });
});

describe('what a route answers', () => {
  it('sends a documented body with ETag, and nothing that the schema does not name', async () => {
    const response = await get(`${notes}/${id}`);
    expect(response.json()).toEqual({ id, title: 'p1 clerk', tags: [] });
    expect(response.headers).toMatchObject({ etag: '"7"', 'cache-control': 'no-store' });
    expect(response.headers['content-security-policy']).toContain("default-src 'none'");
  });

  it('sends one of several statuses, reading key, If-Match and body', async () => {
    const done = await post(notes, { note }, { ...command, 'if-match': '"41"' });
    expect([done.statusCode, done.json()]).toEqual([201, { seq: 41, key: id }]);
    const requested = await post(notes, { note: { ...note, title: 'elsewhere' } });
    expect([requested.statusCode, requested.json()]).toEqual([202, { request: id }]);
  });

  it('takes and gives bytes', async () => {
    for (const type of ['image/png', 'application/json', 'text/plain']) {
      const up = await post(`/nodes/${township}/attachments`, Buffer.alloc(1_500_000), {
        ...clerk,
        'content-type': type,
      });
      expect(up.json()).toEqual({ size: 1_500_000 });
    }
    expect((await post(`/nodes/${township}/attachments`, undefined, clerk)).json()).toEqual({ size: 0 });
    const down = await get('/attachments/abc', bearer(['agent']));
    expect([down.body, down.headers['content-type']]).toEqual(['bytes', 'image/png']);
  });

  it('serves the public without a token and answers 204 for nothing', async () => {
    expect((await get('/progress/1', {})).statusCode).toBe(204);
  });

  it('reads query, cursor and limit', async () => {
    const page = await get(`${notes}?cursor=${encodeCursor(40)}&limit=5`);
    expect(page.json()).toEqual({ cursor: 40, limit: 5 });
    expect((await get(notes)).json()).toEqual({ limit: 20 });
  });

  it('carries on the trace of the caller', async () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    const response = await get(notes, { ...clerk, traceparent });
    expect(response.headers['x-trace-id']).toBe('4bf92f3577b34da6a3ce929d0e0e4736');
    expect((await get(notes)).headers['x-trace-id']).toMatch(/^[0-9a-f]{32}$/);
  });
});

describe('what is refused', () => {
  it('before the body is read: persons, nodes, roles, divisions', async () => {
    const huge = { note, filling: 'x'.repeat(3_000_000) };
    const as = (headers: object, path = notes) => post(path, huge, headers);
    const missing = await as({});
    expectProblem(missing, 401, 'identity.missing');
    expect(missing.headers['www-authenticate']).toBe('Bearer');
    expectProblem(await as({ authorization: 'Basic abc' }), 401, 'identity.invalid');
    expectProblem(await as({ authorization: 'Bearer expired' }), 401, 'identity.expired');
    expectProblem(await as(command, '/nodes/12/notes'), 404, 'node.unknown');
    expectProblem(await as(command, '/nodes/371199000000/notes'), 404, 'node.unknown');
    expectProblem(await as(command, `/nodes/${elsewhere}/notes`), 404, 'node.not-hosted');
    expectProblem(await as(bearer(['resident'], township)), 403, 'jurisdiction.role');
    expectProblem(await as(bearer(['clerk'], district)), 403, 'jurisdiction.division');
  });

  it('headers of commands', async () => {
    expectProblem(await post(notes, { note }, clerk), 400, 'request.key-missing');
    const badKey = await post(notes, { note }, { ...clerk, 'idempotency-key': '1' });
    expect(expectProblem(badKey, 400, 'request.invalid')['errors']).toMatchObject([{ path: 'Idempotency-Key' }]);
    for (const ifMatch of ['41', 'W/"41"', '*', '"1","2"', '"-1"']) {
      const response = await post(notes, { note }, { ...command, 'if-match': ifMatch });
      expect(expectProblem(response, 400, 'request.invalid')['errors']).toMatchObject([{ path: 'If-Match' }]);
    }
  });

  it('bodies, each wrong field with its path', async () => {
    const response = await post(notes, { note: { id: 'x', tags: [1] }, pages: [{ text: 'ok' }, { text: 'a' }] });
    expect(expectProblem(response, 400, 'request.invalid')['errors']).toEqual([
      { path: 'body.note.id', message: '格式不正确' },
      { path: 'body.note.title', message: '必填' },
      { path: 'body.note.tags.0', message: '应为文本' },
      { path: 'body.pages.1.text', message: '长度不得少于 2' },
    ]);
    expectProblem(await post(notes, undefined), 400, 'request.invalid');
  });

  it('parameters', async () => {
    const path = expectProblem(await get(`${notes}/none`), 400, 'request.invalid');
    expect(path['errors']).toEqual([{ path: 'params.id', message: '格式不正确' }]);
    for (const query of [
      'cursor=%20',
      `cursor=${encodeCursor('x')}`,
      'limit=0',
      'limit=x',
      'limit=1&limit=2',
      'status=z',
    ]) {
      expectProblem(await get(`${notes}?${query}`), 400, 'request.invalid');
    }
  });

  const json = { ...command, 'content-type': 'application/json' };
  it.each([
    ['{"a":', 'request.malformed'],
    ['\u00ff', 'request.invalid'],
    ['[1]]', 'request.malformed'],
    ['{"__proto__":{"x":1}}', 'request.malformed'],
    ['['.repeat(40) + ']'.repeat(40), 'request.malformed'],
    ['', 'request.invalid'],
  ])('the JSON text %j', async (text, code) => {
    const payload = text === '\u00ff' ? '"\u00ff"' : text;
    expectProblem(await post(notes, payload, json), 400, code);
  });

  it('bytes that are no UTF-8, other types, and too much', async () => {
    expectProblem(await post(notes, Buffer.from([0x22, 0xff, 0x22]), json), 400, 'request.malformed');
    expectProblem(await post(notes, 'a=1', { ...command, 'content-type': 'text/plain' }), 400, 'request.unknown-type');
    expectProblem(await post(notes, { filling: 'x'.repeat(1_048_577) }), 413, 'request.too-large');
    const file = await post(`/nodes/${township}/attachments`, Buffer.alloc(2_000_001), {
      ...clerk,
      'content-type': 'image/png',
    });
    expectProblem(file, 413, 'request.too-large');
  });

  it('bodies that are packed: nothing unpacks them, however small they come', async () => {
    const bomb = gzipSync(`{"id":"${id}","title":"${'a'.repeat(10_000_000)}"}`);
    expect(bomb.length).toBeLessThan(20_000);
    for (const coding of ['gzip', 'deflate', 'br']) {
      const headers = { ...command, 'content-type': 'application/json', 'content-encoding': coding };
      expectProblem(await post(notes, bomb, headers), 400, 'request.malformed');
    }
  });

  it('unknown addresses and methods', async () => {
    for (const url of ['/', '/v2/x', '/v1/nodes', '/nodes', `/v1${notes}/${id}/more`]) {
      expectProblem(await send({ url, headers: clerk }), 404, 'request.route-unknown');
    }
    expectProblem(await send({ method: 'DELETE', url: `/v1${notes}`, headers: clerk }), 404, 'request.route-unknown');
    const broken = await send({ url: '/v1/nodes/%zz' });
    expect([broken.statusCode, broken.json<{ code: string }>().code]).toEqual([400, 'request.malformed']);
  });

  it('what the use case refuses, with its parameters', async () => {
    const unknown = await get(`${notes}/${id.replace('3', '0')}`);
    expect(expectProblem(unknown, 404, 'case.unknown')).toMatchObject({
      detail: '没有这张便笺',
      params: { id: id.replace('3', '0') },
      instance: `/v1${notes}/${id.replace('3', '0')}`,
    });
    expectProblem(await post(notes, { note: { ...note, title: 'closed' } }), 409, 'case.state');
  });

  it.each(['throw', 'status', 'body'])(
    'a fault (%s), logged with its trace and told without internals',
    async (how) => {
      lines.length = 0;
      const response = await post(`/misbehave/${how}`, {}, {});
      const problem = expectProblem(response, 500, 'service.fault');
      expect(response.body).not.toMatch(/geheim|select|Error|\.ts/);
      const fault = lines.find((line) => line['level'] === 'error');
      expect(fault).toMatchObject({ traceId: problem['traceId'], operation: 'misbehave' });
      expect(fault).toHaveProperty('err.stack');
    },
  );

  it('a verifier that crashes', async () => {
    expectProblem(await get(notes, { authorization: 'Bearer crash' }), 500, 'service.fault');
  });

  it('work that takes too long', async () => {
    const response = await post('/misbehave/sleep', {}, {});
    expectProblem(response, 503, 'service.unavailable');
    expect(response.headers['retry-after']).toBe('5');
  });
});

describe('what must not start', () => {
  const start = (controller: new () => object): Promise<HttpApp> => {
    class Root {}
    Module({ controllers: [controller] })(Root);
    return sampleApp({ module: Root });
  };
  const route = { method: 'GET', operationId: 'a', summary: '甲', response: 'none', refusals: [] } as const;

  it('a controller with a method that has no @Route', async () => {
    @Controller()
    class Open {
      @Get('/open')
      open(): string {
        return 'open';
      }
      helper(): void {}
    }
    await expect(start(Open)).rejects.toThrow(/Open\.open has no @Route[^]*Open\.helper has no @Route/);
  });

  it('routes that contradict themselves or each other', async () => {
    const half = defineRoute({ ...route, path: '/half', roles: ['clerk'], division: 'public' });
    const nodeless = defineRoute({ ...route, path: '/half', roles: ['clerk'], division: 'own' });
    const nobody = defineRoute({ ...route, path: '/Nobody', roles: [], division: 'any' });
    @Controller()
    class Confused {
      @Route(half)
      half(): undefined {}
      @Route(nodeless)
      nodeless(): undefined {}
      @Route(nobody)
      nobody(): undefined {}
    }
    const message = await start(Confused).then(
      () => '',
      (error: Error) => error.message,
    );
    for (const part of [
      'Confused.half must be public in both',
      'Confused.nodeless needs {node}',
      'Confused.nobody allows no role',
      'Confused.nobody has a path of another form',
      'GET /half is there twice',
      'operationId a is there twice',
    ]) {
      expect(message).toContain(part);
    }
  });
});
