import { generateKeyPairSync, sign } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { jest } from '@jest/globals';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { findForm } from './browser.js';
import { AtBrowser, codeOf, consoleRequest } from './login.js';
import { approverOfDistrict, clerkOfVillage, resident } from './persons.js';
import { openid, realmPath, type TestedProvider, type TestPerson } from './provider.js';
import { providers } from './providers.js';
import { passwordGrant, post, refresh, refused, testTimeoutMs, tokensOf, verifierOf, type Tokens } from './tokens.js';

const wrongPasswords = 5;
/** Between two passwords that a person types; faster ones are taken for a program's. */
const typingMs = 1_100;
/** `quickLoginCheckMilliSeconds` of the realm file, less what clocks round away. */
const quickMs = 950;
const maxQuickAttempts = 20;
jest.setTimeout(testTimeoutMs);

const refusedLogin = { status: 400, error: 'invalid_grant', error_description: 'Invalid user credentials' };
describe.each(providers)('$name', ({ open }) => {
  let provider: TestedProvider;
  let wang: TestPerson;
  beforeAll(async () => {
    provider = await open();
    wang = clerkOfVillage();
    await provider.addPerson(wang);
  });
  afterAll(() => provider.close());

  const logIn = async (person: TestPerson): Promise<Tokens> =>
    tokensOf(await passwordGrant(provider, person, 'openid'));
  const newPerson = async (made: TestPerson): Promise<TestPerson> => {
    await provider.addPerson(made);
    return made;
  };

  describe('tokens for a password', () => {
    it('carry who the person is, and pass the product’s verifier', async () => {
      const tokens = await logIn(wang);
      expect(await verifierOf(provider).verify(tokens.access_token)).toMatchObject({
        ok: true,
        value: {
          username: wang.username,
          name: '王建国',
          division: '371102001001',
          department: '371102-001',
          subject: expect.stringMatching(/^[0-9a-f-]{36}$/),
        },
      });
    });

    it('have roles, audience, party and lifetime of the realm file, and nothing of the provider’s own', async () => {
      const { access_token: token, expires_in: lifetime, refresh_expires_in: refreshLifetime } = await logIn(wang);
      expect(decodeProtectedHeader(token)).toEqual({ alg: 'RS256', typ: 'JWT', kid: expect.any(String) });
      const claims = decodeJwt<{ realm_access: { roles: string[] }; scope: string }>(token);
      expect(claims).toMatchObject({
        iss: `${provider.url}${realmPath}`,
        typ: 'Bearer',
        aud: 'tongban-api',
        azp: 'tongban-demo',
        preferred_username: wang.username,
        sid: expect.any(String),
        jti: expect.any(String),
      });
      expect(claims.realm_access.roles.sort()).toEqual(['agent', 'clerk']);
      expect(claims.scope.split(' ').sort()).toEqual(['email', 'openid', 'profile']);
      expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(1800);
      // These two count from the answer, which may come a moment after the token was made.
      for (const [told, whole] of [
        [lifetime, 1800],
        [refreshLifetime ?? 0, 18_000],
      ] as const) {
        expect(told).toBeLessThanOrEqual(whole);
        expect(told).toBeGreaterThan(whole - 10);
      }
    });

    it('leave out what the person has not', async () => {
      const zhao = await newPerson(resident());
      const verified = await verifierOf(provider).verify((await logIn(zhao)).access_token);
      expect(verified).toMatchObject({ ok: true, value: { roles: ['resident'], division: '371102001001' } });
      expect(verified.ok && verified.value.department).toBeUndefined();
    });

    it('come with an ID token for the client only when openid is asked for', async () => {
      const tokens = await logIn(wang);
      const claims = decodeJwt(tokens.access_token);
      expect(decodeJwt(tokens.id_token ?? '')).toMatchObject({
        aud: 'tongban-demo',
        sub: claims.sub,
        sid: claims['sid'],
        name: '王建国',
        division: '371102001001',
      });
      const plain = await tokensOf(await passwordGrant(provider, wang));
      expect(plain.id_token).toBeUndefined();
    });

    it('are refused for a wrong password and an unknown name in the same words', async () => {
      const li = await newPerson(approverOfDistrict());
      const wrong = await refused(await passwordGrant(provider, { ...li, password: 'Haibin-Wulu-18' }));
      const unknown = await refused(await passwordGrant(provider, approverOfDistrict()));
      expect(wrong).toEqual(refusedLogin);
      expect(unknown).toEqual(wrong);
    });

    it('are for the demonstration client only', async () => {
      const form = { grant_type: 'password', username: wang.username, password: wang.password };
      const fromConsole = await post(provider, `${openid}/token`, { ...form, client_id: 'tongban-console' });
      expect(fromConsole.status).toBe(400);
      const fromApi = await post(provider, `${openid}/token`, { ...form, client_id: 'tongban-api' });
      expect(fromApi.status).toBe(401);
    });

    it('never outlive the session: there are no offline tokens', async () => {
      const response = await passwordGrant(provider, wang, 'openid offline_access');
      expect(await refused(response)).toMatchObject({ status: 400, error: 'invalid_scope' });
    });
  });

  describe('wrong passwords', () => {
    it(`lock a person out after ${wrongPasswords}, and nobody else, and for a time only`, async () => {
      const li = await newPerson(approverOfDistrict());
      const other = await newPerson(approverOfDistrict());
      for (let count = 1; count <= wrongPasswords; count++) {
        const wrong = await passwordGrant(provider, { ...li, password: `Haibin-Wulu-${count}x` });
        expect(wrong.status).toBe(400);
        await sleep(typingMs);
      }
      // The words do not tell whoever guesses that the lock is there.
      expect(await refused(await passwordGrant(provider, li))).toEqual(refusedLogin);
      await logIn(other);
      await provider.passLockout(li.username);
      await logIn(li);
    });

    /** Two wrong passwords in quick succession; on a machine that is busy they may take too long to count as such. */
    const guessedQuickly = async (): Promise<TestPerson> => {
      for (let attempt = 0; attempt < maxQuickAttempts; attempt++) {
        const li = await newPerson(approverOfDistrict());
        const began = performance.now();
        for (const guess of ['Haibin-Wulu-98', 'Haibin-Wulu-99']) {
          await passwordGrant(provider, { ...li, password: guess });
        }
        if (performance.now() - began < quickMs) return li;
      }
      throw new Error(`two logins took longer than ${quickMs} ms, ${maxQuickAttempts} times`);
    };

    it('lock at the second one when they come faster than a person types', async () => {
      const li = await guessedQuickly();
      expect(await refused(await passwordGrant(provider, li))).toEqual(refusedLogin);
      await provider.passLockout(li.username);
      await logIn(li);
    });

    it('on the login page show it once more and count like the others', async () => {
      const zhao = await newPerson(resident());
      const { url } = consoleRequest();
      for (let count = 1; count <= wrongPasswords; count++) {
        const page = await new AtBrowser(provider.url, zhao).logIn(url, `Yantai-Lu-${count}`);
        expect(findForm(page, 'username', 'password')).toBeDefined();
        expect(page.text).toContain('用户名或密码');
      }
      const locked = await new AtBrowser(provider.url, zhao).logIn(url);
      expect(findForm(locked, 'username', 'password')).toBeDefined();
      expect(await refused(await passwordGrant(provider, zhao))).toEqual(refusedLogin);
      await provider.passLockout(zhao.username);
      codeOf(await new AtBrowser(provider.url, zhao).logIn(url));
    });
  });

  describe('refresh tokens', () => {
    it('keep the session, serve once, and betray who uses one twice', async () => {
      const first = await logIn(wang);
      const second = await tokensOf(await refresh(provider, 'tongban-demo', first.refresh_token));
      const [before, after] = [decodeJwt(first.access_token), decodeJwt(second.access_token)];
      expect(after).toMatchObject({ sub: before.sub, sid: before['sid'], aud: 'tongban-api' });
      expect(after.jti).not.toBe(before.jti);
      expect(decodeJwt(second.refresh_token)).toMatchObject({
        typ: 'Refresh',
        azp: 'tongban-demo',
        sid: before['sid'],
      });
      expect((await verifierOf(provider).verify(second.access_token)).ok).toBe(true);
      const reused = await refused(await refresh(provider, 'tongban-demo', first.refresh_token));
      expect(reused).toMatchObject({ status: 400, error: 'invalid_grant' });
      const stolen = await refused(await refresh(provider, 'tongban-demo', second.refresh_token));
      expect(stolen).toMatchObject({ status: 400, error: 'invalid_grant' });
    });

    it('belong to one client', async () => {
      const { refresh_token: token } = await logIn(wang);
      expect((await refresh(provider, 'tongban-console', token)).status).toBe(400);
    });

    it('end with the person', async () => {
      const li = await newPerson(approverOfDistrict());
      const { refresh_token: token } = await logIn(li);
      await provider.removePerson(li.username);
      expect((await refresh(provider, 'tongban-demo', token)).status).toBe(400);
    });
  });

  describe('tokens that are refused', () => {
    const code = async (verifier: ReturnType<typeof verifierOf>, token: string): Promise<string> => {
      const result = await verifier.verify(token);
      return result.ok ? 'taken' : result.refusal.code;
    };

    it('are those past their time, of another issuer, for another audience or of another party', async () => {
      const { access_token: token } = await logIn(wang);
      expect(await code(verifierOf(provider, { aheadMs: 1_799_000 - 60_000 }), token)).toBe('taken');
      expect(await code(verifierOf(provider, { aheadMs: 1_801_000 }), token)).toBe('identity.expired');
      for (const changes of [
        { issuer: `${provider.url}/realms/other` },
        { audience: 'other-api' },
        { authorizedParties: ['tongban-console'] },
      ]) {
        expect(await code(verifierOf(provider, changes), token)).toBe('identity.invalid');
      }
    });

    it('are those that somebody else signed, or changed', async () => {
      const { access_token: token } = await logIn(wang);
      const [header = '', payload = '', signature = ''] = token.split('.');
      const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
      const forged = sign('sha256', Buffer.from(`${header}.${payload}`), privateKey).toString('base64url');
      expect(await code(verifierOf(provider), `${header}.${payload}.${forged}`)).toBe('identity.invalid');
      const claims = { ...decodeJwt(token), realm_access: { roles: ['administrator'] } };
      const raised = Buffer.from(JSON.stringify(claims)).toString('base64url');
      expect(await code(verifierOf(provider), `${header}.${raised}.${signature}`)).toBe('identity.invalid');
    });

    it('are those that are no access tokens', async () => {
      const { id_token: idToken, refresh_token: refreshToken } = await logIn(wang);
      for (const token of [idToken ?? '', refreshToken]) {
        expect(await code(verifierOf(provider), token)).toBe('identity.invalid');
      }
    });
  });

  describe('besides', () => {
    it('it describes itself under the paths the product knows', async () => {
      const response = await fetch(`${provider.url}${realmPath}/.well-known/openid-configuration`);
      expect(await response.json()).toMatchObject({
        issuer: `${provider.url}${realmPath}`,
        authorization_endpoint: `${provider.url}${openid}/auth`,
        token_endpoint: `${provider.url}${openid}/token`,
        jwks_uri: `${provider.url}${openid}/certs`,
        userinfo_endpoint: `${provider.url}${openid}/userinfo`,
        end_session_endpoint: `${provider.url}${openid}/logout`,
        introspection_endpoint: `${provider.url}${openid}/token/introspect`,
      });
    });

    it('it tells the console who is logged in', async () => {
      const { access_token: token } = await logIn(wang);
      const ask = (bearer: string) =>
        fetch(`${provider.url}${openid}/userinfo`, { headers: { authorization: `Bearer ${bearer}` } });
      expect(await (await ask(token)).json()).toMatchObject({
        sub: decodeJwt(token).sub,
        preferred_username: wang.username,
        name: '王建国',
        division: '371102001001',
        department: '371102-001',
      });
      expect((await ask(`${token.slice(0, -6)}AAAAAA`)).status).toBe(401);
    });

    it('a rotated key is found by a verifier that runs, and old tokens still read', async () => {
      const verifier = verifierOf(provider);
      const before = (await logIn(wang)).access_token;
      expect((await verifier.verify(before)).ok).toBe(true);
      await provider.rotateKey();
      const after = (await logIn(wang)).access_token;
      expect(decodeProtectedHeader(after).kid).not.toBe(decodeProtectedHeader(before).kid);
      expect(await verifier.verify(after)).toMatchObject({ ok: true, value: { username: wang.username } });
    });
  });
});
