/** What docs/exchange/examples.md tells an engineer to run, by the profile that a heading names. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

const page = join(import.meta.dirname, '..', '..', '..', '..', 'docs', 'exchange', 'examples.md');

/** What the page writes in place of what is there. */
export const exampleNumber = '37110200100020260302000013';
export const exampleUrl = 'http://127.0.0.1:18090';
export const exampleDay = '2026-03-02';

/** Blocks of a language below the heading of a profile, in their order; `text`: the section as it stands. */
export async function blocksOf(profile: string, language: 'sh' | 'sql' | 'text'): Promise<string[]> {
  const sections = (await readFile(page, 'utf8')).split(/^## /m);
  const section = sections.find((text) => text.split('\n')[0]!.includes(`\`${profile}\``));
  if (section === undefined) throw new Error(`the page has no example of ${profile}`);
  if (language === 'text') return [section];
  return [...section.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\n\`\`\``, 'g'))].map(([, text]) => text!);
}

const filled = (text: string, values: Readonly<Record<string, string>>): string =>
  Object.entries(values).reduce((all, [from, to]) => all.replaceAll(from, to), text);

/** The statements of a block, without what ends them. */
export const statementsOf = (block: string, values: Readonly<Record<string, string>>): string[] =>
  filled(block, values)
    .split(/;\s*(?:\n|$)/)
    .filter((text) => text.trim() !== '');

interface Request {
  readonly url: string;
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body?: string;
}

/** The requests of a block of `curl -s URL [-H HEADER] [-d BODY]`, one after the other. Throws for anything else. */
export function curlOf(block: string, values: Readonly<Record<string, string>>): Request[] {
  const words = [...filled(block, values).matchAll(/'([^']*)'|([^\s']+)/g)].map(([, quoted, bare]) => quoted ?? bare!);
  const starts = words.flatMap((word, place) => (word === 'curl' ? [place] : []));
  if (starts[0] !== 0) throw new Error(`no command of curl: ${words[0]}`);
  return starts.map((start, index) => requestOf(words.slice(start + 1, starts[index + 1])));
}

function requestOf([silent, url, ...rest]: readonly string[]): Request {
  if (silent !== '-s' || url === undefined) throw new Error(`not curl -s URL: ${silent} ${url}`);
  const headers: Record<string, string> = {};
  let body: string | undefined;
  for (let place = 0; place < rest.length; place += 2) {
    const [option, value = ''] = rest.slice(place, place + 2);
    if (option === '-H') headers[value.split(':')[0]!] = value.slice(value.indexOf(':') + 1).trim();
    else if (option === '-d') body = value;
    else throw new Error(`an option that the page does not explain: ${option}`);
  }
  return body === undefined ? { url, method: 'GET', headers } : { url, method: 'POST', headers, body };
}
