import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';

const pollMs = 10;
const arrivalTimeoutMs = 3_600_000;

export interface Caught {
  readonly rowsPerSecond: number;
  readonly cpuMicrosPerRow: number;
}

export type Count = () => Promise<number>;

/** From the first row at the first receiver to the last row at the last one. */
export async function measureArrival(rows: number, first: Count, last: Count, cpuMs: () => number): Promise<Caught> {
  const deadline = performance.now() + arrivalTimeoutMs;
  const [firstBefore, lastBefore] = [await first(), await last()];
  const reached = async (count: Count, wanted: number): Promise<void> => {
    while ((await count()) < wanted) {
      if (performance.now() > deadline) throw new Error(`${wanted} rows did not arrive in ${arrivalTimeoutMs} ms`);
      await sleep(pollMs);
    }
  };
  await reached(first, firstBefore + 1);
  const [began, cpuBefore] = [performance.now(), cpuMs()];
  await reached(last, lastBefore + rows);
  const seconds = (performance.now() - began) / 1_000;
  return { rowsPerSecond: rows / seconds, cpuMicrosPerRow: ((cpuMs() - cpuBefore) * 1_000) / rows };
}

export const counting =
  (pool: pg.Pool, sql: string): Count =>
  async () =>
    Number((await pool.query<{ n: string }>(sql)).rows[0]?.n ?? 0);
