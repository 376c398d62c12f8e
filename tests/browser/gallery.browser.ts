import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { jest } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { inspect, openBrowser, visit } from './browser.js';

const timeoutMs = 120_000;
jest.setTimeout(timeoutMs);

let gallery: ChildProcess | undefined;
let browser: Browser;
let url: string;

beforeAll(async () => {
  const program = join(import.meta.dirname, '..', '..', 'tools', 'build', 'gallery.mjs');
  const child = (gallery = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'inherit'] }));
  url = await new Promise<string>((resolve, reject) => {
    child.once('exit', (status) => reject(new Error(`the gallery ended with ${status}`)));
    createInterface({ input: child.stdout }).on('line', (line) => {
      const [found] = /http:\S+/.exec(line) ?? [];
      if (found !== undefined) resolve(found);
    });
  });
  browser = await openBrowser();
}, timeoutMs);
afterAll(async () => {
  await browser?.close();
  gallery?.kill();
});

it.each(['zh-CN', 'en'])('the shared parts in all their states: %s', async (language) => {
  const { page, complaints } = await visit(browser, 'about:blank');
  await page.addInitScript(`localStorage.setItem('tongban.language', '${language}')`);
  await page.goto(url);
  for (const text of ['371102001000-1', '王**', '4bf92f3577b34da6a3ce929d0e0e4736'])
    await page.getByText(text).first().waitFor();
  await inspect(page, `gallery-${language}`);
  expect(complaints).toEqual([]);
});
