import { createHash, randomBytes } from 'node:crypto';
import { IdentityFixture, openid, tokensSchema, wang } from '../test/identity.fixture.js';

let identity: IdentityFixture;
beforeEach(async () => {
  identity = await IdentityFixture.open();
});
afterEach(() => identity.close());

describe('authorization code with PKCE', () => {
  const codeVerifier = randomBytes(32).toString('base64url');
  const redirectUri = 'http://127.0.0.1:18101/callback';
  const request = (changes: Record<string, string> = {}): URLSearchParams =>
    new URLSearchParams({
      client_id: 'tongban-console',
      response_type: 'code',
      redirect_uri: redirectUri,
      scope: 'openid profile',
      state: 's1',
      code_challenge: createHash('sha256').update(codeVerifier).digest('base64url'),
      code_challenge_method: 'S256',
      ...changes,
    });
  const jar = new Map<string, string>();
  const browse = async (address: string, form?: Record<string, string>): Promise<Response> => {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const body = form === undefined ? {} : { method: 'POST', body: new URLSearchParams(form) };
    const target = new URL(address, identity.at('/'));
    const response = await fetch(target, { ...body, headers: { cookie, accept: 'text/html' }, redirect: 'manual' });
    for (const line of response.headers.getSetCookie()) {
      const [name = '', value = ''] = (line.split(';')[0] ?? '').split(/=(.*)/s);
      if (value === '') jar.delete(name);
      else jar.set(name, value);
    }
    return response;
  };
  const location = (response: Response): string => response.headers.get('location') ?? '';
  beforeEach(() => jar.clear());

  it('shows a login page, then gives a code that is worth tokens', async () => {
    const begun = await browse(`${openid}/auth?${request()}`);
    expect(begun.status).toBe(303);
    const page = await browse(location(begun));
    expect(await page.text()).toContain('<h1>登录</h1><p>通办工作台</p>');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");

    const wrong = await browse(location(begun), { username: '"><script>', password: 'x' });
    expect(wrong.status).toBe(401);
    const text = await wrong.text();
    expect(text).toContain('用户名或密码不正确');
    expect(text).not.toContain('<script>');

    const right = await browse(location(begun), { username: wang.username, password: wang.password });
    expect(right.status).toBe(303);
    const back = new URL(location(await browse(location(right))));
    expect(back.href.startsWith(redirectUri)).toBe(true);
    expect(back.searchParams.get('state')).toBe('s1');

    const exchange = {
      client_id: 'tongban-console',
      grant_type: 'authorization_code',
      code: back.searchParams.get('code') ?? '',
      redirect_uri: redirectUri,
    };
    const origin = { origin: 'http://127.0.0.1:18101' };
    const answer = await identity.post(`${openid}/token`, { ...exchange, code_verifier: codeVerifier }, origin);
    expect(answer.headers.get('access-control-allow-origin')).toBe(origin.origin);
    // keycloak-js asks with credentials, and the browser hides an answer that does not allow them.
    expect(answer.headers.get('access-control-allow-credentials')).toBe('true');
    const tokens = tokensSchema.parse(await answer.json());
    expect(tokens.expires_in).toBe(14_400);
    expect(await identity.verifier().verify(tokens.access_token)).toMatchObject({
      ok: true,
      value: { username: 'wangjg' },
    });

    const again = await browse(`${openid}/auth?${request()}`);
    expect(new URL(location(again)).searchParams.has('code')).toBe(true);

    const hint = new URLSearchParams({ id_token_hint: tokens.id_token ?? '', post_logout_redirect_uri: redirectUri });
    const leaving = await (await browse(`${openid}/logout?${hint}`)).text();
    const secret = /name="xsrf" value="([^"]+)"/.exec(leaving)?.[1] ?? '';
    const left = await browse(`${openid}/logout/confirm`, { xsrf: secret, logout: 'yes' });
    expect(location(left)).toBe(redirectUri);
    const afterwards = await browse(`${openid}/auth?${request()}`);
    expect(location(afterwards)).toContain('/login-actions/authenticate/');
  });

  it('refuses another redirect, a missing challenge and a wrong verifier', async () => {
    const elsewhere = await browse(`${openid}/auth?${request({ redirect_uri: 'https://evil.example/callback' })}`);
    expect(elsewhere.status).toBe(400);
    expect(await elsewhere.text()).toContain('无法登录');
    const plain = await browse(`${openid}/auth?${request({ code_challenge: '', code_challenge_method: '' })}`);
    expect(new URL(location(plain)).searchParams.get('error')).toBe('invalid_request');

    const begun = await browse(`${openid}/auth?${request()}`);
    const right = await browse(location(begun), { username: wang.username, password: wang.password });
    const code = new URL(location(await browse(location(right)))).searchParams.get('code') ?? '';
    const form = { client_id: 'tongban-console', grant_type: 'authorization_code', code, redirect_uri: redirectUri };
    const answer = await identity.post(`${openid}/token`, {
      ...form,
      code_verifier: randomBytes(32).toString('base64url'),
    });
    expect(answer.status).toBe(400);
  });

  it('shows the login page to the browser that asked, and to no other', async () => {
    const begun = await browse(`${openid}/auth?${request()}`);
    jar.clear();
    const other = await browse(location(begun), { username: wang.username, password: wang.password });
    expect(other.status).toBe(400);
  });
});
