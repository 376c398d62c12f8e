import { jest } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { startMariadb } from './mariadb-server.mjs';
import { mariadbWays, resolveMariadb } from './mariadb.mjs';

const timeoutMs = 400_000; // a first download
jest.setTimeout(timeoutMs);

const isDebian = existsSync('/etc/os-release') && /^ID=debian$/m.test(readFileSync('/etc/os-release', 'utf8'));
const hasApt = spawnSync('apt-get', ['--version']).status === 0;

describe('ways to a MariaDB server', () => {
  const directory = mkdtempSync(join(tmpdir(), 'tongban-mariadb-'));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it('unpacked and not installed: a server that answers, or a reason', async () => {
    const found = resolveMariadb({ way: 'debian', directory });
    if (!isDebian || !hasApt) return expect(found).rejects.toThrow('debian: ');
    const server = await startMariadb(await found);
    const connection = await createConnection(server.url);
    const [rows] = await connection.query("select '𠮷' as rare");
    expect(rows).toEqual([{ rare: '𠮷' }]);
    await connection.end();
    await server.stop();
    await expect(createConnection(server.url)).rejects.toThrow('ECONNREFUSED');
    expect(await resolveMariadb({ way: 'cache', directory })).toMatchObject({ way: 'cache' });
  });

  it('knows no other way, and says of each way why it did not lead there', async () => {
    expect(mariadbWays).toEqual(['env', 'path', 'cache', 'debian']);
    await expect(resolveMariadb({ way: 'luck' })).rejects.toThrow('no such way');
    const empty = join(directory, 'empty');
    await expect(resolveMariadb({ way: 'cache', directory: empty })).rejects.toThrow('cache: nothing found');
  });
});
