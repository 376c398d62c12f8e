import type { Page } from 'playwright-core';
import { z } from 'zod';
import { clerk, resident, township, type Taken } from '../e2e/casework-desk.js';
import { makeApplicant } from '../e2e/papers.js';
import { cityTimeoutMs } from '../e2e/running.js';
import { choose, faultsOf, logIn, onPaper, shoot, sizes, visit } from './browser.js';
import { browser, desk, running, useStage } from './stage.js';

const paper = Buffer.from('%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n');
const itemSchema = z.object({
  name: z.string(),
  applicantForm: z.object({
    properties: z.record(
      z.string(),
      z.object({ title: z.string(), type: z.string(), enum: z.array(z.string()).optional() }),
    ),
  }),
});
const documentsSchema = z.object({
  documents: z.array(z.object({ kind: z.string(), address: z.string().nullable() })),
});
const ticketSchema = z.object({ number: z.string() });

useStage();

let home: string;
let done: Taken;

beforeAll(async () => {
  home = `${running.office.base('township')}/public/${township}`;
  done = await desk.certified(desk.item());
}, cityTimeoutMs);

const scrollsSideways = (page: Page): Promise<unknown> =>
  page.evaluate('document.documentElement.scrollWidth > innerWidth');
/** Height of the smallest thing to be touched, in CSS pixels. */
const smallestTarget = async (page: Page): Promise<number> =>
  Number(
    await page.evaluate(
      `Math.min(...[...document.querySelectorAll('button, a, input:not([type=radio]), select, .choice')].map((one) => one.getBoundingClientRect().height))`,
    ),
  );
const offered = async (code: string) =>
  itemSchema.parse((await running.office.get(clerk, township, `/items/${code}`)).json);

it('from the search to the guide with its seven disclosures, on a phone', async () => {
  const { name } = await offered(desk.item().code);
  const { page, complaints } = await visit(browser, home, 'phone');
  await page.getByRole('searchbox').fill(name);
  await page.getByRole('button', { name: '搜索' }).click();
  await page.getByRole('link', { name, exact: true }).click();
  await page.getByRole('heading', { level: 1, name }).waitFor();
  for (const disclosed of ['事项名称', '办事依据', '申报条件', '申报材料', '办理程序', '办理时限', '收费标准'])
    await page.getByRole('heading', { name: new RegExp(`、${disclosed}$`) }).waitFor();
  await page.getByRole('button', { name: '二维码' }).click();
  await page.getByRole('img', { name: `扫码查看“${name}”办事指南` }).waitFor();
  await shoot(page, 'resident-guide-phone');
  expect(await faultsOf(page)).toEqual([]);
  expect(await scrollsSideways(page)).toBe(false);
  // 一次性告知, to take along: all seven.
  const notice = await onPaper(page);
  for (const said of [name, '一、事项名称', '七、收费标准']) expect(notice).toContain(said);
  expect(complaints).toEqual([]);
});

it('progress by the printed QR code, and the rating of a finished case', async () => {
  const { page, complaints } = await visit(browser, `${home}/progress`);
  const printed = `${running.office.base('township')}/v1/progress/${done.number}/page?code=${done.queryCode}`;
  await page.getByLabel('办件编号').fill(printed);
  await page.getByText('已办结', { exact: true }).waitFor();
  expect(await page.getByLabel('办件编号').inputValue()).toBe(done.number);
  expect(await page.getByText(done.name).count()).toBe(0);
  const sheet = await onPaper(page);
  for (const said of ['进度查询', done.number, '已办结']) expect(sheet).toContain(said);
  // Six digits may well be found in a number of 26.
  for (const unsaid of ['请您评价', done.queryCode]) expect(sheet.replaceAll(done.number, '')).not.toContain(unsaid);
  await page.getByRole('button', { name: '提交评价' }).click();
  await page.getByText('请选择一项').waitFor();
  await choose(page.getByRole('radio', { name: '满意', exact: true }));
  expect(await faultsOf(page)).toEqual([]);
  await shoot(page, 'resident-progress');
  await page.getByRole('button', { name: '提交评价' }).click();
  await page.getByText('已收到您的评价，谢谢！').waitFor();
  expect(await desk.entries(done.record, 'case.rated')).toBe(1);
  expect(complaints).toEqual([]);

  // A link's code does not stay in the address, where the next person would find it.
  await page.goto(`${home}/progress?number=${done.number}&code=${done.queryCode === '000000' ? '000001' : '000000'}`);
  await page.getByText('办件编号与查询码不符').waitFor();
  expect(page.url()).toBe(`${home}/progress`);
});

it('a certificate is checked by the number and code that it carries', async () => {
  const { json } = await running.office.get(clerk, township, `/cases/${done.record}/documents`);
  const { documents } = documentsSchema.parse(json);
  const address = documents.find(({ address: each }) => each?.includes('/verify/'))?.address ?? '';
  const { page, complaints } = await visit(browser, `${home}/verify`);
  await page.getByLabel('证照编号').fill(address);
  await page.getByText('证照真实，在有效期内').waitFor();
  expect(await page.getByText(done.name).count()).toBe(0);
  expect(await faultsOf(page)).toEqual([]);
  const [, certificate = ''] = /\/verify\/([^/]+)\/page/.exec(address) ?? [];
  expect(certificate).not.toBe('');
  for (const said of ['证照核验', certificate, '证照真实，在有效期内']) expect(await onPaper(page)).toContain(said);
  // The same without scripts, as a telephone's own camera opens it.
  await page.goto(address);
  for (const said of ['证照核验结果', certificate]) expect(await onPaper(page)).toContain(said);
  expect(complaints).toEqual([]);
});

it('a complaint without a name, and where it stands', async () => {
  const { page, complaints } = await visit(browser, `${home}/feedback?kind=complaint`, 'phone');
  await page.getByRole('button', { name: '提交' }).click();
  await page.getByText('请填写').first().waitFor();
  await page.getByLabel('内容').fill('窗口排队时间太长。');
  await choose(page.getByRole('checkbox', { name: '匿名提出' }));
  expect(await faultsOf(page)).toEqual([]);
  await page.getByRole('button', { name: '提交' }).click();
  await page.getByText('已经收到，请记下编号和查询码。').waitFor();
  const [number, code] = await page.locator('.done dd').allTextContents();
  await page.getByRole('link', { name: '查看答复' }).click();
  await page.getByLabel('受理编号').fill(number!);
  await page.getByLabel('查询码').fill(code!);
  await page.getByRole('button', { name: '查询' }).click();
  await page.getByRole('heading', { name: '投诉', exact: true }).waitFor();
  expect(complaints).toEqual([]);
});

async function fillApplication(page: Page): Promise<void> {
  const chosen = desk.item();
  const { applicantForm } = await offered(chosen.code);
  const applicant = makeApplicant();
  await page.getByLabel('姓名或单位名称').fill(applicant.name);
  await page.getByLabel('证件号码').fill(applicant.identityNumber);
  await page.getByLabel('联系电话').fill(applicant.phone);
  for (const [name, { title, type, enum: choices }] of Object.entries(applicantForm.properties)) {
    const value = (chosen.form as Record<string, unknown>)[name];
    if (value === undefined || type === 'boolean') continue;
    const field = page.getByLabel(title);
    await (choices === undefined ? field.fill(String(value)) : field.selectOption(String(value)));
  }
  for (const input of await page.locator('input[type=file]').all()) {
    const shown = page.getByText('材料.pdf');
    const before = await shown.count();
    await input.setInputFiles({ name: '材料.pdf', mimeType: 'application/pdf', buffer: paper });
    await shown.nth(before).waitFor();
  }
}

it('an application with login, who saw it, and its withdrawal', async () => {
  const { page, complaints } = await visit(browser, `${home}/guides/${desk.item().code}`);
  await page.getByRole('link', { name: '在线申请' }).click();
  await page.getByRole('button', { name: '登录' }).click();
  await logIn(page, running.office, resident);
  await page.getByLabel('姓名或单位名称').waitFor();
  await page.getByRole('button', { name: '提交申请' }).click();
  await page.getByText('还有未填写或填写有误的内容').waitFor();
  expect(await faultsOf(page)).toEqual([]);
  await fillApplication(page);
  await shoot(page, 'resident-application');
  await page.getByRole('button', { name: '提交申请' }).click();
  await page.getByText('申请已提交，请记下编号和查询码。').waitFor();
  await page.getByRole('link', { name: '查看办件' }).click();
  await page.getByText('待受理', { exact: true }).waitFor();
  await shoot(page, 'resident-own-case');
  expect(await faultsOf(page)).toEqual([]);

  await page.getByRole('link', { name: '我的数据' }).click();
  await page.getByLabel('具体内容').fill('联系电话写错了，请更正。');
  await page.getByRole('button', { name: '提交申请' }).click();
  await page.getByText('已经收到，将在三十日内答复。').waitFor();
  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: '下载副本' }).click();
  expect((await saved).suggestedFilename()).toMatch(/^\w+\.json$/);
  expect(await faultsOf(page)).toEqual([]);

  await page.goBack();
  await page.getByText('我要撤回，撤回后不能恢复').click();
  await page.getByLabel('说明').fill('改到窗口办理。');
  await page.getByRole('button', { name: '确定撤回' }).click();
  await page.getByText('已办结', { exact: true }).waitFor();
  await page.getByRole('link', { name: '我的办件' }).click();
  await page.locator('.results a').first().waitFor();
  expect(complaints).toEqual([]);
});

it('a terminal forgets whoever goes away, after a countdown', async () => {
  const { page, complaints } = await visit(browser, 'about:blank');
  await page.clock.install();
  await page.goto(`${home}/kiosk`);
  expect(await faultsOf(page)).toEqual([]);
  await page.getByRole('link', { name: '进度查询' }).click();
  await page.getByLabel('办件编号').fill(done.number);
  await page.getByLabel('查询码').fill(done.queryCode);
  await page.getByRole('button', { name: '查询', exact: true }).click();
  await page.getByText('已办结', { exact: true }).waitFor();
  expect(await smallestTarget(page)).toBeGreaterThanOrEqual(44);
  await page.clock.fastForward(65_000);
  await page.getByRole('alertdialog', { name: '您还在吗？' }).waitFor();
  expect(await faultsOf(page)).toEqual([]);
  await shoot(page, 'kiosk-countdown');
  await page.getByRole('button', { name: '继续使用' }).click();
  await page.getByRole('alertdialog').waitFor({ state: 'detached' });
  await page.clock.fastForward(91_000);
  await page.getByRole('heading', { name: '请选择服务' }).waitFor();
  await page.getByRole('link', { name: '进度查询' }).click();
  expect(await page.getByLabel('办件编号').inputValue()).toBe('');
  expect(await page.getByText('已办结', { exact: true }).count()).toBe(0);
  await page.clock.fastForward(65_000);
  await page.getByRole('alertdialog').getByRole('button', { name: '结束并清除' }).click();
  await page.getByRole('heading', { name: '请选择服务' }).waitFor();
  await page.getByRole('link', { name: '取号' }).click();
  await page.getByRole('button', { name: /综合窗口/ }).click();
  await page.getByText('取号成功').waitFor();
  await shoot(page, 'kiosk-ticket');
  expect(await faultsOf(page)).toEqual([]);
  expect(complaints).toEqual([]);
});

it('the screen of a hall shows a called number, and says so when it has lost its host', async () => {
  const { office } = running;
  const window = '/halls/main/windows/2';
  const { page } = await visit(browser, 'about:blank');
  await page.clock.install();
  await page.goto(`${home}/screen/main`);
  await page.getByText(/^数据更新于/).waitFor();
  await office.command(clerk, township, `${window}/opening`, {});
  await office.command(undefined, township, '/tickets', { hall: 'main', group: 'general' });
  const called = ticketSchema.parse((await office.command(clerk, township, `${window}/call`, {})).json);
  await page.getByRole('row', { name: new RegExp(`${called.number}.*2 号窗口`) }).waitFor();
  await shoot(page, 'hall-screen');
  expect(await faultsOf(page)).toEqual([]);
  const smallest = await page.evaluate(
    `Math.min(...[...document.querySelectorAll('.board :is(td, th, p, dt, dd, h1, time)')].map((one) => parseFloat(getComputedStyle(one).fontSize)))`,
  );
  // 25 mm on a screen of 1.2 m: what can be read from five metres.
  expect(Number(smallest) / sizes.desktop.width).toBeGreaterThanOrEqual(0.0219);
  await page.context().setOffline(true);
  await page.clock.fastForward(20_000);
  await page.getByRole('alert').filter({ hasText: '网络中断' }).waitFor();
  await page.getByRole('row', { name: new RegExp(called.number) }).waitFor();
  expect(await faultsOf(page)).toEqual([]);
  await page.context().setOffline(false);
  await page.getByText(/^数据更新于/).waitFor();
});
