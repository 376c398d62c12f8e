import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeCode } from '@tongban/kernel';
import fc from 'fast-check';
import { fields, nodesField, secretField } from './fields.js';
import { ConfigError, loadConfig, type ConfigProblem, type Environment, type Fields } from './load.js';
import { matchesNode } from './readers.js';

const folder = mkdtempSync(join(tmpdir(), 'config-'));
const file = join(folder, 'divisions.json');
writeFileSync(file, '{}');
afterAll(() => rmSync(folder, { recursive: true }));

function problemsOf(schema: Fields, env: Environment): readonly ConfigProblem[] {
  try {
    loadConfig(schema, env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe('loadConfig', () => {
  it('reads every kind of variable', () => {
    chmodSync(file, 0o600);
    const config = loadConfig(
      { nodes: nodesField('township'), ...fields, grpcListenIfAny: fields.grpcListenIfAny },
      {
        TONGBAN_NODES: '371102001000, 371103*',
        TONGBAN_CITY: '371100000000',
        TONGBAN_DIVISIONS: file,
        TONGBAN_DATABASE_URL: 'postgres://app:secret@127.0.0.1:5432/township',
        TONGBAN_NATS_URL: 'nats://127.0.0.1:4222',
        TONGBAN_HTTP_LISTEN: '127.0.0.1:18101',
        TONGBAN_GRPC_LISTEN: '[::1]:0',
        TONGBAN_GRPC_PARENT: 'district.internal:18201',
        TONGBAN_KEYSTORE: file,
        TONGBAN_KEY_DIRECTORY: file,
        TONGBAN_BLOB_DIR: join(folder, 'blobs'),
        TONGBAN_IDENTITY_URL: 'http://127.0.0.1:18090',
        TONGBAN_PROVINCE_URL: 'https://province.example',
        TONGBAN_PROVINCE_KEY: file,
      },
    );
    expect(config.nodes).toEqual([{ code: '371102001000' }, { prefix: '371103' }]);
    expect(config.httpListen).toEqual({ host: '127.0.0.1', port: 18101, text: '127.0.0.1:18101' });
    expect(config.grpcListen).toMatchObject({ host: '::1', port: 0 });
    expect(config).toMatchObject({ identityRealm: 'tongban', identityAudience: 'tongban-api', logLevel: 'info' });
    expect(config.identityClients).toEqual(['tongban-console']);
    expect(config.otlpEndpoint).toBeUndefined();
    expect(config.divisions).toBe(file);
  });

  it('reports all problems at once, each with the variable, the value and what is allowed', () => {
    const problems = problemsOf(
      { city: fields.city, listen: fields.httpListen, level: fields.logLevel, file: fields.keyDirectory },
      {
        TONGBAN_CITY: '371102000000',
        TONGBAN_HTTP_LISTEN: '',
        TONGBAN_LOG_LEVEL: 'loud',
        TONGBAN_KEY_DIRECTORY: '/no',
      },
    );
    expect(problems.map((problem) => problem.variable)).toEqual([
      'TONGBAN_CITY',
      'TONGBAN_HTTP_LISTEN',
      'TONGBAN_LOG_LEVEL',
      'TONGBAN_KEY_DIRECTORY',
    ]);
    expect(new ConfigError(problems).message).toBe(
      [
        '环境变量配置有误：',
        '  TONGBAN_CITY：现为 "371102000000"，不是本级的区划代码；应为地级市的 12 位区划代码，如 371100000000',
        '  TONGBAN_HTTP_LISTEN：未设置，此项必填；应为主机:端口，如 127.0.0.1:18101',
        '  TONGBAN_LOG_LEVEL：现为 "loud"，不符合要求；应为debug、info、warn、error 之一，缺省 info',
        '  TONGBAN_KEY_DIRECTORY：现为 "/no"，文件不存在；应为全市公钥目录文件的路径',
      ].join('\n'),
    );
  });

  it.each([
    ['mysql://u:geheim@h/db', 'mysql'],
    ['postgres://u:geheim@', '不显示'],
    ['geheim', '不显示'],
    ['https://h/db?password=geheim', '***'],
  ])('never prints a password: %s', (given, expected) => {
    const { message } = new ConfigError(problemsOf({ db: fields.databaseUrl }, { TONGBAN_DATABASE_URL: given }));
    expect(message).not.toContain('geheim');
    expect(message).toContain(expected);
  });

  it('hides a secret of an app', () => {
    const secret = { key: secretField('TONGBAN_X', '口令') };
    expect(loadConfig(secret, { TONGBAN_X: 'v' })).toEqual({ key: 'v' });
    expect(secret.key.show('geheim')).not.toContain('geheim');
  });

  it('wants a key store closed to others', () => {
    chmodSync(file, 0o644);
    expect(problemsOf({ k: fields.keystore }, { TONGBAN_KEYSTORE: file })[0]?.reason).toBe('文件权限过宽，须为 600');
    expect(problemsOf({ k: fields.keystore }, { TONGBAN_KEYSTORE: folder })[0]?.reason).toBe('不是文件');
    expect(problemsOf({ b: fields.blobDir }, { TONGBAN_BLOB_DIR: file })[0]?.reason).toBe('不是文件夹');
  });

  it('names the clients whose tokens are taken, none of them twice', () => {
    const load = (text: string) => loadConfig({ c: fields.identityClients }, { TONGBAN_IDENTITY_CLIENTS: text });
    expect(load('tongban-console, tongban-demo')).toEqual({ c: ['tongban-console', 'tongban-demo'] });
    for (const wrong of ['tongban-console,', 'a b', 'a,a', '*'])
      expect(problemsOf({ c: fields.identityClients }, { TONGBAN_IDENTITY_CLIENTS: wrong })).toHaveLength(1);
  });

  it.each(['371100000000', '371102001000,371102001000', '371102001000,', 'x*', '*', '37110200100*x'])(
    'refuses the node list %s for townships',
    (list) => expect(problemsOf({ n: nodesField('township') }, { TONGBAN_NODES: list })).toHaveLength(1),
  );

  it.each(['127.0.0.1', ':80', 'host:70000', 'http://h:80', 'h:80:80'])('refuses the address %s', (text) =>
    expect(problemsOf({ a: fields.httpListen }, { TONGBAN_HTTP_LISTEN: text })).toHaveLength(1),
  );

  it('gives any address back as it was written', () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.integer({ min: 0, max: 65_535 }), (host, port) => {
        const { listen } = loadConfig({ listen: fields.httpListen }, { TONGBAN_HTTP_LISTEN: `${host}:${port}` });
        expect(listen).toEqual({ host, port, text: `${host}:${port}` });
      }),
    );
  });
});

describe('matchesNode', () => {
  it('covers codes and prefixes', () => {
    const patterns = [{ code: nodeCode('371102001000') }, { prefix: '371103' }];
    expect(matchesNode(patterns, nodeCode('371102001000'))).toBe(true);
    expect(matchesNode(patterns, nodeCode('371103005000'))).toBe(true);
    expect(matchesNode(patterns, nodeCode('371102002000'))).toBe(false);
  });
});
