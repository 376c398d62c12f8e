import { z } from 'zod';
import { approver, clerk, township } from '../e2e/casework-desk.js';
import { makeApplicant } from '../e2e/papers.js';
import { choose, faultsOf, inEnglish, logIn, onPaper, shoot, visit } from './browser.js';
import { browser, desk, running, useStage } from './stage.js';

const paper = Buffer.from('%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n');
const itemSchema = z.object({
  name: z.string(),
  applicantForm: z
    .object({
      properties: z.record(
        z.string(),
        z.object({ title: z.string(), type: z.string(), enum: z.array(z.string()).optional() }),
      ),
    })
    .optional(),
});

useStage();

let home: string;

beforeAll(() => {
  home = `${running.office.base('township')}/console/`;
});

it('a case from the window to its decision, in the browser', async () => {
  const { record, number, name } = await desk.take(desk.item());
  const at = await visit(browser, `${home}cases/${record}`);
  const { page } = at;
  await logIn(page, running.office, clerk);
  await page.getByText('收到申请', { exact: true }).waitFor();
  expect(await page.title()).toContain(number);
  await shoot(page, 'case-desktop');
  expect(await faultsOf(page)).toEqual([]);
  const sheet = await onPaper(page);
  for (const said of [number, '基本情况', '办理过程', '收到申请']) expect(sheet).toContain(said);
  expect(sheet).not.toContain(name);

  // Names are hidden until somebody says what for, and that is on record.
  expect(await page.getByText(name, { exact: true }).count()).toBe(0);
  await page.getByRole('button', { name: '查看全文…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: '查看全文…' }).click();
  await page.getByText(name, { exact: true }).waitFor();
  await page.getByRole('button', { name: '恢复隐去' }).click();
  await page.getByText(name, { exact: true }).waitFor({ state: 'detached' });
  const { json } = await running.office.get('supervisor-371102001000', township, `/cases/${record}/readings`);
  expect(JSON.stringify(json)).toContain('核对申请材料');

  await page.getByRole('button', { name: '受理', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: '受理' });
  await dialog.waitFor();
  expect(await faultsOf(page)).toEqual([]);
  await dialog.getByRole('button', { name: '确定办理' }).click();
  await page.getByText('“受理”已办理').first().waitFor();
  await page.getByRole('listitem').filter({ hasText: /^受理/ }).first().waitFor();

  const decider = await visit(browser, `${home}cases/${record}`);
  await logIn(decider.page, running.office, approver);
  await decider.page.getByRole('button', { name: '作出决定' }).click();
  await choose(decider.page.getByRole('dialog').getByRole('radio', { name: '准予', exact: true }));
  await decider.page.getByRole('dialog').getByRole('button', { name: '确定办理' }).click();
  await decider.page.getByText('请填写').first().waitFor();
  await decider.page.getByRole('dialog').getByLabel('意见').fill('符合规定条件，同意办理。');
  await decider.page.getByRole('dialog').getByRole('button', { name: '确定办理' }).click();
  await decider.page.getByText('“作出决定”已办理').first().waitFor();
  expect([...at.complaints, ...decider.complaints]).toEqual([]);
});

it('an application taken in at the window, from the item to the receipt', async () => {
  const chosen = desk.item();
  const item = itemSchema.parse((await running.office.get(clerk, township, `/items/${chosen.code}`)).json);
  const { page, complaints } = await visit(browser, `${home}new-case`);
  await logIn(page, running.office, clerk);
  await page.getByRole('combobox', { name: '事项' }).fill(item.name);
  await page.getByRole('option').first().waitFor({ state: 'attached' });
  await page.keyboard.press('Enter');
  await page.getByText('申请人类型').waitFor();
  await shoot(page, 'new-case');
  expect(await faultsOf(page)).toEqual([]);
  await page.getByRole('button', { name: '收件并出具凭证' }).click();
  await page.getByText('请填写').first().waitFor();
  const applicant = makeApplicant();
  await page.getByLabel('申请人', { exact: true }).fill(applicant.name);
  await page.getByLabel('证件号码').fill(applicant.identityNumber);
  await page.getByLabel('联系电话').fill(applicant.phone);
  for (const [name, { title, type, enum: choices }] of Object.entries(item.applicantForm?.properties ?? {})) {
    const value = (chosen.form as Record<string, unknown>)[name];
    if (value === undefined || type === 'boolean') continue;
    await page.getByLabel(title, { exact: true }).fill(String(value));
    if (choices !== undefined) await page.keyboard.press('Enter');
  }
  for (const button of await page.getByRole('button', { name: /^为“.+”添加文件$/ }).all()) {
    const chooser = page.waitForEvent('filechooser');
    await button.click();
    await (await chooser).setFiles({ name: '材料.pdf', mimeType: 'application/pdf', buffer: paper });
    await page.getByText('材料.pdf').first().waitFor();
  }
  await page.getByRole('button', { name: '收件并出具凭证' }).click();
  await page.getByText(/已收件：\d+/).waitFor();
  await shoot(page, 'new-case-taken');
  await page.getByRole('button', { name: '打开此件' }).click();
  await page.getByText('收到申请', { exact: true }).waitFor();
  expect(complaints).toEqual([]);
});

it('a work list by its address, and in the other language', async () => {
  const { page } = await visit(browser, `${home}cases?status=closed`);
  await logIn(page, running.office, clerk);
  await page.locator('a.number').first().waitFor();
  expect(new URL(page.url()).searchParams.get('status')).toBe('closed');
  await inEnglish(page, 'Cases');
});

it('says so when a case is not known here, and when the page does not exist', async () => {
  const { page } = await visit(browser, `${home}cases/01890000-0000-7000-8000-000000000000`);
  await logIn(page, running.office, clerk);
  await page.getByText('本级没有这个办件').first().waitFor();
  await page.goto(`${home}nowhere`);
  await page.getByText('没有这个页面').waitFor();
});
