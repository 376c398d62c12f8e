import { readFile } from 'node:fs/promises';
import { roles } from '@tongban/kernel';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { z } from 'zod';
import { demo, IdentityFixture, openid, realmFile, tokensSchema, url, wang } from '../test/identity.fixture.js';
import { readRealm } from './realm.js';

let identity: IdentityFixture;
beforeEach(async () => {
  identity = await IdentityFixture.open();
});
afterEach(() => identity.close());

describe('the realm file', () => {
  it('has exactly the roles of the product', async () => {
    const realm = await readRealm(realmFile);
    expect(realm.roles.realm.map(({ name }) => name)).toEqual([...roles]);
  });

  it('has no users, secrets or keys', async () => {
    const realm: unknown = JSON.parse(await readFile(realmFile, 'utf8'));
    expect(realm).not.toHaveProperty('users');
    expect(JSON.stringify(realm)).not.toMatch(/"(secret|privateKey|credentials)"/);
  });
});

describe('password grant', () => {
  it('gives tokens that the verifier takes', async () => {
    const tokens = await identity.logIn(wang.username, wang.password);
    const result = await identity.verifier().verify(tokens.access_token);
    expect(result).toMatchObject({
      ok: true,
      value: {
        username: 'wangjg',
        name: '王建国',
        roles: ['agent', 'clerk'],
        division: '371102001001',
        department: '371102-001',
      },
    });
  });

  it('gives tokens that are taken only where the client is one that may ask for them', async () => {
    const { access_token: token } = await identity.logIn(wang.username, wang.password);
    expect(await identity.verifier(['tongban-console']).verify(token)).toMatchObject({
      ok: false,
      refusal: { code: 'identity.invalid' },
    });
  });

  it('writes access tokens as Keycloak does', async () => {
    const {
      access_token: token,
      id_token: idToken,
      expires_in: lifespan,
    } = await identity.logIn(wang.username, wang.password);
    expect(decodeProtectedHeader(token)).toEqual({ alg: 'RS256', typ: 'JWT', kid: expect.any(String) });
    const claims = decodeJwt(token);
    expect(claims).toMatchObject({
      iss: `${url}/realms/tongban`,
      typ: 'Bearer',
      azp: 'tongban-demo',
      aud: 'tongban-api',
      scope: 'openid profile email',
      preferred_username: 'wangjg',
      realm_access: { roles: ['agent', 'clerk'] },
      sid: expect.any(String),
      jti: expect.any(String),
      auth_time: expect.any(Number),
    });
    expect(lifespan).toBe(1800);
    expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(1800);
    expect(decodeJwt(idToken ?? '')).toMatchObject({
      aud: 'tongban-demo',
      sub: claims.sub,
      sid: claims['sid'],
      name: '王建国',
      division: '371102001001',
    });
  });

  it('gives no ID token unless asked for openid', async () => {
    expect((await identity.logIn(wang.username, wang.password, '')).id_token).toBeUndefined();
  });

  it('refuses a wrong password, an unknown name and nothing in the same way', async () => {
    for (const [username, password] of [
      ['wangjg', 'wrong'],
      ['nobody', 'wrong'],
      ['nobody', ''],
      ['', ''],
    ] as const) {
      const response = await identity.post(`${openid}/token`, { ...demo, username, password });
      expect(response.status).toBe(400);
      expect(await response.json()).toEqual({
        error: 'invalid_grant',
        error_description: 'Invalid user credentials',
      });
    }
  });

  it('locks a name after five wrong passwords, and others not', async () => {
    await identity.writeUsers(wang, { ...wang, username: 'lifang', name: '李芳' });
    for (let i = 0; i < 5; i++)
      await identity.post(`${openid}/token`, { ...demo, username: 'wangjg', password: `guess-${i}` });
    const locked = await identity.post(`${openid}/token`, { ...demo, username: 'wangjg', password: wang.password });
    expect(locked.status).toBe(400);
    expect(await locked.json()).toMatchObject({ error_description: 'Invalid user credentials' });
    await identity.logIn('lifang', wang.password);
    identity.aheadMs = 60_000;
    await identity.logIn('wangjg', wang.password);
  });

  it('is for the demonstration client only', async () => {
    const form = { ...demo, client_id: 'tongban-console', username: 'wangjg', password: wang.password };
    expect((await identity.post(`${openid}/token`, form)).status).toBe(400);
    const api = await identity.post(`${openid}/token`, { ...form, client_id: 'tongban-api' });
    expect(api.status).toBe(401);
  });

  it('serves fifty at the same time', async () => {
    const tokens = await Promise.all(Array.from({ length: 50 }, () => identity.logIn(wang.username, wang.password)));
    expect(new Set(tokens.map(({ access_token: token }) => decodeJwt(token).jti)).size).toBe(50);
  });
});

describe('refresh tokens', () => {
  const refresh = (token: string): Promise<Response> =>
    identity.post(`${openid}/token`, { client_id: 'tongban-demo', grant_type: 'refresh_token', refresh_token: token });

  it('are used once and keep session and time of authentication', async () => {
    const first = await identity.logIn(wang.username, wang.password);
    const response = await refresh(first.refresh_token);
    expect(response.status).toBe(200);
    const second = tokensSchema.parse(await response.json());
    const [before, after] = [decodeJwt(first.access_token), decodeJwt(second.access_token)];
    expect(after).toMatchObject({ sid: before['sid'], auth_time: before['auth_time'], sub: before.sub });
    expect(after.jti).not.toBe(before.jti);
    // keycloak-js reads them.
    expect(decodeJwt(second.refresh_token)).toMatchObject({ typ: 'Refresh', azp: 'tongban-demo', sid: before['sid'] });
    expect(decodeJwt(second.refresh_token).exp).toBeGreaterThan(after.exp!);
    expect((await identity.verifier().verify(second.access_token)).ok).toBe(true);
    expect((await refresh(first.refresh_token)).status).toBe(400);
    // Whoever used it a second time may be a thief, so the whole grant is gone.
    expect((await refresh(second.refresh_token)).status).toBe(400);
  });

  it('end with the person', async () => {
    const { refresh_token: token } = await identity.logIn(wang.username, wang.password);
    await identity.writeUsers();
    expect((await refresh(token)).status).toBe(400);
  });
});

describe('what Keycloak offers besides', () => {
  it('describes itself', async () => {
    const discovery: unknown = await (
      await fetch(identity.at('/realms/tongban/.well-known/openid-configuration'))
    ).json();
    expect(discovery).toMatchObject({
      issuer: `${url}/realms/tongban`,
      token_endpoint: identity.at(`${openid}/token`),
      authorization_endpoint: identity.at(`${openid}/auth`),
      jwks_uri: identity.at(`${openid}/certs`),
      userinfo_endpoint: identity.at(`${openid}/userinfo`),
      end_session_endpoint: identity.at(`${openid}/logout`),
      introspection_endpoint: identity.at(`${openid}/token/introspect`),
    });
    expect((await fetch(identity.at('/health/ready'))).status).toBe(200);
  });

  it('publishes the public half of its key only', async () => {
    const set = z.object({ keys: z.array(z.record(z.string(), z.unknown())).length(1) });
    const { keys } = set.parse(await (await fetch(identity.at(`${openid}/certs`))).json());
    expect(Object.keys(keys[0] ?? {}).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use']);
  });

  it('answers userinfo and introspection for its access tokens', async () => {
    const { access_token: token } = await identity.logIn(wang.username, wang.password);
    const bearer = (value: string) =>
      fetch(identity.at(`${openid}/userinfo`), { headers: { authorization: `Bearer ${value}` } });
    expect(await (await bearer(token)).json()).toEqual({
      sub: decodeJwt(token).sub,
      preferred_username: 'wangjg',
      name: '王建国',
      division: '371102001001',
      department: '371102-001',
    });
    expect((await bearer(`${token.slice(0, -6)}AAAAAA`)).status).toBe(401);
    const ask = async (form: Record<string, string>): Promise<unknown> =>
      (await identity.post(`${openid}/token/introspect`, { client_id: 'tongban-demo', ...form })).json();
    expect(await ask({ token })).toMatchObject({ active: true, azp: 'tongban-demo', sub: decodeJwt(token).sub });
    expect(await ask({ token: 'x' })).toEqual({ active: false });
    identity.aheadMs = 1_800_000;
    expect(await ask({ token })).toEqual({ active: false });
  });
});
