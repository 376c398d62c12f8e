import { readFile } from 'node:fs/promises';
import { jest } from '@jest/globals';
import ExcelJS from 'exceljs';
import type { Browser, Page } from 'playwright-core';
import { city } from '../e2e/catalogue-desk.js';
import { usernameOf } from '../e2e/office.js';
import { chinaDay } from '../e2e/papers.js';
import { cityTimeoutMs, runCity, type RunningCity } from '../e2e/running.js';
import { inEnglish, inspect, logIn, openBrowser, visit } from './browser.js';

const testTimeoutMs = 240_000;
jest.setTimeout(testTimeoutMs);

let running: RunningCity;
let browser: Browser;

beforeAll(async () => {
  running = await runCity();
  browser = await openBrowser();
}, cityTimeoutMs);
afterAll(async () => {
  await browser?.close();
  await running?.city.dispose();
}, testTimeoutMs);

interface Found {
  readonly code: string;
  readonly name: string;
}

/** An item that the city publishes and handles itself, so that its own guide shows it. */
async function itemOfCity(): Promise<Found> {
  const { json } = await running.office.get(undefined, city, '/items?scope=seen&level=city&limit=1');
  const [item] = (json as { readonly items: readonly Found[] } | undefined)?.items ?? [];
  if (item === undefined) throw new Error('the city has no item of its own');
  return item;
}

/** A screen of the console, as the city's catalogue manager sees it. */
async function screen(path: string) {
  const opened = await visit(browser, `${running.office.base('city')}/console/${path}`);
  await logIn(opened.page, running.office, usernameOf('catalogue-manager', city));
  return opened;
}

const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { name, level: 1 });
/** Ant Design puts a space between two characters. */
const label = (name: string): RegExp => new RegExp(`^${name.length === 2 ? [...name].join(' ?') : name}$`);
const button = (page: Page, name: string) => page.getByRole('button', { name: label(name) });

/** A phone has the same in another place, which is hidden at a desk. */
const shown = (page: Page, text: string | RegExp) => page.getByText(text).filter({ visible: true }).first().waitFor();

/** Does an act with a draft by way of its dialog; `words` where the act wants some. */
async function act(page: Page, name: string, done: string, words?: string): Promise<void> {
  await button(page, name).click();
  const dialog = page.getByRole('dialog');
  if (words !== undefined) await dialog.getByRole('textbox').fill(words);
  await dialog.getByRole('button', { name: label(name) }).click();
  await page.getByText(done, { exact: true }).first().waitFor();
  await dialog.waitFor({ state: 'hidden' });
}

it('a version is written by one person, sent back and approved by another, and shown in the guide', async () => {
  const { code, name } = await itemOfCity();
  const description = `浏览器测试修订说明 ${code}`;
  const { office } = running;
  const { page, complaints } = await visit(browser, `${office.base('city')}/console/items`);
  await logIn(page, office, usernameOf('catalogue-manager', city));
  await heading(page, '事项目录').waitFor();
  await page.getByRole('link', { name: /\S/ }).first().waitFor();
  await page.getByPlaceholder('事项名称中的词，或编码的开头').fill(code);
  await page.getByPlaceholder('事项名称中的词，或编码的开头').press('Enter');
  await page.getByText(code, { exact: true }).first().waitFor();
  await page.waitForURL(({ searchParams }) => searchParams.get('q') === code);
  await inspect(page, 'items');
  await page.getByRole('link', { name, exact: true }).click();
  await page.getByRole('heading', { name: '依据和条件' }).waitFor();
  await inspect(page, 'item');

  await button(page, '起草新版本').click();
  await heading(page, `起草新版本：${name}`).waitFor();
  await page.getByLabel('事项说明').fill(description);
  await page.getByLabel('生效日期').fill(chinaDay());
  await inspect(page, 'item-form');
  await button(page, '保存并提交审核').click();
  await page.getByText('您起草或修改过这一版，须由另一人审核。').waitFor();
  await page.getByText(/^与现行第 \d+ 版相比$/).waitFor();
  await shown(page, description);
  expect(await button(page, '审核通过').count()).toBe(0);
  await inspect(page, 'item-draft');
  const draft = page.url();

  const second = await visit(browser, `${office.base('city')}/console/item-drafts`);
  await logIn(second.page, office, usernameOf('reviewer', city));
  await second.page.getByRole('link', { name, exact: true }).waitFor();
  await inspect(second.page, 'item-drafts');
  await second.page.getByRole('link', { name, exact: true }).click();
  await shown(second.page, description);
  // Nothing is sent back without saying why.
  await button(second.page, '退回修改').click();
  await second.page.getByRole('dialog').getByRole('button', { name: '退回修改', exact: true }).click();
  await second.page.getByText('请写明理由').waitFor();
  await second.page
    .getByRole('dialog')
    .getByRole('button', { name: label('取消') })
    .click();
  await second.page.getByRole('dialog').waitFor({ state: 'hidden' });
  await act(second.page, '退回修改', '已退回修改', '请写明适用范围');

  await page.reload();
  await page.getByText('请写明适用范围').waitFor();
  await button(page, '修改草稿').click();
  await page.getByLabel('事项说明').fill(`${description}，适用于全市`);
  await button(page, '保存并提交审核').click();
  await page.waitForURL(draft);

  await second.page.reload();
  await shown(second.page, `${description}，适用于全市`);
  await act(second.page, '审核通过', '已审核通过');
  expect(await button(second.page, '发布').count()).toBe(0);
  expect(second.complaints).toEqual([]);

  await page.reload();
  await act(page, '发布', '已发布');
  await page.goto(`${office.base('city')}/console/items/${code}?view=versions`);
  await page.getByRole('columnheader', { name: '变更后' }).waitFor();
  await shown(page, `${description}，适用于全市`);
  await inspect(page, 'item-versions');
  const resident = await visit(browser, `${office.base('city')}/public/${city}/guides/${code}`, 'phone');
  await resident.page.getByText(`${description}，适用于全市`).waitFor();
  await page.goto(`${office.base('city')}/console/items`);
  await inEnglish(page, 'Catalogue');
  expect([complaints, resident.complaints]).toEqual([[], []]);
});

it('the matrix of items and divisions is moved through by keys, and a cell says what it stands on', async () => {
  const { page, complaints } = await screen('delegations?level=district&tier=township');
  const grid = page.getByRole('grid', { name: /^权限配置表/ });
  await page
    .getByRole('gridcell', { name: /收件|没有权限/ })
    .first()
    .waitFor();
  await inspect(page, 'delegations');
  // Of more than ten thousand cells those in view are in the page.
  expect(await page.getByRole('gridcell').count()).toBeLessThan(1_000);
  await grid.focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog');
  await dialog.getByText('现有权限：').waitFor();
  await inspect(page, 'delegation-cell');
  expect(complaints).toEqual([]);
});

/** The exported workbook with a word where days are expected, in its last item. */
async function spoilt(file: Buffer): Promise<Buffer> {
  const book = new ExcelJS.Workbook();
  await book.xlsx.load(file as unknown as Parameters<typeof book.xlsx.load>[0]);
  const sheet = book.getWorksheet('事项')!;
  let column = 0;
  sheet.eachRow((row) =>
    row.eachCell((cell, number) => {
      if (column === 0 && cell.text.startsWith('承诺')) column = number;
    }),
  );
  sheet.lastRow!.getCell(column).value = '很快';
  return Buffer.from(await book.xlsx.writeBuffer());
}

it('a workbook is checked in place, and put forward when there is nothing against it', async () => {
  const { page, complaints } = await screen('catalogue-import');
  await heading(page, '目录导入').waitFor();
  await inspect(page, 'import');
  const [download] = await Promise.all([page.waitForEvent('download'), button(page, '导出本级目录').click()]);
  const exported = await readFile(await download.path());
  const choose = (name: string, buffer: Buffer) =>
    page.locator('input[type=file]').setInputFiles({ name, mimeType: 'application/octet-stream', buffer });
  await choose('目录（待改）.xlsx', await spoilt(exported));
  await page.getByText(/^有 \d+ 处不符合要求/).waitFor();
  await shown(page, /承诺/);
  await inspect(page, 'import-faults');
  await choose('目录.xlsx', exported);
  await page.getByText('检查通过，没有发现问题').waitFor();
  await inspect(page, 'import-fine');
  await button(page, '提交核准').click();
  await page.getByText(/均与现行目录相同|^已提交：/).waitFor();
  await inEnglish(page, 'Import');
  expect(complaints).toEqual([]);
});
