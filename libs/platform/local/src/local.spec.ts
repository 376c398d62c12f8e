import { natsConfig } from './nats-config.js';
import { parsePidFile, urlOf } from './postmaster.js';
import { isAlive } from './processes.js';
import { userIn } from './unprivileged.js';

describe('postmaster.pid', () => {
  it('gives process and port', () => {
    expect(parsePidFile('123\n/data\n1700000000\n5433\n\n127.0.0.1\n 1 2\nready   \n')).toEqual({
      pid: 123,
      port: 5433,
    });
  });

  it.each(['', '123', '123\n/data\n17000', 'x\n/data\n1\n5432\n'])('is no pid file: %j', (text) => {
    expect(parsePidFile(text)).toBeUndefined();
  });
});

describe('the user PostgreSQL runs as', () => {
  const passwd = 'root:x:0:0::/root:/bin/sh\nnobody:x:65534:65533::/:/bin/false\nodd:x::1::/:/bin/false\n';
  it('is never root and never half a line', () => {
    expect(['nobody', 'root', 'odd', 'absent'].map((name) => userIn(passwd, name))).toEqual([
      { uid: 65534, gid: 65533 },
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe('URLs', () => {
  it('escape what a database may be called', () => {
    expect(new URL(urlOf(5432, 'p/w', 'a b#中')).pathname).toBe(`/${encodeURIComponent('a b#中')}`);
  });
});

describe('nats.conf', () => {
  const settings = { port: 4222, monitorPort: 8222, storeDirectory: '/s "x"', pidFile: '/p', version: '2.15.1' };
  it('confirms after the disk and lifts the limit of 2.15', () => {
    const text = natsConfig({ ...settings, extra: 'max_payload: 8MB' });
    expect(text).toContain('sync_interval: always');
    expect(text).toContain('default_max_consumers: 20000');
    expect(text).toContain('store_dir: "/s \\"x\\""');
    expect(text.trimEnd().endsWith('max_payload: 8MB')).toBe(true);
  });

  it('does not tell an older server of a setting it would refuse', () => {
    expect(natsConfig({ ...settings, version: '2.14.5' })).not.toContain('max_consumers');
  });
});

describe('isAlive', () => {
  it('knows this process and not one that cannot be', () => {
    expect([isAlive(process.pid), isAlive(2 ** 22 + 7)]).toEqual([true, false]);
  });
});
