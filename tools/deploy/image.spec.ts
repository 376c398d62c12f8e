import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root, textOf } from './files.fixture.js';

const timeoutMs = 10_000;
const folder = mkdtempSync(join(tmpdir(), 'image-'));
afterAll(() => rmSync(folder, { recursive: true }));

const dockerfile = textOf('deploy', 'docker', 'Dockerfile');

describe('Dockerfile', () => {
  it('copies what exists, and the build may see it', () => {
    const allowed = textOf('deploy', 'docker', 'Dockerfile.dockerignore')
      .split('\n')
      .filter((line) => line.startsWith('!'))
      .map((line) => line.slice(1));
    const copies = [...dockerfile.matchAll(/^COPY (?!--from)(?:--\S+ )?(.+)$/gm)].map(([, args]) => args!.split(' '));
    const sources = copies.flatMap((args) => args.slice(0, -1));
    expect(sources.length).toBeGreaterThan(5);
    for (const source of sources) {
      expect([source, existsSync(join(root, source))]).toEqual([source, true]);
      expect(allowed.some((path) => source === path || source.startsWith(`${path}/`))).toBe(true);
    }
  });

  it('carries what the build puts beside the apps', () => {
    const built = [...dockerfile.matchAll(/^RUN (node tools\/build\/.*)$/gm)].map(([, line]) => line).join('\n');
    for (const program of ['build', 'pages']) expect(built).toContain(`node tools/build/${program}.mjs`);
    for (const beside of ['fonts', 'console'])
      expect(dockerfile).toContain(`COPY --from=build /src/dist/apps/${beside} ./dist/apps/${beside}\n`);
  });

  it('runs as nobody special and checks its health', () => {
    const runtime = dockerfile.slice(dockerfile.indexOf('AS runtime'));
    expect(runtime).toMatch(/^USER node$/m);
    expect(runtime).toMatch(/^HEALTHCHECK /m);
    expect(runtime).not.toMatch(/npm (ci|install)/);
  });
});

/** Sources that end in an app's bundle. */
function* bundledSources(path: string): Generator<string> {
  for (const found of readdirSync(join(root, path), { withFileTypes: true })) {
    const below = `${path}/${found.name}`;
    if (found.isDirectory()) {
      if (!['test', 'gen', 'testkit', 'node_modules'].includes(found.name)) yield* bundledSources(below);
    } else if (/\.ts$/.test(found.name) && !/\.(spec|integration|e2e|fixture|d)\.ts$/.test(found.name)) yield below;
  }
}

it('finds every package that an app imports among the production dependencies', () => {
  const { dependencies } = JSON.parse(textOf('package.json')) as { dependencies: Record<string, string> };
  const missing = new Set<string>();
  const found = new Set<string>();
  for (const file of [...bundledSources('apps'), ...bundledSources('libs')]) {
    const text = textOf(file);
    const named = [
      ...text.matchAll(/^(?:import|export) (?!type\b)[^;]*?from '([^'.][^']*)';/gm),
      // Loaded when they are needed.
      ...text.matchAll(/(?:await import|require|\(import\.meta\.url\))\('([^'.][^']*)'\)/g),
    ];
    for (const [, imported] of named) {
      if (imported!.startsWith('@tongban/') || imported!.startsWith('node:') || builtinModules.includes(imported!))
        continue;
      const name = imported!
        .split('/')
        .slice(0, imported!.startsWith('@') ? 2 : 1)
        .join('/');
      found.add(name);
      if (dependencies[name] === undefined) missing.add(`${name} in ${file}`);
    }
  }
  expect([...missing]).toEqual([]);
  // Were the pattern to miss imports, nothing could be missing.
  expect([...found]).toEqual(
    expect.arrayContaining(['@nats-io/jetstream', '@grpc/grpc-js', 'fastify', 'pg', 'typeorm', 'jose', 'zod']),
  );
});

describe('entrypoint.sh', () => {
  const enter = (env: Record<string, string>) => {
    // Stands in for node and shows what it was given.
    writeFileSync(
      join(folder, 'node'),
      '#!/bin/sh\nprintenv TONGBAN_DATABASE_URL TONGBAN_DATABASE_URL_FILE\necho "$@"\n',
      {
        mode: 0o755,
      },
    );
    return spawnSync('/bin/sh', [join(root, 'deploy', 'docker', 'entrypoint.sh')], {
      env: { PATH: `${folder}:/usr/bin:/bin`, APP: 'city', ...env },
      encoding: 'utf8',
      timeout: timeoutMs,
    });
  };

  it('reads addresses with passwords from files', () => {
    const file = join(folder, 'url');
    writeFileSync(file, "postgres://u:p$x'y@h/d\n");
    const { stdout, status } = enter({ TONGBAN_DATABASE_URL_FILE: file });
    expect(stdout.split('\n')[0]).toBe("postgres://u:p$x'y@h/d");
    expect(stdout).not.toContain(file);
    expect(stdout).toContain('--import /app/dist/apps/preload.js /app/dist/apps/city/main.js');
    expect(status).toBe(0);
  });

  it('leaves variables alone that are given as they are', () =>
    expect(enter({ TONGBAN_DATABASE_URL: 'postgres://h/d' }).stdout).toContain('postgres://h/d'));

  it('stops when a file is missing, naming it', () => {
    const { status, stderr } = enter({ TONGBAN_DATABASE_URL_FILE: '/nowhere' });
    expect(status).toBe(1);
    expect(stderr).toContain('TONGBAN_DATABASE_URL_FILE');
  });
});

describe('healthcheck.mjs', () => {
  let server: Server;
  let answer = 200;
  beforeAll(async () => {
    server = createServer((request, reply) => reply.writeHead(request.url === '/health/ready' ? answer : 404).end());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => void server.close());

  const check = (port: number): Promise<number | null> =>
    new Promise((resolve) => {
      const child = spawn(process.execPath, [join(root, 'deploy', 'docker', 'healthcheck.mjs')], {
        env: { TONGBAN_HTTP_LISTEN: `0.0.0.0:${port}` },
        stdio: 'ignore',
        timeout: timeoutMs,
      });
      child.on('exit', resolve);
    });
  const portOf = (): number => (server.address() as AddressInfo).port;

  it.each([
    [200, 0],
    [503, 1],
  ])('turns the answer %i into status %i', async (given, status) => {
    answer = given;
    expect(await check(portOf())).toBe(status);
  });

  it('fails where nobody answers', async () => expect(await check(1)).toBe(1));
});

it('keeps the image free of test files', () =>
  expect(readFileSync(join(root, 'deploy', 'docker', 'Dockerfile.dockerignore'), 'utf8')).toContain('**/*.spec.ts'));
