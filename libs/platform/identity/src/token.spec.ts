import { nodeCode } from '@tongban/kernel';
import fc from 'fast-check';
import { clockSkewMs, maxTokenBytes } from './limits.js';
import { personOf, readToken, type TokenRules } from './token.js';

const now = Date.UTC(2026, 10, 22, 1);
const rules: TokenRules = { issuer: 'https://id.example.gov.cn/realms/tongban', audience: 'tongban-api' };
const nowSeconds = now / 1000;

const claims = {
  iss: rules.issuer,
  sub: '6f1c9a52-0000-8000-8000-000000000001',
  aud: ['account', 'tongban-api'],
  typ: 'Bearer',
  iat: nowSeconds - 10,
  exp: nowSeconds + 300,
  azp: 'tongban-console',
};
const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const token = (payload: unknown, header: unknown = { alg: 'RS256', kid: 'k1' }): string =>
  `${encode(header)}.${encode(payload)}.c2ln`;
const codeOf = (text: string, given: TokenRules = rules): string => {
  const read = readToken(text, given, now);
  return read.ok ? 'ok' : read.refusal.code;
};

describe('what a token must say before anybody looks for its key', () => {
  it('reads a complete token', () => {
    expect(readToken(token(claims), rules, now)).toMatchObject({ ok: true, value: { kid: 'k1', claims } });
  });

  it.each([
    ['no expiry', { ...claims, exp: undefined }],
    ['an expiry that is no number', { ...claims, exp: '99999999999' }],
    ['nbf in the future', { ...claims, nbf: nowSeconds + 120 }],
    ['issued in the future', { ...claims, iat: nowSeconds + 120 }],
    ['no time of issue', { ...claims, iat: undefined }],
    ['another audience', { ...claims, aud: 'account' }],
    ['no audience', { ...claims, aud: undefined }],
    ['an audience that only contains the name', { ...claims, aud: 'tongban-api-test' }],
    ['another issuer', { ...claims, iss: 'https://id.example.gov.cn/realms/other' }],
    ['an ID token', { ...claims, typ: 'ID' }],
    ['a refresh token', { ...claims, typ: 'Refresh' }],
    ['no subject', { ...claims, sub: '' }],
    ['roles that are no list', { ...claims, realm_access: { roles: 'clerk' } }],
    ['a payload that is no object', ['x']],
    ['null', null],
  ])('refuses %s as invalid', (_, payload) => {
    expect(codeOf(token(payload))).toBe('identity.invalid');
  });

  it.each([
    ['none', { alg: 'none', kid: 'k1' }],
    ['HS256', { alg: 'HS256', kid: 'k1' }],
    ['ES256', { alg: 'ES256', kid: 'k1' }],
    ['PS256', { alg: 'PS256', kid: 'k1' }],
    ['a header without kid', { alg: 'RS256' }],
    ['a critical extension', { alg: 'RS256', kid: 'k1', crit: ['b64'], b64: false }],
  ])('refuses %s', (_, header) => {
    expect(codeOf(token(claims, header))).toBe('identity.invalid');
  });

  it('tells expired from invalid, to the millisecond', () => {
    const read = (at: number) => readToken(token(claims), rules, at);
    expect(read(claims.exp * 1000 - 1).ok).toBe(true);
    expect(read(claims.exp * 1000)).toMatchObject({ refusal: { code: 'identity.expired' } });
  });

  it('allows clocks to differ by the skew and not more', () => {
    const skewSeconds = clockSkewMs / 1000;
    expect(codeOf(token({ ...claims, nbf: nowSeconds + skewSeconds }))).toBe('ok');
    expect(codeOf(token({ ...claims, nbf: nowSeconds + skewSeconds + 1 }))).toBe('identity.invalid');
  });

  it('wants one of the listed clients when there is a list', () => {
    const listed = { ...rules, authorizedParties: ['tongban-console'] };
    expect(codeOf(token(claims), listed)).toBe('ok');
    expect(codeOf(token({ ...claims, azp: 'tongban-demo' }), listed)).toBe('identity.invalid');
    expect(codeOf(token({ ...claims, azp: undefined }), listed)).toBe('identity.invalid');
  });

  it('refuses nothing, unsigned parts and oversized text without decoding it', () => {
    expect(codeOf('')).toBe('identity.missing');
    expect(codeOf(`${encode({ alg: 'none', kid: 'k1' })}.${encode(claims)}.`)).toBe('identity.invalid');
    expect(codeOf('a'.repeat(maxTokenBytes + 1))).toBe('identity.invalid');
  });

  it('never throws and never quotes what it was given', () => {
    const part = fc.oneof(fc.json(), fc.string(), fc.constant(JSON.stringify(claims)));
    const text = fc.oneof(
      fc.string({ minLength: 12 }),
      fc.tuple(part, part, part).map((parts) => parts.map((p) => Buffer.from(p).toString('base64url')).join('.')),
    );
    fc.assert(
      fc.property(text, (given) => {
        const read = readToken(given, rules, now);
        if (!read.ok && given.length >= 12) expect(read.refusal.detail).not.toContain(given);
      }),
      { numRuns: 300 },
    );
  });
});

describe('the person of a token', () => {
  it('keeps known roles once and leaves out what the token does not say', () => {
    const person = personOf({
      ...claims,
      typ: 'Bearer',
      realm_access: { roles: ['clerk', 'offline_access', 'clerk', 'agent'] },
    });
    expect(person).toEqual({
      ok: true,
      value: { subject: claims.sub, roles: ['clerk', 'agent'], authenticatedAt: claims.iat * 1000 },
    });
  });

  it('carries division, department, names and token id', () => {
    const person = personOf({
      ...claims,
      typ: 'Bearer',
      auth_time: nowSeconds - 3600,
      division: '371102001001',
      department: '371102-001',
      preferred_username: 'wangjg',
      name: '王建国',
      jti: 't-1',
    });
    expect(person).toEqual({
      ok: true,
      value: {
        subject: claims.sub,
        roles: [],
        authenticatedAt: now - 3_600_000,
        division: nodeCode('371102001001'),
        department: '371102-001',
        username: 'wangjg',
        name: '王建国',
        tokenId: 't-1',
      },
    });
  });

  it('takes the time of issue where the provider writes auth_time 0', () => {
    expect(personOf({ ...claims, typ: 'Bearer', auth_time: 0 })).toMatchObject({
      value: { authenticatedAt: claims.iat * 1000 },
    });
  });

  it('refuses a division that is no division code', () => {
    expect(personOf({ ...claims, typ: 'Bearer', division: '日照市' })).toMatchObject({
      refusal: { code: 'identity.invalid' },
    });
  });
});
