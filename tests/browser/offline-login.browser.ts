import type { Page } from 'playwright-core';
import { clerk } from '../e2e/casework-desk.js';
import { faultsOf, logIn, shoot, visit } from './browser.js';
import { browser, desk, running, useStage } from './stage.js';

useStage();

let home: string;

beforeAll(() => {
  home = `${running.office.base('township')}/console/`;
});

/** The identity provider answers nobody, neither the browser nor the host, until it is let go. */
function freezeProvider(): () => void {
  const found = running.city.folder.run().processes.find(({ name }) => name === 'identity-dev');
  if (found === undefined) throw new Error('no identity provider runs');
  process.kill(found.stamp.pid, 'SIGSTOP');
  return () => void process.kill(found.stamp.pid, 'SIGCONT');
}

async function fetchGrant(page: Page): Promise<void> {
  await page.getByRole('button', { name: '离线登录' }).click();
  const dialog = page.getByRole('dialog', { name: '本机的离线登录' });
  await dialog.getByText('本机没有您的凭证。').waitFor();
  expect(await faultsOf(page)).toEqual([]);
  await shoot(page, 'device-grant');
  await dialog.getByRole('button', { name: '为本机申领' }).click();
  await dialog.getByText(/本机已有您的凭证/).waitFor();
  await page.keyboard.press('Escape');
}

it('a clerk goes on with the grant of the device while the identity provider is away', async () => {
  const { record, number } = await desk.take(desk.item());
  const { page } = await visit(browser, `${home}cases/${record}`, 'phone');
  await logIn(page, running.office, clerk);
  await page.getByText('收到申请', { exact: true }).waitFor();
  await fetchGrant(page);
  const thaw = freezeProvider();
  try {
    await page.reload();
    await page.getByText('统一身份认证连接不上').waitFor();
    expect(await faultsOf(page)).toEqual([]);
    await shoot(page, 'cut-off');
    await page.getByRole('button', { name: /^以.+登录/ }).click();
    await page.getByText('收到申请', { exact: true }).waitFor();
    await page.getByText(/^离线登录，有效至/).waitFor();
    expect(await page.title()).toContain(number);
    expect(await faultsOf(page)).toEqual([]);
    await shoot(page, 'offline-case');
    await page.getByRole('button', { name: '受理', exact: true }).click();
    await page.getByRole('dialog', { name: '受理' }).getByRole('button', { name: '确定办理' }).click();
    await page.getByText('“受理”已办理').first().waitFor();
    await page.getByText('在离线登录期间办理').waitFor();
  } finally {
    thaw();
  }
});
