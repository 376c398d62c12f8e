import type { Page } from 'playwright-core';
import { z } from 'zod';
import { city } from '../e2e/catalogue-desk.js';
import { resident, township } from '../e2e/casework-desk.js';
import type { HostName } from '../e2e/city.js';
import { usernameOf } from '../e2e/office.js';
import { chinaDay } from '../e2e/papers.js';
import { faultsOf, logIn, settle, shoot, sizes, twoFrames, visit, type Visit } from './browser.js';
import { publicPaths, staffScreens, type StaffScreen } from './screens.js';
import { browser, desk, running, useStage } from './stage.js';

const testTimeoutMs = 600_000;

useStage(testTimeoutMs);

const languages = ['zh-CN', 'en'] as const;
type Language = (typeof languages)[number];

/** What may stand in a page of the other language: languages by their own names, keys, kinds of files, codes, initials. */
const allowed: Readonly<Record<Language, RegExp>> = {
  'zh-CN': /English|gljt|Ctrl|Enter|xlsx|JSON|PDF|HTTPS?|[0-9a-f-]{8,}|[A-Z]{2,}[0-9A-Z]{6,}/g,
  en: /中文/g,
};
const foreign: Readonly<Record<Language, RegExp>> = { 'zh-CN': /[A-Za-z]{4,}/g, en: /[\u3400-\u9fff]+/g };
/** What is shown where a text is missing: `statuses.open`, `desk:title`. */
const rawKey = /\b[a-z]\w*(?:[.:][a-z]\w*)+\b/g;

/** The texts that a page shows and says, but for what is written in another language on purpose (`lang`). */
const shownTexts = `(() => {
  const texts = [document.title];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const element = node.nodeType === Node.TEXT_NODE ? node.parentElement : node;
    if (element.closest('script, style, noscript, [aria-hidden=true], [lang]:not(html)') !== null) continue;
    if (node.nodeType === Node.TEXT_NODE) texts.push(node.data);
    else for (const name of ['aria-label', 'placeholder', 'title', 'alt']) texts.push(element.getAttribute(name) ?? '');
  }
  return texts.filter((text) => text.trim() !== '');
})()`;

/** The words in an answer; the names of its members are none that a page may show. */
function wordsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(wordsIn);
}

/** Everything that a page was told by its host: what it shows of that is data, whatever its language. */
class Data {
  private readonly told: string[] = [];
  private readonly reading: Promise<unknown>[] = [];

  /** `places`: their names, longest first; every page has them and joins them to `district, township`. */
  constructor(
    page: Page,
    private readonly places: readonly string[],
  ) {
    page.on('response', (response) => {
      if (!(response.headers()['content-type'] ?? '').includes('json')) return;
      // An answer that the page no longer waits for has no body to read.
      const read = response.json().then((answer) => this.told.push(...wordsIn(answer)));
      this.reading.push(read.catch(() => undefined));
    });
  }

  async has(): Promise<(text: string) => boolean> {
    await Promise.all(this.reading);
    const all = this.told.join('\n');
    const isPlace = (text: string) => this.places.reduce((rest, name) => rest.replaceAll(name, ''), text) === '';
    return (text) => all.includes(text) || isPlace(text);
  }
}

/** The province's name is a part of the pages, and the city's list has the others. */
const province = '山东省';
const divisionsSchema = z.array(z.tuple([z.string(), z.string()]));
async function placesAt(host: HostName): Promise<string[]> {
  const answer = await fetch(`${running.office.base(host)}/console/divisions.json`);
  const names = divisionsSchema.parse(await answer.json()).map(([, name]) => name);
  return [...new Set([province, ...names])].sort((one, other) => other.length - one.length);
}

/** Pieces of the other language that are neither data nor allowed. */
async function strangeTexts(page: Page, data: Data, language: Language, own: string): Promise<string[]> {
  const texts = z.array(z.string()).parse(await page.evaluate(shownTexts));
  const isData = await data.has();
  const pieces = texts
    .map((text) => text.replaceAll(allowed[language], ' '))
    .flatMap((text) => [...text.matchAll(foreign[language]), ...text.matchAll(rawKey)].map(([piece]) => piece));
  return [...new Set(pieces)].filter((piece) => !isData(piece) && !own.includes(piece));
}

/** What turns while something is being read; and the page before its script has come. */
const busy = '.ant-spin-spinning, .ant-skeleton-active, .spinner, .opening';

interface Look {
  readonly url: string;
  readonly name: string;
  /** Of the person, whom the page knows from the login and not from an answer. */
  readonly own: string;
}

/** What is wrong with a screen, in both languages and both sizes: faults of accessibility, scrolling, untranslated text. */
async function wrongWith({ page }: Visit, data: Data, { url, name, own }: Look): Promise<string[]> {
  const wrong: string[] = [];
  for (const language of languages) {
    await page.evaluate(`localStorage.setItem('tongban.language', '${language}')`);
    await page.goto(url);
    await page.getByRole('heading', { level: 1 }).or(page.locator('.board, .ant-empty')).first().waitFor();
    await page.locator(busy).filter({ visible: true }).first().waitFor({ state: 'hidden' });
    for (const size of ['desktop', 'phone'] as const) {
      await page.setViewportSize(sizes[size]);
      await page.evaluate(twoFrames);
      await settle(page);
      const screen = `${name} ${language} ${size}`;
      await shoot(page, `screen-${name.replaceAll(/[^\w-]+/g, '-')}-${language}-${size}`);
      const scrolls = await page.evaluate('document.documentElement.scrollWidth > innerWidth');
      // The other language has other texts, not other elements: its tighter size is enough.
      const faults = language === 'zh-CN' || size === 'phone' ? await faultsOf(page) : [];
      if (scrolls === true) faults.push('scrolls sideways');
      const strange = await strangeTexts(page, data, language, own);
      wrong.push(...[...faults, ...strange].map((fault) => `${screen}: ${fault}`));
    }
  }
  return wrong;
}

const first = async (by: string, node: string, path: string, list: string, key: string): Promise<string> => {
  const { json } = await running.office.get(by, node, path);
  const [found] = z.array(z.record(z.string(), z.unknown())).parse(json?.[list]);
  return z.string().parse(found?.[key]);
};

/** What stands for a part of an address: of each kind of record one that the person may see. */
const samples: Readonly<Record<string, (by: string, node: string) => Promise<string>>> = {
  'cases/:record': (by, node) => first(by, node, '/cases?limit=1', 'cases', 'record'),
  'joint-cases/:record': (by, node) => first(by, node, '/joint-cases?limit=1', 'cases', 'record'),
  'items/:code': (by, node) => first(by, node, '/items?scope=seen&level=city&limit=1', 'items', 'code'),
  'item-drafts/:draft': (by, node) => first(by, node, '/drafts', 'drafts', 'draft'),
  'proposals/:proposal': (by, node) => first(by, node, '/proposals', 'proposals', 'proposal'),
  'reforms/:round': (by, node) => first(by, node, '/reforms', 'rounds', 'round'),
};

async function addressOf({ path, username, node, host }: StaffScreen): Promise<string> {
  const [sample] = Object.keys(samples).filter((each) => path.startsWith(each));
  if (sample === undefined && path.includes(':')) throw new Error(`no sample for ${path}: add one above`);
  const filled = sample === undefined ? path : path.replace(/:\w+/, await samples[sample]!(username, node));
  return `${running.office.base(host)}/console/${filled}`;
}

const itemSchema = z.looseObject({ code: z.string(), version: z.int(), promisedDays: z.int() });
/** What the answer says of an item beyond what was written. */
const added = ['codes', 'route', 'powers', 'departmentName', 'jointDepartmentNames', 'typeName', 'regimeName'];
const inAMonth = chinaDay(30);

/** For the screens of what is on its way: a version, a round of reform, a delegation that waits for a second person. */
async function beginWork(): Promise<void> {
  const { office } = running;
  const manager = usernameOf('catalogue-manager', city);
  const done = async (path: string, body: object, status: number) =>
    expect([path, (await office.command(manager, city, path, body)).status]).toEqual([path, status]);
  const { json } = await office.get(manager, city, '/items?scope=seen&level=city&limit=50');
  const items = z.array(itemSchema).parse(json?.['items']);
  const { code } = items.find(({ promisedDays }) => promisedDays > 1)!;
  const whole = itemSchema.parse((await office.get(manager, city, `/items/${code}`)).json);
  const document = Object.fromEntries(Object.entries(whole).filter(([name]) => !['version', ...added].includes(name)));
  await done('/drafts', document, 201);
  await done(
    '/reforms',
    {
      ...{ title: '提速方案', basis: '日政办发〔2026〕1号', effectiveOn: inAMonth },
      groups: [{ name: '行政权力', items: items.map((item) => item.code) }],
      changes: [{ kind: 'compress', item: code, promisedDays: 1 }],
    },
    201,
  );
  const delegation = { id: `d-${code}-${township}`, item: code, version: 1, from: 'city', to: township };
  const given = { powers: ['submit'], form: 'entrusted', validFrom: inAMonth };
  await done('/catalogue', { delegations: [{ ...delegation, ...given }] }, 202);
}

it('every screen of every feature, for a person who may see it', async () => {
  await beginWork();
  const screens = await staffScreens(running.office);
  const open = new Map<string, { readonly at: Visit; readonly data: Data }>();
  const wrong: string[] = [];
  for (const screen of screens) {
    const { username, path, host } = screen;
    const url = await addressOf(screen);
    let seen = open.get(username);
    if (seen === undefined) {
      const at = await visit(browser, 'about:blank');
      seen = { at, data: new Data(at.page, await placesAt(host)) };
      open.set(username, seen);
      await at.page.goto(url);
      await logIn(at.page, running.office, username);
    }
    const { name: own } = running.office.person(username);
    wrong.push(...(await wrongWith(seen.at, seen.data, { url, name: `${host} ${path}`, own })));
  }
  expect(wrong).toEqual([]);
  expect([...open.values()].flatMap(({ at }) => at.complaints)).toEqual([]);
});

/** Of the residents' addresses, whose parts are known before anybody looks. */
const filledIn = (path: string, record: string): string =>
  path
    .replace(':node', township)
    .replace(':hall', 'main')
    .replace(':code', desk.item().code)
    .replace(':record', record);

/** Addresses that show something else to somebody who is not logged in. */
const forResidents = /\/(?:my|apply)(?:\/|$)/;

it('every page of the residents’ site, with and without login', async () => {
  const host: HostName = 'township';
  const base = `${running.office.base(host)}/public`;
  const applied = await desk.apply(desk.item(), { channel: 'online' }, resident);
  const record = z.object({ record: z.string() }).parse(applied.json).record;
  const paths = await publicPaths();
  const places = await placesAt(host);
  const wrong: string[] = [];
  const complaints: string[] = [];
  const lookAt = async (at: Visit, wanted: readonly string[], called: string, own: string): Promise<void> => {
    const data = new Data(at.page, places);
    for (const path of wanted) {
      const filled = filledIn(path, record);
      expect(filled).not.toContain(':');
      const url = `${base}/${filled.replace(/^\//, '')}`;
      wrong.push(...(await wrongWith(at, data, { url, name: `${called} ${path}`, own })));
    }
    complaints.push(...at.complaints);
  };
  const inside = await visit(browser, `${base}/${township}/my`);
  await inside.page.getByRole('button', { name: '登录' }).click();
  await logIn(inside.page, running.office, resident);
  await inside.page.getByRole('button', { name: '退出登录' }).waitFor();
  await lookAt(inside, paths, 'public', running.office.person(resident).name);
  const outside = paths.filter((path) => forResidents.test(path));
  expect(outside.length).toBeGreaterThan(1);
  const stranger = await visit(browser, `${base}/${township}`);
  await lookAt(stranger, outside, 'public unknown', '');
  expect(wrong).toEqual([]);
  expect(complaints).toEqual([]);
});
