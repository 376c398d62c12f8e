import { jest } from '@jest/globals';
import { decodeJwt } from 'jose';
import { findForm } from './browser.js';
import { AtBrowser, codeOf, consoleRequest } from './login.js';
import { clerkOfVillage } from './persons.js';
import { callback, type TestedProvider } from './provider.js';
import { providers } from './providers.js';
import { exchange, refresh, refused, testTimeoutMs, tokensOf, verifierOf } from './tokens.js';

jest.setTimeout(testTimeoutMs);

describe.each(providers)('the console at $name', ({ open }) => {
  let provider: TestedProvider;
  beforeAll(async () => {
    provider = await open();
  });
  afterAll(() => provider.close());

  /** Logs a new person in, since an authenticator that was bound stays. */
  const session = async (headers: Record<string, string> = {}) => {
    const person = clerkOfVillage();
    await provider.addPerson(person);
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
    expect(response.headers.get('access-control-allow-credentials')).toBe('true');
    const claims = decodeJwt(tokens.access_token);
    expect(claims).toMatchObject({ azp: 'tongban-console', aud: 'tongban-api' });
    expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(14_400);
    const verified = await verifierOf(provider, { authorizedParties: ['tongban-console'] }).verify(tokens.access_token);
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
    const at = new AtBrowser(provider.url, clerkOfVillage());
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
      const page = await new AtBrowser(provider.url, clerkOfVillage()).browser.get(
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
