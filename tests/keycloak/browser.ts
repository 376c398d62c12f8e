const requestTimeoutMs = 20_000;
const maxRedirects = 10;

/** One form of a page: where it goes and what it holds. */
export interface Form {
  readonly action: string;
  readonly fields: Readonly<Record<string, string>>;
}

export interface Page {
  readonly status: number;
  readonly url: string;
  readonly text: string;
}

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };
const unescape = (text: string): string =>
  text.replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => entities[name] ?? '');

function attribute(tag: string, name: string): string | undefined {
  const found = new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`, 'i').exec(tag);
  const value = found?.[1] ?? found?.[2];
  return value === undefined ? undefined : unescape(value);
}

/** Forms of a page in the order of the page. A field without a value is an empty one. */
export function formsOf({ text, url }: Page): Form[] {
  return [...text.matchAll(/<form\b[^>]*>[\s\S]*?<\/form>/gi)].map(([html]) => {
    const opening = /<form\b[^>]*>/i.exec(html)?.[0] ?? '';
    const fields: Record<string, string> = {};
    for (const [input] of html.matchAll(/<input\b[^>]*>/gi)) {
      const [name, type] = [attribute(input, 'name'), attribute(input, 'type')];
      if (name !== undefined && type !== 'submit' && type !== 'checkbox')
        fields[name] = attribute(input, 'value') ?? '';
    }
    return { action: new URL(attribute(opening, 'action') ?? url, url).href, fields };
  });
}

/** The form that asks for all of these fields; undefined when the page has none. */
export const findForm = (page: Page, ...fields: string[]): Form | undefined =>
  formsOf(page).find((form) => fields.every((field) => form.fields[field] !== undefined));

/** A browser without scripts: cookies, redirects and forms. It stops where a redirect leaves the provider. */
export class Browser {
  readonly #cookies = new Map<string, string>();

  constructor(private readonly origin: string) {}

  get(address: string): Promise<Page> {
    return this.#go(address);
  }

  /** Sends a form as it stands on the page, with what the person typed. */
  submit(form: Form, typed: Readonly<Record<string, string>> = {}): Promise<Page> {
    return this.#go(form.action, new URLSearchParams({ ...form.fields, ...typed }));
  }

  async #go(address: string, body?: URLSearchParams): Promise<Page> {
    let url = new URL(address, this.origin).href;
    let form = body;
    for (let hop = 0; hop < maxRedirects; hop++) {
      if (new URL(url).origin !== this.origin) return { status: 0, url, text: '' };
      const response = await this.#request(url, form);
      const location = response.headers.get('location');
      if (location === null) return { status: response.status, url, text: await response.text() };
      await response.body?.cancel();
      url = new URL(location, url).href;
      form = undefined;
    }
    throw new Error(`more than ${maxRedirects} redirects, last to ${url}`);
  }

  async #request(url: string, body: URLSearchParams | undefined): Promise<Response> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, {
      ...(body !== undefined && { method: 'POST', body }),
      headers: { cookie, accept: 'text/html' },
      redirect: 'manual',
      signal: AbortSignal.timeout(requestTimeoutMs),
    });
    for (const line of response.headers.getSetCookie()) {
      const [name = '', value = ''] = (line.split(';')[0] ?? '').split(/=(.*)/s);
      const gone = value === '' || value === '""' || /;\s*max-age=0\b/i.test(line);
      if (gone) this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
    return response;
  }
}
