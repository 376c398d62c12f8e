import type { FileChooser, Locator, Page } from 'playwright-core';
import { z } from 'zod';
import { clerk, township } from '../e2e/casework-desk.js';
import { makeApplicant, type Item } from '../e2e/papers.js';
import { faultsOf, logIn, openBrowser, shoot, visit } from './browser.js';
import { cameraBefore } from './qr-video.js';
import { browser, desk, running, useStage } from './stage.js';

const mostTabs = 60;
const hasPicture = `(video) => video.readyState > 1 || new Promise((done) => {
  video.addEventListener('loadeddata', () => done(true), { once: true });
})`;
const paper = (material: string): Buffer =>
  Buffer.from(`%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\n% ${material}\ntrailer<</Root 1 0 R>>\n%%EOF\n`);
const itemSchema = z.object({
  name: z.string(),
  materials: z.array(z.object({ code: z.string() })),
  applicantForm: z.object({
    properties: z.record(z.string(), z.object({ title: z.string(), enum: z.array(z.string()).optional() })),
  }),
});

useStage();

let home: string;

beforeAll(() => {
  home = `${running.office.base('township')}/console/`;
});

const hasFocus = async (place: Locator): Promise<boolean> =>
  (await place.and(place.page().locator(':focus')).count()) > 0;

/** Presses Tab until a place has the focus; fails where a keyboard does not get there. */
async function tabTo(page: Page, place: Locator): Promise<void> {
  await place.waitFor();
  for (let tabs = 0; tabs < mostTabs; tabs++) {
    if (await hasFocus(place)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`the keyboard does not reach ${String(place)}`);
}

/** By its label: the name that a role is found by holds the star of a required field, too. */
const textbox = (page: Page, label: string): Locator => page.getByLabel(label, { exact: true });

/** Plain fields and choices: what a keyboard types is the same everywhere, which a date's parts are not. */
const isTyped = (value: unknown): boolean => typeof value !== 'boolean' && !/^\d{4}-\d{2}-\d{2}$/.test(String(value));

async function fillIn(page: Page, item: Item): Promise<void> {
  const { applicantForm } = itemSchema.parse((await running.office.get(clerk, township, `/items/${item.code}`)).json);
  for (const [name, { title, enum: choices }] of Object.entries(applicantForm.properties)) {
    const value = (item.form as Record<string, unknown>)[name];
    if (value === undefined) continue;
    await tabTo(page, page.getByLabel(title, { exact: true }));
    await page.keyboard.type(String(value));
    if (choices === undefined) continue;
    await page.locator('.ant-select-item-option-active:visible').waitFor();
    await page.keyboard.press('Enter');
  }
}

/** A file for each required paper; `buttons` stand in the order of the item's list. */
async function addPapers(page: Page, item: Item): Promise<void> {
  const choosers: FileChooser[] = [];
  page.on('filechooser', (chooser) => choosers.push(chooser));
  const { materials } = itemSchema.parse((await running.office.get(clerk, township, `/items/${item.code}`)).json);
  const buttons = page.getByRole('button', { name: /^为“.+”添加文件$/ });
  for (const [count, material] of item.required.entries()) {
    await tabTo(page, buttons.nth(materials.findIndex(({ code }) => code === material)));
    await page.keyboard.press('Enter');
    expect(await until(() => choosers.length > count)).toBe(true);
    const file = { name: `材料${count}.pdf`, mimeType: 'application/pdf', buffer: paper(material) };
    await choosers[count]!.setFiles(file);
    await page.getByText(file.name).waitFor();
  }
}

it('a whole on-the-spot case without the mouse: number called, application, papers, decision, delivery', async () => {
  const item = desk.item(({ regime, form }) => regime === 'onTheSpot' && Object.values(form).every(isTyped));
  const { name } = itemSchema.parse((await running.office.get(clerk, township, `/items/${item.code}`)).json);
  const applicant = makeApplicant();
  const { page, complaints } = await visit(browser, `${home}workbench`);
  await logIn(page, running.office, clerk);

  // The counter is chosen once per device; then one key goes through call, beginning and end.
  await tabTo(page, page.getByRole('combobox', { name: '选择本机所在的窗口' }));
  await page.keyboard.press('ArrowDown');
  await page.getByRole('option').first().waitFor({ state: 'attached' });
  await page.keyboard.press('Enter');
  await page.getByText('等候').first().waitFor();
  await tabTo(page, page.getByRole('button', { name: '开放窗口' }));
  await page.keyboard.press('Enter');
  const taken = await running.office.command(undefined, township, '/tickets', { hall: 'main', group: 'general' });
  const { number: ticket } = z.object({ number: z.string() }).parse(taken.json);
  await page.getByText('等候 1 人').waitFor();
  await shoot(page, 'workbench-desktop');
  expect(await faultsOf(page)).toEqual([]);
  await page.keyboard.press('F2');
  await page.getByText(ticket, { exact: true }).waitFor();
  // The sign of waiting may still be part of the button's name when its act is done.
  await page.getByRole('button', { name: /开始办理/ }).waitFor();
  await page.keyboard.press('F2');
  await page.getByRole('button', { name: /办完/ }).waitFor();

  await page.keyboard.press('F9');
  await page.getByRole('combobox', { name: '事项' }).waitFor();
  // Each letter asks anew; what Enter chooses is the answer to the last one.
  const answered = page.waitForResponse((response) => new URL(response.url()).searchParams.get('query') === name);
  await page.keyboard.type(name);
  await answered;
  await page.locator('.ant-select-item-option-active:visible').filter({ hasText: name }).waitFor();
  await page.keyboard.press('Enter');
  await tabTo(page, textbox(page, '申请人'));
  await page.keyboard.type(applicant.name);
  await tabTo(page, textbox(page, '证件号码'));
  await page.keyboard.type(applicant.identityNumber);
  await tabTo(page, textbox(page, '联系电话'));
  await page.keyboard.type(applicant.phone);
  await fillIn(page, item);
  await addPapers(page, item);
  await page.keyboard.press('Control+Enter');
  await page.getByText(/已收件：\d+/).waitFor();
  expect(await faultsOf(page)).toEqual([]);

  await page.keyboard.press('F9');
  await page.getByRole('button', { name: /^当场办结/ }).waitFor();
  await page.keyboard.press('F9');
  const dialog = page.getByRole('dialog', { name: '当场办结' });
  await dialog.waitFor();
  await tabTo(page, textbox(page, '领取人'));
  await page.keyboard.type(applicant.name);
  expect(await faultsOf(page)).toEqual([]);
  await page.keyboard.press('Control+Enter');
  await page.getByText('“当场办结”已办理').first().waitFor();
  await page.getByRole('button', { name: /^打印/ }).nth(1).waitFor();
  await shoot(page, 'on-the-spot-done');
  expect(await faultsOf(page)).toEqual([]);
  const record = new URL(page.url()).pathname.split('/').at(-1)!;
  expect(await desk.view(record)).toMatchObject({ status: 'closed', closing: 'certified' });

  await page.keyboard.press('F4');
  await page.getByRole('button', { name: /办完/ }).waitFor();
  await page.getByText('本号已办 1 件').waitFor();
  await page.keyboard.press('F2');
  await page.getByText('窗口空闲').waitFor();
  const { ticket: served } = z.object({ ticket: z.string() }).parse(taken.json);
  const shown = await running.office.get(clerk, township, `/tickets/${served}`);
  expect(shown.json).toMatchObject({ state: 'served', cases: [record] });
  expect(complaints).toEqual([]);
});

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
  await page.locator('.ant-select-item-option-active:visible').waitFor();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Escape');
  // The draft of the notice follows the choice.
  await dialog.getByText('请补正以下材料：\n1. ').waitFor();
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

const madeUpCamera = '--use-fake-device-for-media-stream';
const cameras = [
  { camera: 'taken', flags: [madeUpCamera, '--use-fake-ui-for-media-stream'] },
  { camera: 'denied', flags: [madeUpCamera], told: '浏览器没有允许使用摄像头' },
  { camera: 'none', flags: [], told: '没有找到摄像头' },
] as const;

it('a paper photographed at the window; without a camera it says why, and a file will do', async () => {
  const item = desk.item();
  for (const { camera, flags, ...more } of cameras) {
    const own = await openBrowser(flags);
    try {
      const { page, complaints } = await visit(own, `${home}new-case?item=${item.code}`);
      await logIn(page, running.office, clerk);
      const photograph = page.getByRole('button', { name: /^为“.+”拍照$/ }).first();
      await photograph.click();
      const dialog = page.getByRole('dialog');
      const shutter = dialog.getByRole('button', { name: /^拍 ?摄$/ });
      if (camera === 'taken') {
        // Pressed before there is a picture the shutter does nothing.
        await page.locator('video').evaluate(hasPicture);
        await shutter.click();
        await page.getByText(/\.jpg/).first().waitFor();
      } else {
        await dialog.getByText('told' in more ? more.told : '').waitFor();
        expect(await shutter.isDisabled()).toBe(true);
        expect(await faultsOf(page)).toEqual([]);
        await shoot(page, `camera-${camera}`);
        await page.keyboard.press('Escape');
        await dialog.waitFor({ state: 'hidden' });
        const chooser = page.waitForEvent('filechooser');
        await page
          .getByRole('button', { name: /^为“.+”添加文件$/ })
          .first()
          .click();
        await (await chooser).setFiles({ name: '材料.pdf', mimeType: 'application/pdf', buffer: paper('one') });
        await page.getByText('材料.pdf').first().waitFor();
      }
      expect(complaints).toEqual([]);
    } finally {
      await own.close();
    }
  }
});

it('a case opened by the QR code in front of the camera, and its progress as a resident', async () => {
  const { record, number, queryCode } = await desk.take(desk.item());
  const base = running.office.base('township');
  const camera = cameraBefore(`${base}/v1/progress/${number}/page?code=${queryCode}`);
  const own = await openBrowser(camera.flags);
  try {
    const desktop = await visit(own, `${home}workbench`);
    await logIn(desktop.page, running.office, clerk);
    await desktop.page.getByRole('button', { name: '摄像头扫码' }).click();
    await desktop.page.waitForURL(`**/cases/${record}`);
    const phone = await visit(own, `${base}/public/${township}/progress`, 'phone');
    await phone.page.getByRole('button', { name: '用摄像头扫码' }).click();
    await phone.page.getByText(`编号 ${number}`).waitFor();
    await phone.page.getByRole('button', { name: '用摄像头扫码' }).waitFor();
    expect(await faultsOf(phone.page)).toEqual([]);
    // On paper there is what was found, and no code to find it with.
    await phone.page.emulateMedia({ media: 'print' });
    expect(await phone.page.getByLabel('查询码').isVisible()).toBe(false);
    expect(await phone.page.getByText(`编号 ${number}`).isVisible()).toBe(true);
    expect([...desktop.complaints, ...phone.complaints]).toEqual([]);
  } finally {
    await own.close();
    camera.remove();
  }
});

it('a joint case as a picture and as a list', async () => {
  const { page, complaints } = await visit(browser, `${home}joint-cases`);
  await logIn(page, running.office, clerk);
  await page.locator('a.number').first().click();
  await page.getByRole('group', { name: '办理流程图' }).waitFor();
  await page.getByRole('listitem').filter({ hasText: '须先完成：' }).first().waitFor();
  expect(complaints).toEqual([]);
});

const lookEveryMs = 100;
const looks = 300;
/** Waits for what the page does not show. */
async function until(suits: () => boolean): Promise<boolean> {
  for (let look = 0; look < looks && !suits(); look++) await new Promise((done) => setTimeout(done, lookEveryMs));
  return suits();
}
