import { createHash, randomBytes } from 'node:crypto';
import { Browser, findForm, formsOf, type Page } from './browser.js';
import { callback, openid, type TestPerson } from './provider.js';
import { nextPeriod, totp } from './totp.js';

const maxPages = 4;

/** An authorization request of the console (RFC 6749 §4.1.1 with RFC 7636) and the verifier that belongs to it. */
export function consoleRequest(changes: Readonly<Record<string, string>> = {}): { url: string; verifier: string } {
  const verifier = randomBytes(32).toString('base64url');
  const query = new URLSearchParams({
    client_id: 'tongban-console',
    response_type: 'code',
    redirect_uri: callback,
    scope: 'openid profile',
    state: 's1',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...changes,
  });
  return { url: `${openid}/auth?${query}`, verifier };
}

/** A person at a browser, with the phone that makes one-time passwords once it was enrolled. */
export class AtBrowser {
  /** What was asked, in order. */
  readonly seen: ('password' | 'enrol' | 'code')[] = [];
  #browser: Browser;
  #secret: Buffer | undefined;
  #codes: string[] = [];

  constructor(
    private readonly origin: string,
    private readonly person: TestPerson,
  ) {
    this.#browser = new Browser(origin);
  }

  get browser(): Browser {
    return this.#browser;
  }

  /** Another browser, the same person with the same phone. */
  forgetSession(): void {
    this.#browser = new Browser(this.origin);
  }

  /** Fills in whatever pages come until the provider sends the browser away or asks for something else. */
  async logIn(request: string, password = this.person.password): Promise<Page> {
    let page = await this.#givePassword(request, password);
    for (let count = 0; count < maxPages && page.status !== 0; count++) {
      const next = await this.#answer(page);
      if (next === undefined) return page;
      page = next;
    }
    return page;
  }

  /** As far as one answer to the page that asks for a code; the page before, when it does not. */
  async logInWithCode(request: string, otp: string): Promise<Page> {
    const page = await this.#givePassword(request, this.person.password);
    const form = findForm(page, 'otp');
    return form === undefined ? page : this.#browser.submit(form, { otp });
  }

  /** The code that was given last. */
  usedCode(): string {
    return this.#codes.at(-1) ?? '';
  }

  async #givePassword(request: string, password: string): Promise<Page> {
    const page = await this.#browser.get(request);
    const form = findForm(page, 'username', 'password');
    if (form === undefined) return page;
    this.seen.push('password');
    return this.#browser.submit(form, { username: this.person.username, password });
  }

  /** Answers a page about the second factor; undefined for any other. */
  async #answer(page: Page): Promise<Page | undefined> {
    const enrolment = findForm(page, 'totp', 'totpSecret');
    if (enrolment !== undefined) {
      this.seen.push('enrol');
      // What the form holds is the key itself; authenticators are shown it in base32.
      this.#secret = Buffer.from(enrolment.fields['totpSecret'] ?? '');
      return this.#browser.submit(enrolment, { totp: this.#code(), userLabel: 'test' });
    }
    const form = findForm(page, 'otp');
    if (form === undefined) return undefined;
    this.seen.push('code');
    return this.#browser.submit(form, { otp: this.#code() });
  }

  #code(): string {
    if (this.#secret === undefined) throw new Error('asked for a one-time password before it was enrolled');
    const now = Date.now();
    const code = totp(this.#secret, this.#codes.length === 0 ? now : nextPeriod(now));
    this.#codes.push(code);
    return code;
  }

  /** Leaves through the provider's logout page; the console sends its ID token along. */
  async logOut(idToken: string): Promise<Page> {
    const query = new URLSearchParams({ id_token_hint: idToken, post_logout_redirect_uri: callback });
    const page = await this.#browser.get(`${openid}/logout?${query}`);
    const form = formsOf(page)[0];
    return form === undefined ? page : this.#browser.submit(form);
  }
}

/** The code in the address the browser was sent to. @throws with the page's text when it was not sent away */
export function codeOf(page: Page): string {
  const code = URL.parse(page.url)?.searchParams.get('code');
  if (page.status !== 0 || code === null || code === undefined) {
    const text = page.text.replace(/<(style|script)[\s\S]*?<\/\1>/g, '').replace(/<[^>]*>|\s+/g, ' ');
    throw new Error(`no code at ${page.url} (${page.status}): ${text.slice(0, 400)}`);
  }
  return code;
}
