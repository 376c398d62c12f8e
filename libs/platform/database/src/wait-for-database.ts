import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { RefusalError } from '@tongban/kernel';
import { failureCode, isConnectionLost } from './failures.js';

const pollMs = 500;
const connectTimeoutMs = 3_000;
const cannotConnectYet = ['57P03', '53300', '3D000']; // starting up, too many connections, database not made yet

export interface WaitOptions {
  readonly url: string;
  readonly timeoutMs: number;
  /** Called after each failed attempt with the code of the failure and the time waited so far. */
  readonly onProgress?: (code: string, waitedMs: number) => void;
}

/**
 * Waits until the database answers a query, e.g. while it starts beside us.
 *
 * @throws RefusalError service.unavailable when the time is over; other errors (a wrong password) at once.
 */
export async function waitForDatabase({ url, timeoutMs, onProgress }: WaitOptions): Promise<void> {
  const started = performance.now();
  const attempts = Math.max(1, Math.ceil(timeoutMs / pollMs));
  for (let attempt = 0; attempt < attempts; attempt++) {
    const failure = await tryOnce(url);
    if (failure === undefined) return;
    const code = failureCode(failure) ?? 'timeout';
    if (!isConnectionLost(failure) && !cannotConnectYet.includes(code)) throw failure;
    const waitedMs = Math.round(performance.now() - started);
    onProgress?.(code, waitedMs);
    if (waitedMs + pollMs > timeoutMs) break;
    await sleep(pollMs);
  }
  throw new RefusalError({ code: 'service.unavailable', detail: `等待数据库超过 ${timeoutMs} 毫秒` });
}

async function tryOnce(url: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: connectTimeoutMs });
  try {
    await client.connect();
    await client.query('select 1');
    return undefined;
  } catch (error) {
    return error;
  } finally {
    void client.end().catch(() => undefined);
  }
}
