import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { chromium, type Browser, type Locator, type Page } from 'playwright-core';
import type { Office } from '../e2e/office.js';

const shotsDirectory = join(import.meta.dirname, '..', '..', '.tongban', 'screenshots');
const stepTimeoutMs = 45_000;

export const sizes = {
  desktop: { width: 1280, height: 800 },
  phone: { width: 360, height: 740 },
} as const;

/** The browser that `npm run test:browser` found. @param flags of Chromium, e.g. for a camera that it makes up */
export async function openBrowser(flags: readonly string[] = []): Promise<Browser> {
  const { TONGBAN_CHROMIUM: executablePath, TONGBAN_CHROMIUM_ENVIRONMENT: environment = '{}' } = process.env;
  if (executablePath === undefined) throw new Error('no TONGBAN_CHROMIUM: run npm run test:browser');
  return chromium.launch({
    executablePath,
    env: { ...process.env, ...(JSON.parse(environment) as Record<string, string>) } as Record<string, string>,
    // Chromium's own sandbox needs what a container or root does not have; the pages are ours.
    args: ['--no-sandbox', ...flags],
  });
}

export interface Visit {
  readonly page: Page;
  /** What the page complained of: errors of scripts, refused loads. A journey ends with none. */
  readonly complaints: string[];
}

/** A page of its own session, at an address. */
export async function visit(browser: Browser, url: string, size: keyof typeof sizes = 'desktop'): Promise<Visit> {
  const context = await browser.newContext({ viewport: sizes[size], locale: 'zh-CN' });
  context.setDefaultTimeout(stepTimeoutMs);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`${message.text()} ${message.location().url}`);
  });
  await page.goto(url);
  return { page, complaints };
}

/** Logs in at the identity provider's own page, where the console has sent the browser. */
export async function logIn(page: Page, office: Office, username: string): Promise<void> {
  await page.locator('#username').fill(username);
  await page.locator('#password').fill(office.person(username).password);
  await page.locator('#password').press('Enter');
  // On a phone the menu is folded away; the page itself is there on every screen.
  await page.getByRole('main').waitFor();
}

const animationsEnd = `Promise.all(document.getAnimations()
  .filter(({ playState, effect }) => playState === 'running' && Number.isFinite(effect?.getComputedTiming().endTime))
  .map((animation) => animation.finished.catch(() => undefined)))`;

/** Until nothing moves any more: the menu folds and messages fade. What turns for ever (a wait) is not waited for. */
export async function settle(page: Page): Promise<void> {
  await page.evaluate(`${animationsEnd}.then(() => undefined)`);
}

const mostClicks = 5;
const chosenWithinMs = 2_000;

/** Chooses a radio button or a box. A click that falls into the opening of a dialog can miss it, and is made again. */
export async function choose(box: Locator): Promise<void> {
  const chosen = box.and(box.page().locator(':checked'));
  for (let clicks = 1; clicks <= mostClicks; clicks++) {
    await box.click();
    const isChosen = chosen.waitFor({ state: 'attached', timeout: chosenWithinMs }).then(
      () => true,
      () => false,
    );
    if (await isChosen) return;
  }
  throw new Error(`${mostClicks} clicks did not choose ${box.toString()}`);
}

/** Faults of accessibility on what is shown now, WCAG and good practice: `rule: first place`. */
export async function faultsOf(page: Page): Promise<string[]> {
  await settle(page);
  // No page of ours has frames of another origin: the older way needs no second page for each look.
  const axe = new AxeBuilder({ page }).options({ resultTypes: ['violations'] }).setLegacyMode();
  const { violations } = await axe.analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`);
}

/** What the page says on paper, where nothing can be pressed or filled in and no menu is. */
export async function onPaper(page: Page): Promise<string> {
  await page.emulateMedia({ media: 'print' });
  const useless = page.locator('button, nav, input, textarea, select').filter({ visible: true });
  expect(await useless.allInnerTexts()).toEqual([]);
  const text = await page.locator('body').innerText();
  await page.emulateMedia({ media: null });
  return text;
}

/** For people to look at; the folder is not kept. */
export async function shoot(page: Page, name: string): Promise<void> {
  mkdirSync(shotsDirectory, { recursive: true });
  await page.screenshot({ path: join(shotsDirectory, `${name}.png`), fullPage: true });
}

/** What a new size sets moving has begun to move. */
export const twoFrames =
  'new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve())))';

/** On a desk and on a phone: no fault, nothing to scroll sideways. */
export async function inspect(page: Page, name: string): Promise<void> {
  for (const size of ['phone', 'desktop'] as const) {
    await page.setViewportSize(sizes[size]);
    await page.evaluate(twoFrames);
    await settle(page);
    await shoot(page, `${name}-${size}`);
    expect(await faultsOf(page)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth > innerWidth')).toBe(false);
  }
}

/** The screen in the other language, which stays chosen. */
export async function inEnglish(page: Page, heading: string): Promise<void> {
  await page.getByRole('combobox', { name: '语言' }).click();
  await page.getByTitle('English').click();
  await page.getByRole('heading', { name: heading, level: 1 }).waitFor();
  await page.evaluate(twoFrames);
  expect(await faultsOf(page)).toEqual([]);
}
