import { jest } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { Desk } from '../e2e/casework-desk.js';
import { cityTimeoutMs, runCity, type RunningCity } from '../e2e/running.js';
import { openBrowser } from './browser.js';

const testTimeoutMs = 300_000;

/** What a file's journeys play on: a city of their own, its desk and a browser. Set before the first test. */
export let running: RunningCity;
export let desk: Desk;
export let browser: Browser;

/** Sets the stage before a file's tests, and clears it after them. @param timeoutMs what one test may take */
export function useStage(timeoutMs = testTimeoutMs): void {
  jest.setTimeout(timeoutMs);
  beforeAll(async () => {
    running = await runCity();
    desk = await Desk.open(running);
    browser = await openBrowser();
  }, cityTimeoutMs);
  afterAll(async () => {
    await browser?.close();
    await running?.city.dispose();
  }, timeoutMs);
}
