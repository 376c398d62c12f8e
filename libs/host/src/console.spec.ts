import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, brotliDecompressSync } from 'node:zlib';
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
writeFileSync(join(folder, 'public.html'), '<!doctype html><title>政务服务</title>');
writeFileSync(join(folder, 'assets', 'index-abc.js'), 'export {}');
mkdirSync(join(folder, 'agent'));
writeFileSync(join(folder, 'agent', 'index.html'), '<!doctype html><title>代办员</title>');
writeFileSync(join(folder, 'agent', 'worker.js'), 'const shellFiles = {};');
writeFileSync(join(folder, 'agent', 'manifest.webmanifest'), '{}');
writeFileSync(join(folder, 'assets', 'agent-abc.js'), 'export const plain = 1');
writeFileSync(join(folder, 'assets', 'agent-abc.js.br'), brotliCompressSync('export const plain = 1'));
const divisions = new DivisionTree(city, 'test', [
  { code: city, name: '日照市', tier: 'city', parent: nodeCode('370000000000'), kind: 'official' },
]);
const options = {
  tier: 'township' as const,
  city,
  divisions,
  features: ['casework'],
  nodes: [nodeCode('371102001000')],
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

it.each(['/public', '/public/', '/public/371102001000/guides?q=x'])('serves the residents’ page at %s', async (url) => {
  const page = await server.inject(url);
  expect(page.body).toContain('政务服务');
  expect(String(page.headers['content-security-policy'])).toContain("script-src 'self';");
});

it('leads whoever types the bare address to the residents’ page', async () => {
  expect((await server.inject('/')).headers['location']).toBe('/public/');
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
  expect((await server.inject('/console/nodes.json')).json()).toEqual(['371102001000']);
});

it.each(['/console/agent/', '/console/agent/applications/some'])('serves the agent’s page at %s', async (url) => {
  const page = await server.inject(url);
  expect([page.statusCode, page.headers['cache-control']]).toEqual([200, 'no-cache']);
  expect(page.body).toContain('代办员');
  expect(String(page.headers['content-security-policy'])).toContain("script-src 'self';");
});

it('gives the worker anew each time, another one where the page may do something else', async () => {
  const worker = await server.inject('/console/agent/worker.js');
  expect([worker.statusCode, worker.headers['cache-control']]).toEqual([200, 'no-cache']);
  expect(worker.headers['content-type']).toContain('text/javascript');
  expect(String(worker.headers['content-security-policy'])).toContain("connect-src 'self'");
  expect(worker.body).toMatch(/^const shellDeployment='[0-9a-f]{12}';\nconst shellFiles/);
  const moved = fastify();
  await serveConsole(moved, { ...options, folder, identity: { ...options.identity, url: 'https://id.example' } });
  expect((await moved.inject('/console/agent/worker.js')).body).not.toBe(worker.body);
  await moved.close();
  expect((await server.inject('/console/agent/manifest.webmanifest')).headers['cache-control']).toBe('no-cache');
});

it('sends what was compressed when it was built to whoever takes it', async () => {
  const headers = { 'accept-encoding': 'br' };
  const packed = await server.inject({ url: '/console/assets/agent-abc.js', headers });
  expect([packed.headers['content-encoding'], packed.headers['content-type']]).toEqual([
    'br',
    expect.stringContaining('javascript'),
  ]);
  expect(brotliDecompressSync(packed.rawPayload).toString()).toBe('export const plain = 1');
  const plain = await server.inject('/console/assets/agent-abc.js');
  expect([plain.headers['content-encoding'], plain.body]).toEqual([undefined, 'export const plain = 1']);
});

it('serves the interface alone where no page was built', async () => {
  const bare = fastify();
  await serveConsole(bare, { ...options, folder: empty });
  expect((await bare.inject('/console/')).statusCode).toBe(404);
  await bare.close();
});
