import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DivisionTree } from '@tongban/domain/division';
import { nodeCode } from '@tongban/kernel';
import fastify, { type FastifyInstance } from 'fastify';
import { serveConsole } from './console.js';

const city = nodeCode('371100000000');
const parent = mkdtempSync(join(tmpdir(), 'tongban-console-'));
const folder = join(parent, 'console');
const empty = mkdtempSync(join(tmpdir(), 'tongban-console-'));
mkdirSync(join(folder, 'assets'), { recursive: true });
writeFileSync(join(parent, 'secret'), 'what must stay here');
writeFileSync(join(folder, 'index.html'), '<!doctype html><title>通办</title>');
writeFileSync(join(folder, 'assets', 'index-abc.js'), 'export {}');
const divisions = new DivisionTree(city, 'test', [
  { code: city, name: '日照市', tier: 'city', parent: nodeCode('370000000000'), kind: 'official' },
]);
const options = {
  tier: 'township' as const,
  city,
  divisions,
  features: ['casework'],
  identity: { url: 'http://127.0.0.1:18080', realm: 'tongban' },
};

let server: FastifyInstance;
beforeAll(async () => {
  server = fastify();
  await serveConsole(server, { ...options, folder });
  await server.ready();
});
afterAll(async () => {
  await server.close();
  for (const each of [parent, empty]) rmSync(each, { recursive: true });
});

it.each(['/console', '/console/', '/console/cases/some-case?x=1'])('serves the page at %s', async (url) => {
  const page = await server.inject(url);
  expect(page.statusCode).toBe(200);
  expect(page.headers['content-type']).toContain('text/html');
  expect(page.headers['cache-control']).toBe('no-cache');
  const policy = String(page.headers['content-security-policy']);
  expect(policy).toContain("script-src 'self';");
  expect(policy).toContain("connect-src 'self' http://127.0.0.1:18080;");
  expect(policy).not.toMatch(/script-src[^;]*unsafe/);
});

it('lets a browser keep what is named by its content, and says so of a file that is gone', async () => {
  const asset = await server.inject('/console/assets/index-abc.js');
  expect([asset.statusCode, asset.headers['cache-control']]).toEqual([200, 'public, max-age=31536000, immutable']);
  expect((await server.inject('/console/assets/index-old.js')).statusCode).toBe(404);
});

it.each(['/console/..%2fsecret', '/console/%2e%2e/secret', '/console/assets/..%2f..%2fsecret'])(
  'gives no file from elsewhere: %s',
  async (url) => expect((await server.inject(url)).body).not.toContain('must stay'),
);

it('tells the pages whom to ask, before anybody has logged in', async () => {
  expect((await server.inject('/console/settings.json')).json()).toEqual({
    tier: 'township',
    city,
    identity: { url: 'http://127.0.0.1:18080', realm: 'tongban', client: 'tongban-console' },
    features: ['casework'],
  });
  expect((await server.inject('/console/divisions.json')).json()).toEqual([[city, '日照市']]);
  expect((await server.inject('/')).headers['location']).toBe('/console/');
});

it('serves the interface alone where no page was built', async () => {
  const bare = fastify();
  await serveConsole(bare, { ...options, folder: empty });
  expect((await bare.inject('/console/')).statusCode).toBe(404);
  await bare.close();
});
