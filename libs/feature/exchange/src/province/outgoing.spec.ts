import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import type { ProvinceAddress } from '../ports.js';
import { fetchStatement } from './statement.js';

const timeoutMs = 20_000;
const servers: Server[] = [];

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

const ask = (url: string) =>
  fetchStatement({ url, fetch } as ProvinceAddress, timeoutMs, () => undefined, '2026-03-02');
const unavailable = { ok: false, refusal: { code: 'service.unavailable' } };

describe('a call to the province', () => {
  it('goes to the address of the environment and no further: a redirect is not followed', async () => {
    let isLed = false;
    const inside = await serve((_request, response) => {
      isLed = true;
      response.end('{"day":"2026-03-02","kinds":{}}');
    });
    const url = await serve((_request, response) => response.writeHead(302, { location: `${inside}/secret` }).end());
    expect(await ask(url)).toMatchObject(unavailable);
    expect(isLed).toBe(false);
    expect(await ask(inside)).toMatchObject({ ok: true });
  });

  it('gives up an answer that unpacks into more than it may be', async () => {
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024, 0x20));
    expect(bomb.length).toBeLessThan(100_000);
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
    const url = await serve((_request, response) => response.writeHead(200, headers).end(bomb));
    expect(await ask(url)).toMatchObject(unavailable);
  });
});
