import { generateKeyPairSync, sign } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { jest } from '@jest/globals';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { z } from 'zod';
import { findForm } from './browser.js';
import { Keycloak } from './keycloak.js';
import { AtBrowser, codeOf, consoleRequest } from './login.js';
import { approverOfDistrict, clerkOfVillage, resident } from './persons.js';
import { callback, openid, realmPath, type TestedProvider, type TestPerson } from './provider.js';
import { StandIn } from './stand-in.js';
import { exchange, passwordGrant, post, refresh, testTimeoutMs, tokensOf, verifierOf, type Tokens } from './tokens.js';

const wrongPasswords = 5;
/** Between two passwords that a person types; faster ones are taken for a program's. */
const typingMs = 1_100;
jest.setTimeout(testTimeoutMs);

const refusedLogin = { status: 400, error: 'invalid_grant', error_description: 'Invalid user credentials' };
const refusal = z.object({ error: z.string(), error_description: z.string().optional() });
const refused = async (response: Response) => ({
  status: response.status,
  ...refusal.parse(await response.json()),
});

/** Everything the product relies on, asked of the real server and of its stand-in for development. */
describe.each([
  { name: 'Keycloak', open: async (): Promise<TestedProvider> => new Keycloak() },
  { name: 'identity-dev', open: (): Promise<TestedProvider> => StandIn.open() },
])('$name', ({ open }) => {
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
      const claims = decodeJwt<{ realm_access: { roles: string[] } }>(token);
      expect(claims).toMatchObject({
        iss: `${provider.url}${realmPath}`,
        typ: 'Bearer',
        aud: 'tongban-api',
        azp: 'tongban-demo',
        scope: 'openid profile email',
        preferred_username: wang.username,
        sid: expect.any(String),
        jti: expect.any(String),
      });
      expect(claims.realm_access.roles.sort()).toEqual(['agent', 'clerk']);
      expect([lifetime, (claims.exp ?? 0) - (claims.iat ?? 0)]).toEqual([1800, 1800]);
      expect(refreshLifetime).toBe(18_000);
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

    it('lock at the second one when they come faster than a person types', async () => {
      const li = await newPerson(approverOfDistrict());
      for (const guess of ['Haibin-Wulu-98', 'Haibin-Wulu-99']) {
        await passwordGrant(provider, { ...li, password: guess });
      }
      expect(await refused(await passwordGrant(provider, li))).toEqual(refusedLogin);
      await provider.passLockout(li.username);
      await logIn(li);
    });

    it('on the login page show it once more and count like the others', async () => {
      const zhao = await newPerson(resident());
      const { url } = consoleRequest();
      for (const guess of ['Yantai-Lu-2047', 'Yantai-Lu-2048']) {
        const page = await new AtBrowser(provider.url, zhao).logIn(url, guess);
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

  describe('the console', () => {
    const session = async (headers: Record<string, string> = {}) => {
      const person = await newPerson(clerkOfVillage());
      const at = new AtBrowser(provider.url, person);
      const { url, verifier } = consoleRequest();
      const page = await at.logIn(url);
      const response = await exchange(provider, codeOf(page), verifier, headers);
      return { person, at, page, response, tokens: await tokensOf(response.clone()) };
    };

    it('gets a code for a login and tokens for the code', async () => {
      const origin = new URL(callback).origin;
      const { person, page, response, tokens } = await session({ origin });
      expect(page.url.startsWith(`${callback}?`)).toBe(true);
      expect(new URL(page.url).searchParams.get('state')).toBe('s1');
      expect(response.headers.get('access-control-allow-origin')).toBe(origin);
      expect(tokens.expires_in).toBe(14_400);
      expect(decodeJwt(tokens.access_token)).toMatchObject({ azp: 'tongban-console', aud: 'tongban-api' });
      const verified = await verifierOf(provider, { authorizedParties: ['tongban-console'] }).verify(
        tokens.access_token,
      );
      expect(verified).toMatchObject({ ok: true, value: { username: person.username, division: '371102001001' } });
      const elapsedMs = Date.now() - (verified.ok ? verified.value.authenticatedAt : 0);
      expect(elapsedMs).toBeGreaterThanOrEqual(-1_000);
      expect(elapsedMs).toBeLessThan(60_000);
    });

    it('answers a page of another origin with nothing it could read', async () => {
      const { at } = await session();
      const { url, verifier } = consoleRequest();
      const origin = 'https://evil.example';
      const response = await exchange(provider, codeOf(await at.browser.get(url)), verifier, { origin });
      expect(response.headers.get('access-control-allow-origin')).toBeNull();
    });

    it('need not ask again while the session lasts', async () => {
      const { at } = await session();
      const { url, verifier } = consoleRequest();
      const again = await at.browser.get(url);
      await tokensOf(await exchange(provider, codeOf(again), verifier));
    });

    it('gets nothing for a code with another verifier, nor for a code that was used', async () => {
      const { at } = await session();
      const first = consoleRequest();
      const other = await exchange(provider, codeOf(await at.browser.get(first.url)), consoleRequest().verifier);
      expect(await refused(other)).toMatchObject({ status: 400, error: 'invalid_grant' });
      const second = consoleRequest();
      const code = codeOf(await at.browser.get(second.url));
      const tokens = await tokensOf(await exchange(provider, code, second.verifier));
      const twice = await exchange(provider, code, second.verifier);
      expect(await refused(twice)).toMatchObject({ status: 400, error: 'invalid_grant' });
      // A code that comes twice was stolen by one of the two: what it was worth is taken back.
      expect((await refresh(provider, 'tongban-console', tokens.refresh_token)).status).toBe(400);
    });

    it('must bring a challenge of the good kind', async () => {
      const at = new AtBrowser(provider.url, wang);
      for (const changes of [
        { code_challenge: '', code_challenge_method: '' },
        { code_challenge: consoleRequest().verifier, code_challenge_method: 'plain' },
      ]) {
        const page = await at.browser.get(consoleRequest(changes).url);
        expect(new URL(page.url).searchParams.get('error')).toBe('invalid_request');
      }
    });

    it.each(['https://evil.example/callback', 'http://127.0.0.1.evil.example/callback', 'http://127.0.0.2/callback'])(
      'is sent nowhere but home: %s',
      async (redirect) => {
        const page = await new AtBrowser(provider.url, wang).browser.get(
          consoleRequest({ redirect_uri: redirect }).url,
        );
        expect(page.status).toBe(400);
      },
    );

    it('ends the session and its refresh token when the person logs out', async () => {
      const { at, tokens } = await session();
      const left = await at.logOut(tokens.id_token ?? '');
      expect(left.url.startsWith(callback)).toBe(true);
      const page = await at.browser.get(consoleRequest().url);
      expect(findForm(page, 'username', 'password')).toBeDefined();
      expect((await refresh(provider, 'tongban-console', tokens.refresh_token)).status).toBe(400);
    });
  });

  describe('refresh tokens', () => {
    it('keep the session, serve once, and betray who uses one twice', async () => {
      const first = await logIn(wang);
      const second = await tokensOf(await refresh(provider, 'tongban-demo', first.refresh_token));
      const [before, after] = [decodeJwt(first.access_token), decodeJwt(second.access_token)];
      expect(after).toMatchObject({ sub: before.sub, sid: before['sid'], aud: 'tongban-api' });
      expect(after.jti).not.toBe(before.jti);
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
