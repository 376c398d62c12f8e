import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  framed,
  Keystore,
  makeKeyDirectory,
  makeSecret,
  parseKeyDirectory,
  publicPart,
  Sealer,
  sm3,
} from '@tongban/journal';
import { nodeCode } from '@tongban/kernel';
import { UsageError } from '../arguments.js';
import { parsePrivacyCommand } from './arguments.js';
import { runPrivacy } from './run.js';

const city = nodeCode('371100000000');
const township = nodeCode('371102001000');
const record = '01890000-0000-7000-8000-000000000001';
const secrets = [makeSecret(city, 1), makeSecret(township, 1)];

let folder: string;
const file = (name: string): string => join(folder, name);
const said: string[] = [];
const run = (args: readonly string[], env: Record<string, string> = {}): Promise<number> => {
  said.length = 0;
  const command = parsePrivacyCommand(args);
  if (command === undefined) throw new Error('no command');
  return runPrivacy(command, env, 5, (line) => said.push(line));
};
const sharesIn = (out: string): string[] =>
  readdirSync(out)
    .map((name) => join(out, name))
    .sort();

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'escrow-'));
  writeFileSync(file('keystore.json'), JSON.stringify({ secrets }));
  writeFileSync(file('keys.json'), JSON.stringify(makeKeyDirectory(secrets[0]!, secrets.map(publicPart), 1)));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const init = () =>
  run(['escrow', 'init', '--directory', file('keys.json'), '--keystore', file('keystore.json'), '--out', file('out')]);
const directoryNow = () => parseKeyDirectory(readFileSync(file('keys.json'), 'utf8'), city);

describe('the escrow', () => {
  it('is made once per call, its halves apart from each other, and earlier keys stay', async () => {
    expect(await init()).toBe(0);
    const shares = sharesIn(file('out'));
    expect(shares).toHaveLength(2);
    for (const share of shares) expect(statSync(share).mode & 0o777).toBe(0o600);
    expect(directoryNow().findEscrow()?.keyId).toBe(`escrow-${city}#1`);
    expect(await init()).toBe(0);
    expect(sharesIn(file('out'))).toHaveLength(4);
    expect(directoryNow().findEscrow()?.keyId).toBe(`escrow-${city}#2`);
    expect(JSON.parse(readFileSync(file('keys.json'), 'utf8'))).toMatchObject({ escrow: [{}, {}] });
  });

  it('never writes over a share', async () => {
    await init();
    const kept = readFileSync(sharesIn(file('out'))[0]!, 'utf8');
    writeFileSync(file('keys.json'), JSON.stringify(makeKeyDirectory(secrets[0]!, secrets.map(publicPart), 1)));
    await expect(init()).rejects.toThrow('EEXIST');
    expect(readFileSync(sharesIn(file('out'))[0]!, 'utf8')).toBe(kept);
    expect(directoryNow().findEscrow()).toBeUndefined();
  });

  describe('of a case', () => {
    const asked: { url: string | undefined; authorization: string | undefined; body: string }[] = [];
    let sealed: string;
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        asked.push({
          url: request.url,
          authorization: request.headers.authorization,
          body: Buffer.concat(chunks).toString('utf8'),
        });
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify({ parts: [{ seq: 1, type: 'case.submitted', sealed }] }));
      });
    });
    const env = (): Record<string, string> => ({
      TONGBAN_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      TONGBAN_TOKEN: 'token',
    });
    const open = (one: string, other: string, more: readonly string[] = []) =>
      run(
        [
          ...['escrow', 'open', '--node', township, '--record', record, '--share', one, '--share', other],
          ...['--reason', '人民法院调查令', ...more],
        ],
        env(),
      );
    beforeAll(async () => {
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    });
    afterAll(() => new Promise((resolve) => server.close(resolve)));
    beforeEach(async () => {
      asked.length = 0;
      await init();
      const sealer = new Sealer(directoryNow(), new Keystore(secrets));
      sealed = await sealer.seal({ applicant: { name: '王秀英' } }, [township], { escrowed: true });
    });

    it('opens with both shares, after the node has written down why', async () => {
      const [one, other] = sharesIn(file('out'));
      expect(await open(one!, other!)).toBe(0);
      expect(said.join('')).toContain('王秀英');
      expect(asked).toEqual([
        {
          url: `/v1/nodes/${township}/cases/${record}/escrow-openings`,
          authorization: 'Bearer token',
          body: JSON.stringify({ reason: '人民法院调查令' }),
        },
      ]);
      expect(await open(one!, other!, ['--out', file('opened.jsonl')])).toBe(0);
      expect(statSync(file('opened.jsonl')).mode & 0o777).toBe(0o600);
      expect(said.join('')).not.toContain('王秀英');
    });

    it('stays closed to one person alone, and asks for nothing', async () => {
      const [one] = sharesIn(file('out'));
      await expect(open(one!, one!)).rejects.toThrow('两人各出一个份额');
      writeFileSync(file('broken.json'), readFileSync(one!, 'utf8').replace(/"check": "./, '"check": "z'));
      await expect(open(one!, file('broken.json'))).rejects.toThrow('escrow.share');
      expect(asked).toEqual([]);
    });

    it('says what it could not open', async () => {
      const [one, other] = sharesIn(file('out'));
      sealed = await new Sealer(directoryNow(), new Keystore(secrets)).seal({}, [township]);
      expect(await open(one!, other!)).toBe(1);
      expect(said.join('')).toContain('没有为这把托管密钥封装');
    });
  });
});

describe('an exported audit log', () => {
  const signed = (hash: string, node = township): string => {
    const [first, last, exportedAt] = [0, 0, '2026-03-02T01:00:00.000Z'];
    const bytes = sm3(framed(['tongban-audit-export-1', node, first, last, hash, exportedAt]));
    const { suite, keyId, value } = new Keystore(secrets).sign(township, bytes);
    const signature = { suite, keyId, value: Buffer.from(value).toString('base64url') };
    return `${JSON.stringify({ format: 'tongban-audit-export-1', node, first, last, hash, exportedAt, signature })}\n`;
  };

  it('is verified with the published keys: status 0 when it holds, 1 when it does not', async () => {
    const verify = () => run(['audit', 'verify', file('audit.ndjson'), '--keys', file('keys.json')]);
    writeFileSync(file('audit.ndjson'), signed('00'.repeat(32)));
    expect(await verify()).toBe(0);
    expect(said[0]).toContain('可信');
    writeFileSync(file('audit.ndjson'), signed('00'.repeat(32)).replace('2026-03-02', '2026-03-03'));
    expect(await verify()).toBe(1);
    expect(said[0]).toContain('不可信');
    writeFileSync(file('audit.ndjson'), '');
    expect(await run(['audit', 'verify', file('audit.ndjson'), '--keys', file('keys.json'), '--json'])).toBe(1);
    expect(JSON.parse(said[0]!)).toMatchObject({ ok: false });
  });
});

describe('the data keys', () => {
  it('are rotated step by step under one command, until nothing is left', async () => {
    const asked: { readonly url: string | undefined; readonly key: unknown }[] = [];
    const server = createServer((request, response) => {
      asked.push({ url: request.url, key: request.headers['idempotency-key'] });
      request.resume().on('end', () => {
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify({ key: 2, resealed: 200, next: asked.length < 3 ? `c${asked.length}` : null }));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const env = { TONGBAN_URL: url, TONGBAN_TOKEN: 'token' };
      expect(await run(['keys', 'rotate', '--node', township], env)).toBe(0);
      expect(said[0]).toContain('第 2 把数据密钥，重新加密 600 条');
      const path = `/v1/nodes/${township}/key-rotations`;
      expect(asked.map((one) => one.url)).toEqual([path, `${path}?cursor=c1`, `${path}?cursor=c2`]);
      expect(new Set(asked.map(({ key }) => key)).size).toBe(1);
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  });
});

describe('the command line of audit and escrow', () => {
  it('leaves other commands alone', () => {
    for (const args of [[], ['up'], ['verify', 'x.zip']]) expect(parsePrivacyCommand(args)).toBeUndefined();
  });

  it.each([
    [['audit'], '没有命令 audit'],
    [['audit', 'verify'], '应有 1 个参数'],
    [['audit', 'verify', 'x'], '缺少 --keys'],
    [['escrow', 'close'], '没有命令 escrow close'],
    [['keys', 'turn'], '没有命令 keys turn'],
    [['keys', 'rotate'], '缺少 --node'],
    [['escrow', 'init'], '缺少 --directory'],
    [['escrow', 'open', '--node', '1', '--record', record], '--node 应为 12 位区划代码'],
    [['escrow', 'open', '--node', township, '--record', 'x'], '--record 应为办件的 UUID'],
    [['escrow', 'open', '--node', township, '--record', record, '--share', 'a'], '须由两人各出一个份额'],
    [['escrow', 'open', '--node', township, '--record', record, '--share', 'a', '--share', 'b'], '缺少 --reason'],
  ])('refuses %j', (args, message) => {
    expect(() => parsePrivacyCommand(args)).toThrow(UsageError);
    expect(() => parsePrivacyCommand(args)).toThrow(message);
  });
});
