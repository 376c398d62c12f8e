import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { chromium, type Browser, type Locator, type Page } from 'playwright-core';
import { z } from 'zod';
import { agent, approver, clerk, colleagues, Desk, secondAgent, township, village } from '../e2e/casework-desk.js';
import { makeApplicant, type Item } from '../e2e/papers.js';
import { cityTimeoutMs, runCity, type RunningCity } from '../e2e/running.js';
import { until } from '../e2e/wait.js';
import { faultsOf, openBrowser, shoot, sizes } from './browser.js';

const testTimeoutMs = 600_000;
const stepTimeoutMs = 45_000;
const startTimeoutMs = 30_000;
jest.setTimeout(testTimeoutMs);
const pin = '135790';
const dayMs = 86_400_000;

let running: RunningCity;
let desk: Desk;
let home: string;
const phones: Phone[] = [];

beforeAll(async () => {
  running = await runCity({ persons: colleagues });
  desk = await Desk.open(running);
  home = `${running.office.base('village')}/console/agent/`;
}, cityTimeoutMs);
afterAll(async () => {
  for (const phone of phones) await phone.throwAway();
  await running?.city.dispose();
}, testTimeoutMs);

/** A phone with its browser as a process of its own, which can be killed and opened again on the same storage. */
class Phone {
  private readonly storage = mkdtempSync(join(tmpdir(), 'tongban-phone-'));
  private child: ChildProcess | undefined;
  private browser: Browser | undefined;

  constructor() {
    phones.push(this);
  }

  /** @param online false: without a network from before the first page is opened */
  async open(online = true): Promise<Page> {
    const { TONGBAN_CHROMIUM: program, TONGBAN_CHROMIUM_ENVIRONMENT: environment = '{}' } = process.env;
    if (program === undefined) throw new Error('no TONGBAN_CHROMIUM: run npm run test:browser');
    const portFile = join(this.storage, 'DevToolsActivePort');
    rmSync(portFile, { force: true });
    const flags = ['--headless=new', '--no-sandbox', '--no-first-run', '--lang=zh-CN', '--remote-debugging-port=0'];
    this.child = spawn(program, [...flags, `--user-data-dir=${this.storage}`, 'about:blank'], {
      env: { ...process.env, ...(JSON.parse(environment) as Record<string, string>) },
      stdio: 'ignore',
      // A group of its own: what kills the browser kills everything that it has started.
      detached: true,
    });
    const port = await until('the browser to listen', startTimeoutMs, () => {
      const [first = ''] = existsSync(portFile) ? readFileSync(portFile, 'utf8').split('\n') : [];
      return first === '' ? undefined : first;
    });
    this.browser = await chromium.connectOverCDP(`http://127.0.0.1:${port}`);
    const [context] = this.browser.contexts();
    context!.setDefaultTimeout(stepTimeoutMs);
    await context!.setOffline(!online);
    const page = await context!.newPage();
    await page.setViewportSize(sizes.phone);
    await page.goto(home);
    return page;
  }

  /** kill -9 of the browser with all its processes. */
  async kill(): Promise<void> {
    if (this.child?.pid === undefined) return;
    const ended = once(this.child, 'exit');
    process.kill(-this.child.pid, 'SIGKILL');
    await ended;
    this.child = undefined;
    await this.browser?.close().catch(() => undefined);
  }

  async throwAway(): Promise<void> {
    await this.kill();
    rmSync(this.storage, { recursive: true, force: true, maxRetries: 5 });
  }
}

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true });
const rowOf = (page: Page, name: string) => page.getByRole('listitem').filter({ hasText: name });

async function looksRight(page: Page, name: string): Promise<void> {
  await shoot(page, `agent-${name}`);
  expect([name, await faultsOf(page)]).toEqual([name, []]);
  expect([name, await page.evaluate('document.documentElement.scrollWidth > innerWidth')]).toEqual([name, false]);
}

async function fillLogin(page: Page, username: string): Promise<void> {
  const { username: name, password } = running.office.person(username);
  await page.locator('#username').fill(name);
  await page.locator('#password').fill(password);
  await page.locator('#password').press('Enter');
}

async function setUp(page: Page): Promise<void> {
  await page.getByLabel('再输一次').waitFor();
  await looksRight(page, 'pin-new');
  await page.getByLabel('6 位数字口令').fill(pin);
  await page.getByLabel('再输一次').fill(pin);
  await page.getByLabel('本人联系电话').fill('13900000001');
  await button(page, '保存并进入').click();
  await page.getByRole('heading', { name: '我的代办' }).waitFor();
}

async function unlock(page: Page): Promise<void> {
  await page.getByLabel('6 位数字口令').fill(pin);
  await button(page, '打开').click();
  await page.getByRole('heading', { name: '我的代办' }).waitFor();
}

/** A photograph as a camera gives it, made by the page itself. */
async function photograph(page: Page): Promise<Buffer> {
  const url = await page.evaluate(`(() => {
    const canvas = document.createElement('canvas');
    canvas.width = 1600;
    canvas.height = 1200;
    const context = canvas.getContext('2d');
    for (let i = 0; i < 4000; i++) {
      context.fillStyle = 'hsl(' + Math.random() * 360 + ' 60% 50%)';
      context.fillRect(Math.random() * 1600, Math.random() * 1200, 60, 60);
    }
    return canvas.toDataURL('image/jpeg', 0.9);
  })()`);
  return Buffer.from(z.string().parse(url).split(',')[1] ?? '', 'base64');
}

const itemSchema = z.object({
  name: z.string(),
  materials: z.array(z.object({ code: z.string(), name: z.string() })),
  applicantForm: z.object({
    properties: z.record(
      z.string(),
      z.object({ title: z.string(), type: z.string(), enum: z.array(z.string()).optional() }),
    ),
  }),
});
type ItemText = z.infer<typeof itemSchema>;

const itemAt = async (item: Item): Promise<ItemText> =>
  itemSchema.parse((await running.office.get(undefined, village, `/items/${item.code}`)).json);

/** The form, as the agent fills it in with the applicant at the table. */
async function fillForm(page: Page, item: Item, text: ItemText, applicant: ReturnType<typeof makeApplicant>) {
  await page.getByLabel('姓名', { exact: true }).fill(applicant.name);
  await page.getByLabel('身份证号码', { exact: true }).fill(applicant.identityNumber);
  await page.getByLabel('联系电话', { exact: true }).fill(applicant.phone);
  for (const [name, { type, enum: choices }] of Object.entries(text.applicantForm.properties)) {
    const value = (item.form as Record<string, unknown>)[name];
    const field = page.locator(`#form-${name}`);
    if (value === undefined) continue;
    if (type === 'boolean') await field.setChecked(value === true);
    else if (choices !== undefined) await field.selectOption(String(value));
    else await field.fill(String(value));
  }
}

async function addPhotos(page: Page, item: Item, { materials }: ItemText): Promise<void> {
  for (const code of item.required) {
    const { name } = materials.find((material) => material.code === code)!;
    const buffer = await photograph(page);
    const at = page.getByRole('listitem').filter({ has: page.getByLabel(`为“${name}”拍照或选文件`) });
    await page
      .getByLabel(`为“${name}”拍照或选文件`)
      .setInputFiles({ name: 'IMG_1.jpg', mimeType: 'image/jpeg', buffer });
    await at.getByText('已存入本机').first().waitFor();
  }
}

async function sign(page: Page): Promise<void> {
  await page.getByRole('link', { name: '请申请人签字' }).click();
  const pad = page.getByRole('img', { name: /签名处/ });
  await pad.scrollIntoViewIfNeeded();
  const { x, y } = (await pad.boundingBox())!;
  await page.mouse.move(x + 40, y + 80);
  await page.mouse.down();
  for (let i = 0; i < 12; i++) await page.mouse.move(x + 40 + i * 18, y + 80 + 30 * Math.sin(i));
  await page.mouse.up();
  await looksRight(page, 'mandate');
  await button(page, '确认签字').click();
  await page.getByText(/已签字/).waitFor();
}

/** The number of cases at the village, as its agent sees them. */
async function countCases(): Promise<number> {
  const { json } = await running.office.get(agent, village, '/cases?limit=100');
  return (json?.['cases'] as unknown[]).length;
}

/** Everything that the page's databases hold, as text: what somebody with the phone in hand could read. */
const storedText = (page: Page): Promise<unknown> =>
  page.evaluate(`(async () => {
    const texts = [];
    const textOf = (value) => {
      if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return new TextDecoder().decode(value);
      if (typeof value === 'object' && value !== null) return Object.values(value).map(textOf).join(' ');
      return String(value);
    };
    for (const { name } of await indexedDB.databases()) {
      const base = await new Promise((done, failed) => {
        const asked = indexedDB.open(name);
        asked.onsuccess = () => done(asked.result);
        asked.onerror = failed;
      });
      for (const store of base.objectStoreNames) {
        const rows = await new Promise((done) => {
          const asked = base.transaction(store).objectStore(store).getAll();
          asked.onsuccess = () => done(asked.result);
        });
        if (store !== 'items') texts.push(name, textOf(rows));
      }
      base.close();
    }
    return texts.join(' ');
  })()`);

/** From now on the browser says of every write that there is no room, until the page is loaded again. */
const fillUp = (page: Page): Promise<unknown> =>
  page.evaluate(`IDBObjectStore.prototype.put = () => {
    throw new DOMException('no room', 'QuotaExceededError');
  }`);

/** The village's host does nothing and answers nothing, and stays so until it is let go. */
function freezeVillage(): () => void {
  const found = running.city.folder.run().processes.find(({ name }) => name === 'village');
  if (found === undefined) throw new Error('no village runs');
  process.kill(found.stamp.pid, 'SIGSTOP');
  return () => void process.kill(found.stamp.pid, 'SIGCONT');
}

it('takes an application without a network, is killed, and brings it to the village once', async () => {
  const chosen = desk.item();
  const text = await itemAt(chosen);
  const applicant = makeApplicant();
  const before = await countCases();
  const phone = new Phone();
  let page = await phone.open();
  await button(page, '登录').waitFor();
  await looksRight(page, 'welcome');
  await button(page, '登录').click();
  await fillLogin(page, agent);
  await setUp(page);
  await page.getByText(/项已存入本机/).waitFor();
  await page.waitForFunction(
    'navigator.serviceWorker.getRegistration().then((held) => held?.active?.state === "activated")',
  );
  await looksRight(page, 'empty');

  // No network, no village: what follows is the phone's own.
  const thaw = freezeVillage();
  try {
    await page.context().setOffline(true);
    await page.reload();
    await page.getByText(/^(没有网络|连不上村级服务)。可以照常收件/).waitFor();
    await page.getByRole('link', { name: '新建代办' }).click();
    await page.getByRole('searchbox').fill(text.name);
    await looksRight(page, 'items');
    await page
      .getByRole('link', { name: new RegExp(`^${text.name}`) })
      .first()
      .click();
    await button(page, '为群众代办').waitFor();
    await looksRight(page, 'guide');
    await button(page, '为群众代办').click();
    await fillForm(page, chosen, text, applicant);
    await addPhotos(page, chosen, text);

    // A phone without room says so, and keeps what it has.
    await fillUp(page);
    const { name: material } = text.materials.find(({ code }) => code === chosen.required[0])!;
    const more = { name: 'IMG_2.jpg', mimeType: 'image/jpeg', buffer: await photograph(page) };
    const files = await page.getByText('IMG_').count();
    await page.getByLabel(`为“${material}”拍照或选文件`).setInputFiles(more);
    await page.getByText('手机存储空间不足').waitFor();
    expect(await page.getByText('IMG_').count()).toBe(files);
    await page.reload();
    await page.getByText('IMG_1.jpg').first().waitFor();
    expect(await page.getByText('IMG_').count()).toBe(files);

    await sign(page);
    await looksRight(page, 'form');
    await phone.kill();
    page = await phone.open(false);
    await page.getByLabel('6 位数字口令').fill('999999');
    await button(page, '打开').click();
    await page.getByText('口令不对').waitFor();
    await looksRight(page, 'locked');
    await unlock(page);
    await rowOf(page, applicant.name).getByRole('link').click();
    await page.getByText(/已签字/).waitFor();
    expect(await page.getByText('IMG_1.jpg').count()).toBe(chosen.required.length);
    await button(page, '提交').click();
    await rowOf(page, applicant.name).getByText('等待发送').waitFor();
    expect(await rowOf(page, applicant.name).getByText('在本机').count()).toBe(1);

    // Logged out without a network: sealed, and still there for the PIN.
    await button(page, '退出登录').click();
    await page.getByRole('alertdialog').getByRole('button', { name: '退出登录' }).click();
    await page.getByLabel('6 位数字口令').waitFor();
    expect(await storedText(page)).not.toContain(applicant.name);
    expect(await storedText(page)).not.toContain(applicant.identityNumber);
    await unlock(page);
  } finally {
    thaw();
  }
  await page.context().setOffline(false);
  await page.getByText('登录已过期').waitFor();
  await looksRight(page, 'login-over');
  expect(await countCases()).toBe(before);
  await page.getByRole('status').getByRole('button', { name: '登录' }).click();
  // The identity provider may still know the person; then nothing is asked.
  const asked = page.locator('#username').or(page.getByRole('heading', { name: '我的代办' }));
  await asked.waitFor();
  if ((await page.locator('#username').count()) > 0) await fillLogin(page, agent);
  await rowOf(page, applicant.name)
    .getByText(/已到村级|已送达办理单位/)
    .waitFor();
  expect(await countCases()).toBe(before + 1);
  await looksRight(page, 'list');

  await anotherAgentSeesNothing(page, applicant.name);
  const record = await recordOf(page, applicant.name);
  page = await supplement(phone, page, applicant.name, record, chosen.required[0]!);
  await handOver(page, applicant.name, record);
  expect(await countCases()).toBe(before + 1);
});

/** On the same phone, with the first agent's things on it. */
async function anotherAgentSeesNothing(first: Page, name: string): Promise<void> {
  await button(first, '锁定').click();
  await button(first, '换人登录').click();
  // Asked by the identity provider, which knows somebody else in this browser.
  await button(first, '退出').click();
  await fillLogin(first, secondAgent);
  await setUp(first);
  await first.getByText('还没有代办件').waitFor();
  expect(await first.content()).not.toContain(name);
  expect(await storedText(first)).not.toContain(name);
  await button(first, '退出登录').click();
  await first.getByRole('alertdialog').getByRole('button', { name: '退出登录' }).click();
  await first.getByLabel('使用人').waitFor();
  await looksRight(first, 'two-persons');
  await first.getByLabel('使用人').selectOption({ label: maskedOf(agent) });
  await unlock(first);
  await rowOf(first, name).waitFor();
}

async function recordOf(page: Page, name: string): Promise<string> {
  await rowOf(page, name).getByRole('link').click();
  const number = (await page.locator('dd.number').first().textContent()) ?? '';
  expect(number).toMatch(/^\d+$/);
  await looksRight(page, 'case');
  const { json } = await running.office.get(agent, village, '/cases?limit=100');
  const found = (json?.['cases'] as { record: string; number: string }[]).filter((one) => one.number === number);
  expect(found).toHaveLength(1);
  return found[0]!.record;
}

/** The tokens of the agent lie sealed on the phone; where they are over the agent logs in again, and is where it was. */
async function stillLoggedIn(page: Page, name: string, sign: Locator): Promise<void> {
  const again = page.getByRole('status').getByRole('button', { name: '登录' });
  await sign.or(again).first().waitFor();
  if ((await again.count()) === 0) return;
  await again.click();
  const row = rowOf(page, name);
  await page.locator('#username').or(row).first().waitFor();
  if ((await page.locator('#username').count()) > 0) await fillLogin(page, agent);
  await row.getByRole('link').click();
  await sign.waitFor();
}

/** The office asks for a paper; it is taken without a network, under a clock three days ahead, and the phone dies. */
async function supplement(phone: Phone, page: Page, name: string, record: string, material: string): Promise<Page> {
  await desk.until(record, 'the township to take it', ({ owner }) => owner !== village);
  await desk.must(clerk, record, 'supplement-request', { materials: [material], text: '原件照片不清晰，请重新提交' });
  await desk.until(record, 'the village to know it', ({ status }) => status === 'supplementing');
  await page.reload();
  const photo = page.getByLabel(/^为“.*”拍照或选文件$/);
  await stillLoggedIn(page, name, photo);
  await button(page, /^打开补正材料/).waitFor();
  await page.context().setOffline(true);
  await page.clock.setSystemTime(Date.now() + 3 * dayMs);
  await button(page, '提交补正材料').click();
  await page.getByText('还缺：').waitFor();
  await photo.setInputFiles({ name: 'IMG_3.jpg', mimeType: 'image/jpeg', buffer: await photograph(page) });
  await page.getByText('补正材料在本机，尚未提交').waitFor();
  await looksRight(page, 'supplement');
  await button(page, '提交补正材料').click();
  await page.getByText('补正材料等待发送').waitFor();
  await phone.kill();
  const opened = await phone.open(false);
  await opened.clock.setSystemTime(Date.now() - 3 * dayMs);
  await opened.getByLabel('使用人').selectOption({ label: maskedOf(agent) });
  await unlock(opened);
  const row = rowOf(opened, name);
  await row.getByText('补正材料等待发送').waitFor();
  expect(await row.getByText('在本机').count()).toBe(1);
  await row.getByRole('link').click();
  await opened.context().setOffline(false);
  await stillLoggedIn(opened, name, opened.getByText(/相差约 \d+ 分钟/));
  await desk.until(record, 'the township to have the paper', ({ status }) => status === 'submitted', township);
  expect(await desk.entries(record, 'case.supplemented')).toBe(1);
  await desk.until(record, 'the village to know that', ({ status }) => status === 'submitted');
  return opened;
}

const maskedOf = (username: string): string => `${[...running.office.person(username).name][0]}*`;

/** From the office's answer to the applicant's hand; then nothing of it is on the phone. */
async function handOver(page: Page, name: string, record: string): Promise<void> {
  await desk.must(clerk, record, 'acceptance');
  await desk.must(approver, record, 'decision', { outcome: 'approve', opinion: '符合条件，同意' });
  await desk.must(clerk, record, 'certificate');
  await desk.until(record, 'the village to know it', ({ closing }) => closing === 'certified');
  await page.reload();
  const form = button(page, '已交给领取人，登记送达');
  await stillLoggedIn(page, name, form);
  await page.getByText('已有答复').waitFor();
  await button(page, /^打开.*证/)
    .first()
    .waitFor();
  await looksRight(page, 'answer');
  await page.context().setOffline(true);
  await form.click();
  await page.getByText('送达已登记在本机，等待发送').waitFor();
  await page.context().setOffline(false);
  await page.getByText('已送达。本机资料已清除。').waitFor();
  expect(await desk.entries(record, 'case.delivered')).toBe(1);
  expect(await storedText(page)).not.toContain(name);
  await page.goto(home);
  await page.getByText('还没有代办件').waitFor();
}

it('opens on a slow line and with a wrong clock', async () => {
  const size = z
    .object({ scriptBytes: z.int(), budgetBytes: z.int() })
    .parse(await (await fetch(`${home}size.json`)).json());
  expect(size.scriptBytes).toBeLessThanOrEqual(size.budgetBytes);
  const browser = await openBrowser();
  try {
    const context = await browser.newContext({ viewport: sizes.phone, locale: 'zh-CN' });
    context.setDefaultTimeout(stepTimeoutMs);
    const page = await context.newPage();
    const session = await context.newCDPSession(page);
    const line = { offline: false, latency: 400, downloadThroughput: 50_000, uploadThroughput: 50_000 };
    await session.send('Network.enable');
    await session.send('Network.emulateNetworkConditions', line);
    const began = performance.now();
    await page.goto(home, { waitUntil: 'commit' });
    await button(page, '登录').waitFor();
    const seconds = ((performance.now() - began) / 1_000).toFixed(1);
    console.log(
      `agent's app: ${size.scriptBytes} bytes of script compressed; first screen after ${seconds} s at 400 kbit/s`,
    );
    await session.send('Network.emulateNetworkConditions', {
      ...line,
      latency: 0,
      downloadThroughput: -1,
      uploadThroughput: -1,
    });
    await button(page, '登录').click();
    await fillLogin(page, agent);
    await setUp(page);
    await page.clock.setSystemTime(Date.now() + dayMs);
    await button(page, '更新指南').click();
    await page.getByText(/相差约 14\d\d 分钟/).waitFor();
    await looksRight(page, 'clock');
  } finally {
    await browser.close();
  }
});
