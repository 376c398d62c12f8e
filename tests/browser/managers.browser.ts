import { choose, inEnglish, inspect, logIn, visit } from './browser.js';
import { browser, desk, running, useStage } from './stage.js';

const toldTimeoutMs = 150_000;

useStage();

it('a supervisor sees how the township does, and the cases behind a figure', async () => {
  const { number, name: applicant } = await desk.take(desk.item());
  const { page, complaints } = await visit(browser, `${running.office.base('township')}/console/overview`);
  await logIn(page, running.office, 'supervisor-371102001000');
  await page.getByRole('heading', { name: '按事项' }).waitFor();
  // Pictures are for the eye; the table beside each says the same to everybody.
  await page.locator('.figures svg').first().waitFor();
  await page.getByText(/条链路/).waitFor();
  const byStatus = page.getByRole('table').filter({ hasText: '状态' });
  const link = byStatus.getByRole('link', { name: /^查看“待受理”的 \d+ 件$/ });
  const told = Number(/\d+/.exec((await link.textContent()) ?? '')?.[0]);
  expect(told).toBeGreaterThan(0);
  await page.locator('label').filter({ hasText: /^表$/ }).nth(2).click();
  await link.click();
  await page.getByRole('link', { name: number }).waitFor();
  expect(new URL(page.url()).searchParams.get('status')).toBe('submitted');
  expect(await page.locator('a.number').count()).toBe(told);
  expect(await page.getByText(applicant, { exact: true }).count()).toBe(0);
  await page.getByRole('button', { name: '按条件查找' }).click();
  await page.getByRole('dialog').getByLabel('办件编号').fill(number);
  await inspect(page, 'search');
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /^查\s?找$/ })
    .click();
  await page.getByText(`办件编号 ${number}`).waitFor();
  await page.getByRole('link', { name: number }).click();
  await page.getByText(/您的岗位看不到个人信息/).waitFor();
  await page.goto(`${running.office.base('township')}/console/overview`);
  await page.getByRole('heading', { name: '按事项' }).waitFor();
  await inEnglish(page, 'Overview');
  expect(complaints).toEqual([]);
});

it('an exchange operator sees what the province has, reports anew and compares a day', async () => {
  const { page, complaints } = await visit(browser, `${running.office.base('provincial-gateway')}/console/exchange`);
  await logIn(page, running.office, 'exchange-operator-370000000000');
  await page.getByRole('heading', { name: '运行情况' }).waitFor();
  await page.locator('a.number').first().waitFor();
  await page
    .getByRole('button', { name: /^重新上报 \d+/ })
    .first()
    .click();
  await page.getByRole('dialog').getByRole('button', { name: '重新上报' }).click();
  await page.getByText('请写明原因，不写个人信息').waitFor();
  await page.getByRole('dialog').getByLabel('重新上报的原因').fill('省平台误退');
  await page.getByRole('dialog').getByRole('button', { name: '重新上报' }).click();
  await page.getByText(/已列入上报，数据版本 \d+/).waitFor();
  await page.getByText('重新上报记录', { exact: true }).click();
  await page.getByRole('cell', { name: '省平台误退' }).first().waitFor();
  await inspect(page, 'resends');
  await page.getByRole('button', { name: '批量重新上报' }).click();
  await choose(page.getByRole('dialog').getByRole('radio', { name: '按部门' }));
  await page.getByRole('dialog').getByLabel('部门标识').fill('no-such-department');
  await page.getByRole('dialog').getByLabel('重新上报的原因').fill('省平台漏收');
  await inspect(page, 'resend-many');
  await page.getByRole('dialog').getByRole('button', { name: '重新上报' }).click();
  await page.getByRole('cell', { name: '省平台漏收' }).first().waitFor();
  await page.getByText('省级督办', { exact: true }).click();
  await page
    .getByText('没有这种状态的督办')
    .or(page.getByRole('columnheader', { name: '督办内容' }))
    .first()
    .waitFor();
  await inspect(page, 'orders');
  await page.getByText('日对账', { exact: true }).click();
  await page.getByText(/双方一致|不一致，请核对|当日双方都没有记录/).waitFor();
  // What was reported before midnight stands in yesterday's statement.
  const figures = page.getByRole('button', { name: /^查看“.+”的 \d+ 条$/ });
  if ((await figures.count()) > 0) {
    await figures.first().click();
    await page.getByRole('heading', { name: /本方明细$/ }).waitFor();
    await page.locator('a.number').first().waitFor();
  }
  await inspect(page, 'statement');
  expect(complaints).toEqual([]);
});

it('an exchange operator of the city finds every division on the map of links, and what was reconciled', async () => {
  const { page, complaints } = await visit(browser, `${running.office.base('city')}/console/links`);
  await logIn(page, running.office, 'exchange-operator-371100000000');
  await page.getByRole('heading', { name: '下级区划' }).waitFor();
  // Nodes tell their parents within a minute of the start.
  await page.getByRole('button', { name: '列出“未曾联系”的 0 条链路' }).waitFor({ timeout: toldTimeoutMs });
  const district = page.locator('.branches').getByRole('button', { name: '东港区' });
  await district.focus();
  await page.keyboard.press('Enter');
  await page.locator('.branches .branches').getByRole('button', { name: '石臼街道' }).waitFor();
  expect(await district.getAttribute('aria-expanded')).toBe('true');
  expect(new URL(page.url()).searchParams.get('open')).toContain('371102000000');
  await inspect(page, 'links');
  await page.getByRole('searchbox', { name: '按区划名称或代码查找' }).fill('石臼街道');
  await page.keyboard.press('Enter');
  await page.getByText(/^共 \d+ 个区划$/).waitFor();
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: '导出表格' }).click();
  expect((await download).suggestedFilename()).toMatch(/^链路图-\d{4}-\d{2}-\d{2}\.xlsx$/);
  await page.getByRole('link', { name: '上下级对账' }).click();
  await page
    .getByText('还没有对账记录')
    .or(page.getByRole('columnheader', { name: '核对记录' }))
    .first()
    .waitFor();
  expect(complaints).toEqual([]);
});
