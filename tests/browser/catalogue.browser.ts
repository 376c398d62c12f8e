import { readFile } from 'node:fs/promises';
import ExcelJS from 'exceljs';
import type { Page } from 'playwright-core';
import { city } from '../e2e/catalogue-desk.js';
import { usernameOf } from '../e2e/office.js';
import { chinaDay } from '../e2e/papers.js';
import { inspect, logIn, visit } from './browser.js';
import { browser, running, useStage } from './stage.js';

useStage();

interface Found {
  readonly code: string;
  readonly name: string;
  readonly promisedDays: number;
}

/** Items that the city publishes and handles itself, so that its own guide shows them. */
async function itemsOfCity(): Promise<readonly Found[]> {
  const { json } = await running.office.get(undefined, city, '/items?scope=seen&level=city&limit=50');
  return (json as { readonly items: readonly Found[] } | undefined)?.items ?? [];
}

async function itemOfCity(): Promise<Found> {
  const [item] = await itemsOfCity();
  if (item === undefined) throw new Error('the city has no item of its own');
  return item;
}

/** A screen of the console, as one of the city's persons. */
async function screen(path: string, role: 'catalogue-manager' | 'reviewer') {
  const opened = await visit(browser, `${running.office.base('city')}/console/${path}`);
  await logIn(opened.page, running.office, usernameOf(role, city));
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
  await page.getByRole('link', { name, exact: true }).click();
  await page.getByRole('heading', { name: '依据和条件' }).waitFor();

  await button(page, '起草新版本').click();
  await heading(page, `起草新版本：${name}`).waitFor();
  await page.getByLabel('事项说明').fill(description);
  await page.getByLabel('生效日期').fill(chinaDay());
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
  expect([complaints, resident.complaints]).toEqual([[], []]);
});

it('powers over an item are given to a division, and taken back, by two persons', async () => {
  const { page, complaints } = await screen('delegations?level=district&tier=township', 'catalogue-manager');
  const grid = page.getByRole('grid', { name: /^权限配置表/ });
  await page
    .getByRole('gridcell', { name: /收件|没有权限/ })
    .first()
    .waitFor();
  // Of more than ten thousand cells those in view are in the page.
  expect(await page.getByRole('gridcell').count()).toBeLessThan(1_000);
  await grid.focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog');
  await dialog.getByText('现有权限：').waitFor();
  await inspect(page, 'delegation-cell');
  const [, code = '', place = ''] = /cell=(\d{12})-(\d{12})/.exec(page.url()) ?? [];
  await dialog.getByRole('button', { name: '授予权限' }).click();
  await dialog.getByLabel('审核', { exact: true }).check();
  await dialog.getByLabel('生效日期').fill(chinaDay());
  await inspect(page, 'delegation-give');
  await dialog.getByRole('button', { name: '提交核准' }).click();
  await dialog.getByText('已提交，须由另一人核准后生效').waitFor();
  await dialog.getByRole('link', { name: '查看提交的内容' }).click();
  await page.getByText('这是您提交的，须由另一人核准。').waitFor();

  const second = await screen('proposals', 'reviewer');
  const waiting = second.page.getByRole('table').getByRole('link').first();
  await waiting.waitFor();
  await waiting.click();
  // In words: the item, who gives what to whom.
  await second.page.getByText(/级授予.+：.*审核.*（.+起）/).waitFor();
  await act(second.page, '核准并发布', '已核准发布');

  await page.goto(`${running.office.base('city')}/console/delegations?q=${code}&under=${place}&tier=township`);
  await page.getByRole('gridcell', { name: /审核/ }).click();
  await dialog.getByRole('listitem').filter({ hasText: '审核' }).getByRole('button', { name: '收回权限' }).click();
  await dialog.getByLabel('理由').fill('试点结束');
  await inspect(page, 'delegation-take');
  await dialog.getByRole('button', { name: '提交核准' }).click();
  await dialog.getByText('已提交，须由另一人核准后生效').waitFor();
  await dialog.getByRole('button', { name: /close|关闭/i }).click();
  await dialog.waitFor({ state: 'hidden' });
  expect([complaints, second.complaints]).toEqual([[], []]);
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
  const { page, complaints } = await screen('catalogue-import', 'catalogue-manager');
  await heading(page, '目录导入').waitFor();
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
  expect(complaints).toEqual([]);
});

it('a round of reform shows every item before and after; an item is withdrawn knowing what stands on it', async () => {
  const { office } = running;
  const items = (await itemsOfCity()).filter(({ promisedDays }) => promisedDays > 1);
  const title = '浏览器测试提速方案';
  const [first] = items;
  const begun = await office.command(usernameOf('catalogue-manager', city), city, '/reforms', {
    ...{ title, basis: '日政办发〔2026〕1号', effectiveOn: chinaDay(30) },
    groups: [{ name: '行政权力', items: items.map(({ code }) => code) }],
    changes: [{ kind: 'compress', item: first!.code, promisedDays: 1 }],
  });
  expect(begun.status).toBe(201);
  const { page, complaints } = await screen('reforms', 'catalogue-manager');
  await page.getByRole('link', { name: title }).waitFor();
  await page.getByRole('link', { name: title }).click();
  await page.getByRole('link', { name: first!.name, exact: true }).waitFor();
  await page.getByRole('columnheader', { name: '改革前' }).waitFor();
  await act(page, '提交批准', '已提交批准');
  await page.getByText('您起草或提交了这个方案，须由另一人批准。').waitFor();
  await inspect(page, 'reform-submitted');
  expect(complaints).toEqual([]);

  const other = await screen(`items/${items.at(-1)!.code}`, 'catalogue-manager');
  await button(other.page, '撤销事项').click();
  const dialog = other.page.getByRole('dialog');
  await dialog.getByLabel('理由').fill('机构职能调整');
  await dialog.getByRole('button', { name: label('撤销') }).click();
  await dialog.getByText(/^正在使用，涉及 \d+ 处$/).waitFor();
  await inspect(other.page, 'withdrawal');
  await dialog.getByLabel('已知晓上述影响，仍要撤销').check();
  await dialog.getByRole('button', { name: label('撤销') }).click();
  await dialog.waitFor({ state: 'hidden' });
  await other.page.getByText(/^此事项已于 .* 撤销$/).waitFor();
  await other.page.getByText('机构职能调整').waitFor();
});
