import { jest } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compareVersions, oldestNats, resolveNatsServer } from './nats.mjs';

const timeoutMs = 800_000; // a first build from source downloads its modules
jest.setTimeout(timeoutMs);

/** What a machine must have for the way to be possible at all. */
const possible: Record<string, boolean> = {
  debian: spawnSync('apt-get', ['--version']).status === 0,
  go: spawnSync('go', ['version']).status === 0,
};

describe('ways to a nats-server', () => {
  const directory = mkdtempSync(join(tmpdir(), 'tongban-nats-'));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it.each(Object.keys(possible))('%s: a server that runs, or a reason', async (way) => {
    const found = resolveNatsServer({ way, directory: join(directory, way) });
    if (!possible[way]) return expect(found).rejects.toThrow(`${way}: `);
    const server = await found;
    expect(server.path).toBe(join(directory, way, 'nats-server'));
    expect(compareVersions(server.version, oldestNats)).toBeGreaterThanOrEqual(0);
    expect(await resolveNatsServer({ way: 'cache', directory: join(directory, way) })).toMatchObject({
      path: server.path,
    });
  });
});
