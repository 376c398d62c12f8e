import { once } from 'node:events';
import { get as httpGet, request as httpRequest, type IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { bearer, sampleApp, samplePorts, township } from '../test/sample.js';
import type { ReadinessCheck } from './ports.js';
import { readinessOf } from './health.js';

const host = '127.0.0.1';

describe('service routes', () => {
  it('tell life, readiness, metrics and the description', async () => {
    let broken = false;
    const checks: ReadinessCheck[] = [
      { name: 'database', check: () => (broken ? Promise.reject(new Error('geheim')) : Promise.resolve()) },
      { name: 'nats', check: async () => undefined },
    ];
    const details = () => ({ clocks: [{ reference: 'hub', standing: 'apart' }] });
    const app = await sampleApp({ ports: () => ({ ...samplePorts, checks, details }) });
    const ask = (url: string) => app.nest.inject({ url });
    expect((await ask('/health/live')).json()).toEqual({ status: 'up' });
    const ready = await ask('/health/ready');
    expect([ready.statusCode, ready.json()]).toMatchObject([200, { status: 'up', details: details() }]);
    broken = true;
    const down = await ask('/health/ready');
    expect([down.statusCode, down.json()]).toMatchObject([
      503,
      { status: 'down', checks: { database: { status: 'down' }, nats: { status: 'up' } } },
    ]);
    expect(down.body).not.toContain('geheim');
    await app.nest.inject({ url: `/v1/nodes/${township}/notes`, headers: bearer(['clerk'], township) });
    const metrics = await ask('/metrics');
    expect(metrics.body).toMatch(
      /http_server_request_duration_seconds_count\{.*operation="listNotes",method="GET",status="200"\} 1/,
    );
    expect((await ask('/openapi.json')).json()).toMatchObject({ openapi: '3.1.0' });
    await app.close();
  });

  it('bound a check that hangs', async () => {
    const warnings: unknown[] = [];
    const hanging: ReadinessCheck = { name: 'slow', check: () => new Promise(() => undefined) };
    const ready = await readinessOf([hanging], { warn: (fields: object) => void warnings.push(fields) } as never, 30);
    expect(ready).toMatchObject({ status: 'down', checks: { slow: { status: 'down' } } });
    expect(warnings).toHaveLength(1);
  });
});

describe('close', () => {
  const answerOf = (message: IncomingMessage): Promise<string> =>
    new Promise((resolve, reject) => {
      let text = '';
      message.on('data', (chunk: Buffer) => (text += chunk.toString())).on('end', () => resolve(text));
      message.on('error', reject);
    });
  const slow = (port: number): Promise<{ status?: number; text: string; connection?: string }> =>
    new Promise((resolve, reject) => {
      const request = httpRequest({ host, port, method: 'POST', path: '/v1/misbehave/sleep' }, (message) => {
        const { statusCode: status = 0, headers } = message;
        answerOf(message).then((text) => resolve({ status, text, connection: headers.connection ?? '' }), reject);
      });
      request.on('error', reject);
      request.end();
    });
  const connects = (port: number): Promise<boolean> =>
    new Promise((resolve) => {
      httpGet({ host, port, path: '/health/live', agent: false }, (message) => {
        message.resume();
        resolve(true);
      }).on('error', () => resolve(false));
    });

  it('finishes what is under way and takes nothing new', async () => {
    const app = await sampleApp();
    const port = await app.listen(host, 0);
    expect(await connects(port)).toBe(true);
    const arrived = once(app.nest.getHttpServer(), 'request');
    const underWay = slow(port);
    await arrived;
    await sleep(20); // past the hooks, into the controller
    const closing = app.close();
    await sleep(20);
    expect(await connects(port)).toBe(false);
    expect(await underWay).toEqual({ status: 200, text: '{"id":"fine"}', connection: 'close' });
    await closing;
  });

  it('waits no longer than its limit', async () => {
    const app = await sampleApp({ limits: { drainTimeoutMs: 60 } });
    const port = await app.listen(host, 0);
    const arrived = once(app.nest.getHttpServer(), 'request');
    const underWay = slow(port).catch((error: NodeJS.ErrnoException) => error.code);
    await arrived;
    await sleep(20); // past the hooks, into the controller
    await app.close();
    expect(await underWay).toBe('ECONNRESET');
  });
});
