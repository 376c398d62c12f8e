import { jest } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { clerk, Desk } from '../e2e/casework-desk.js';
import { cityTimeoutMs, runCity, type RunningCity } from '../e2e/running.js';
import { faultsOf, logIn, openBrowser, shoot, visit } from './browser.js';

const testTimeoutMs = 300_000;
jest.setTimeout(testTimeoutMs);

let running: RunningCity;
let desk: Desk;
let browser: Browser;
let home: string;

beforeAll(async () => {
  running = await runCity();
  desk = await Desk.open(running);
  browser = await openBrowser();
  home = `${running.office.base('township')}/console/`;
}, cityTimeoutMs);
afterAll(async () => {
  await browser?.close();
  await running?.city.dispose();
}, testTimeoutMs);

it('a case opened by its scanned code, its papers asked for and taken, the list as a sheet', async () => {
  const { record, number, queryCode } = await desk.take(desk.item());
  const { page, complaints } = await visit(browser, `${home}workbench`, 'phone');
  await logIn(page, running.office, clerk);
  const scan = page.getByRole('textbox', { name: '办件编号或二维码内容' });
  await scan.fill('371102');
  await scan.press('Enter');
  await page.getByText('没有读到办件编号').waitFor();
  await shoot(page, 'workbench-phone');
  expect(await faultsOf(page)).toEqual([]);
  expect(await page.evaluate('document.documentElement.scrollWidth > innerWidth')).toBe(false);
  await scan.fill(`${running.office.base('township')}/v1/progress/${number}/page?code=${queryCode}`);
  await scan.press('Enter');
  await page.getByRole('button', { name: '告知补正' }).click();
  const dialog = page.getByRole('dialog', { name: '告知补正' });
  await dialog.getByLabel('需补正的材料').press('ArrowDown');
  await page.getByRole('option').first().waitFor({ state: 'attached' });
  await page.keyboard.press('Enter');
  await page.keyboard.press('Escape');
  await expect(dialog.getByLabel('告知或说明内容').inputValue()).resolves.toContain('请补正以下材料：\n1. ');
  await dialog.getByLabel('告知或说明内容').press('Control+Enter');
  await page.getByText('“告知补正”已办理').first().waitFor();
  await page.getByRole('button', { name: '收补正材料' }).waitFor();
  await shoot(page, 'case-phone');
  expect(await faultsOf(page)).toEqual([]);
  expect(await page.evaluate('document.documentElement.scrollWidth > innerWidth')).toBe(false);

  await page.goto(`${home}cases?view=mine&status=supplementing`);
  await page.getByRole('link', { name: number }).waitFor();
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: '导出表格' }).click();
  expect((await download).suggestedFilename()).toMatch(/^办件列表 \d{4}-\d{2}-\d{2}\.xlsx$/);
  expect(await desk.entries(record, 'case.supplementRequested')).toBe(1);
  expect(complaints).toEqual([]);
});

it('a joint case as a picture and as a list', async () => {
  for (const size of ['desktop', 'phone'] as const) {
    const { page, complaints } = await visit(browser, `${home}joint-cases`, size);
    await logIn(page, running.office, clerk);
    await page.locator('a.number').first().click();
    await page.getByRole('group', { name: '办理流程图' }).waitFor();
    await page.getByRole('listitem').filter({ hasText: '须先完成：' }).first().waitFor();
    await shoot(page, `joint-${size}`);
    expect(await faultsOf(page)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth > innerWidth')).toBe(false);
    expect(complaints).toEqual([]);
  }
});
