import { createHmac, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { jest } from '@jest/globals';
import { SignJWT, type JWTPayload } from 'jose';
import GrantManager from 'keycloak-connect/middleware/auth-utils/grant-manager.js';
import { GrantManagerVerifier, type GrantManagerVerifierOptions } from './grant-manager-verifier.js';
import { memoryKeyStore } from './key-store.js';
import { keyLimits } from './limits.js';

const issuer = 'https://id.example.gov.cn/realms/tongban';
const newKey = () => generateKeyPairSync('rsa', { modulusLength: 2048 });
const [first, second, foreign] = [newKey(), newKey(), newKey()];
const jwk = (key: KeyObject, kid: string) => ({ ...key.export({ format: 'jwk' }), kid, use: 'sig', alg: 'RS256' });
const setOf =
  (...keys: object[]): RequestListener =>
  (_, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ keys }));
  };
const firstKey = jwk(first.publicKey, 'k1');
const secondKey = jwk(second.publicKey, 'k2');

let server: Server;
let keysUrl = '';
let answer: RequestListener = setOf(firstKey);
let fetches = 0;

beforeAll(async () => {
  server = createServer((request, response) => {
    fetches++;
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  keysUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/certs`;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
beforeEach(() => {
  fetches = 0;
  answer = setOf(firstKey);
});

const verifierWith = (options: Partial<GrantManagerVerifierOptions> = {}): GrantManagerVerifier =>
  new GrantManagerVerifier({
    issuer,
    audience: 'tongban-api',
    keysUrl,
    store: memoryKeyStore(),
    clock: { now: Date.now },
    ...options,
    limits: { fetchTimeoutMs: 1_500, maxResponseBytes: 20_000, ...options.limits },
  });

const seconds = (offset: number): number => Math.floor(Date.now() / 1000) + offset;
const payload = (): JWTPayload => ({
  iss: issuer,
  sub: 'subject-1',
  aud: ['tongban-api', 'account'],
  typ: 'Bearer',
  iat: seconds(0),
  exp: seconds(300),
  azp: 'tongban-console',
  division: '371102001001',
  realm_access: { roles: ['agent', 'offline_access'] },
});
const sign = (claims: JWTPayload, key: KeyObject = first.privateKey, kid = 'k1', alg = 'RS256'): Promise<string> =>
  new SignJWT(claims).setProtectedHeader({ alg, kid }).sign(key);
const codeOf = async (verifier: GrantManagerVerifier, token: string): Promise<string> => {
  const result = await verifier.verify(token);
  if (result.ok) return 'ok';
  if (token !== '') expect(result.refusal.detail).not.toContain(token.slice(0, 40));
  return result.refusal.code;
};

describe('tokens', () => {
  it('gives the person of a good token', async () => {
    const result = await verifierWith().verify(await sign(payload()));
    expect(result).toMatchObject({
      ok: true,
      value: { subject: 'subject-1', roles: ['agent'], division: '371102001001' },
    });
  });

  it('takes the tokens of listed clients alone, also when one is known already', async () => {
    const verifier = verifierWith({ authorizedParties: ['tongban-console', 'tongban-demo'] });
    const given = (azp: string | undefined) => sign({ ...payload(), ...(azp === undefined ? {} : { azp }) });
    expect(await codeOf(verifier, await given('tongban-console'))).toBe('ok');
    expect(await codeOf(verifier, await given('tongban-demo'))).toBe('ok');
    expect(await codeOf(verifier, await given('account-console'))).toBe('identity.invalid');
    const { azp: _, ...ofNobody } = payload();
    expect(await codeOf(verifier, await sign(ofNobody))).toBe('identity.invalid');
  });

  it('judges each token by itself', async () => {
    const verifier = verifierWith();
    const { exp: _, ...withoutExpiry } = payload();
    const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const pem = first.publicKey.export({ type: 'spki', format: 'pem' });
    const hmacInput = `${encode({ alg: 'HS256', kid: 'k1' })}.${encode(payload())}`;
    const relabelled = `${encode({ alg: 'RS256', kid: 'k1' })}.${encode(payload())}`;
    const mac = (input: string): string => createHmac('sha256', pem).update(input).digest('base64url');
    const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const good = await sign(payload());
    const cases: [string, string, string][] = [
      ['no exp', await sign(withoutExpiry), 'identity.invalid'],
      ['nbf in the future', await sign({ ...payload(), nbf: seconds(120) }), 'identity.invalid'],
      ['iat in the future', await sign({ ...payload(), iat: seconds(120) }), 'identity.invalid'],
      ['wrong aud', await sign({ ...payload(), aud: 'account' }), 'identity.invalid'],
      ['wrong iss', await sign({ ...payload(), iss: `${issuer}x` }), 'identity.invalid'],
      ['expired', await sign({ ...payload(), exp: seconds(-1) }), 'identity.expired'],
      ['alg none', `${encode({ alg: 'none', kid: 'k1' })}.${encode(payload())}.`, 'identity.invalid'],
      ['alg none, signed', `${encode({ alg: 'none', kid: 'k1' })}.${encode(payload())}.c2ln`, 'identity.invalid'],
      ['HS256 with the public key', `${hmacInput}.${mac(hmacInput)}`, 'identity.invalid'],
      ['the same called RS256', `${relabelled}.${mac(relabelled)}`, 'identity.invalid'],
      ['ES256', await sign(payload(), ec.privateKey, 'k1', 'ES256'), 'identity.invalid'],
      ['foreign key, our kid', await sign(payload(), foreign.privateKey), 'identity.invalid'],
      ['foreign key, its kid', await sign(payload(), foreign.privateKey, 'k9'), 'identity.invalid'],
      ['changed payload', good.replace(/\.[^.]+\./, `.${encode({ ...payload(), sub: 'x' })}.`), 'identity.invalid'],
      ['garbage', '\u0000\uffff.%.{', 'identity.invalid'],
      ['100 KB', await sign({ ...payload(), name: 'x'.repeat(100_000) }), 'identity.invalid'],
      ['nothing', '', 'identity.missing'],
      ['the good one', good, 'ok'],
    ];
    const judged: [string, string][] = [];
    for (const [name, token] of cases) judged.push([name, await codeOf(verifier, token)]);
    expect(judged).toEqual(cases.map(([name, , code]) => [name, code]));
  });
});

describe('a token that comes again', () => {
  /** A verifier whose clock can be put forward, and a good token. */
  const withClock = async () => {
    let ahead = 0;
    const verifier = verifierWith({ clock: { now: () => Date.now() + ahead } });
    const forward = (ms: number): void => void (ahead += ms);
    return { verifier, forward, token: await sign({ ...payload(), exp: seconds(3_600) }) };
  };

  it('has its signature checked once', async () => {
    const checks = jest.spyOn(GrantManager.prototype, 'createGrant');
    try {
      const { verifier, token } = await withClock();
      for (let request = 0; request < 3; request++) expect(await codeOf(verifier, token)).toBe('ok');
      expect(checks).toHaveBeenCalledTimes(1);
      expect(await codeOf(verifier, await sign(payload(), foreign.privateKey))).toBe('identity.invalid');
      expect(await codeOf(verifier, token)).toBe('ok');
    } finally {
      checks.mockRestore();
    }
  });

  it('is refused from its end on', async () => {
    const { verifier, forward, token } = await withClock();
    expect(await codeOf(verifier, token)).toBe('ok');
    forward(3_600_000);
    expect(await codeOf(verifier, token)).toBe('identity.expired');
  });

  it('is refused before it holds by a clock that was set back', async () => {
    const { verifier, forward, token } = await withClock();
    expect(await codeOf(verifier, token)).toBe('ok');
    forward(-120_000);
    expect(await codeOf(verifier, token)).toBe('identity.invalid');
  });

  it.each([
    ['was withdrawn', () => setOf(secondKey)],
    ['stands for another key', () => setOf({ ...secondKey, kid: 'k1' })],
  ])('is refused once its key id %s', async (_, keys) => {
    const { verifier, forward, token } = await withClock();
    expect(await codeOf(verifier, token)).toBe('ok');
    answer = keys();
    forward(keyLimits.refreshAfterMinutes * 60_000);
    // Keys that have grown old are fetched again beside the request that notices.
    for (let tries = 0; tries < 200 && (await codeOf(verifier, token)) === 'ok'; tries++) await sleep(20);
    expect(await codeOf(verifier, token)).toBe('identity.invalid');
  });
});

describe('a hostile key address', () => {
  const big: RequestListener = (_, response) => {
    response.write('{"keys":[');
    const more = setInterval(() => response.write('"x",'.repeat(4000)), 1);
    response.on('close', () => clearInterval(more));
  };
  const trickle: RequestListener = (_, response) => {
    const more = setInterval(() => response.write(' '), 20);
    response.on('close', () => clearInterval(more));
  };
  const status =
    (code: number, headers: Record<string, string> = {}): RequestListener =>
    (_, response) => {
      response.writeHead(code, headers);
      response.end('{"error":"x"}');
    };
  const text =
    (body: string): RequestListener =>
    (_, response) => {
      response.setHeader('content-type', 'text/html');
      response.end(body);
    };
  const hostile: [string, RequestListener][] = [
    ['HTML with 200', text('<!doctype html><title>登录</title>')],
    ['500', status(500)],
    ['no answer', () => undefined],
    ['an endless trickle', trickle],
    ['a huge body', big],
    ['a redirect', status(302, { location: '/elsewhere' })],
    ['no keys', setOf()],
    ['null', text('null')],
    ['bytes that are no text', (_, response) => response.end(Buffer.from([0x7b, 0xff, 0xfe]))],
    ['a broken connection', (request) => request.socket.destroy()],
  ];

  it.each(hostile)('at first: %s', async (_, listener) => {
    answer = listener;
    const problems: string[] = [];
    const verifier = verifierWith({ report: ({ reason }) => problems.push(reason) });
    expect(await codeOf(verifier, await sign(payload()))).toBe('identity.unavailable');
    expect(problems).toHaveLength(1);
    expect(fetches).toBe(1);
  });

  it.each(hostile)('later, with good keys at hand: %s', async (_, listener) => {
    const verifier = verifierWith();
    await verifier.warmUp();
    answer = listener;
    expect(await codeOf(verifier, await sign(payload(), second.privateKey, 'k2'))).toBe('identity.unavailable');
    expect(await codeOf(verifier, await sign(payload()))).toBe('ok');
  });

  it('is asked once by fifty requests', async () => {
    const verifier = verifierWith();
    const token = await sign(payload());
    const codes = await Promise.all(Array.from({ length: 50 }, () => codeOf(verifier, token)));
    expect(new Set(codes)).toEqual(new Set(['ok']));
    expect(fetches).toBe(1);
  });

  it('may rotate its key at any moment', async () => {
    const verifier = verifierWith();
    expect(await codeOf(verifier, await sign(payload()))).toBe('ok');
    answer = setOf(secondKey, firstKey);
    expect(await codeOf(verifier, await sign(payload(), second.privateKey, 'k2'))).toBe('ok');
    expect(fetches).toBe(2);
  });

  it('is not asked for tokens that no key could save', async () => {
    const verifier = verifierWith();
    expect(await codeOf(verifier, await sign({ ...payload(), aud: 'account' }, foreign.privateKey, 'k9'))).toBe(
      'identity.invalid',
    );
    expect(fetches).toBe(0);
  });
});
