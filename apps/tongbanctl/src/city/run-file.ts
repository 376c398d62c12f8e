import { rmSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { readIfThere, secretMode, writeWhole, type Layout } from './layout.js';
import { isRunning, stampOf, stopStamped, type ProcessStamp, type StopStep } from './process-stamp.js';

const stampSchema = z.strictObject({ pid: z.int().positive(), startTicks: z.string(), boot: z.string() });
const runSchema = z.strictObject({
  processes: z.array(z.strictObject({ name: z.string(), stamp: stampSchema })),
  addresses: z.record(z.string(), z.string()),
  /** Where PostgreSQL keeps its data: outside the state folder when its user cannot enter that. */
  postgresData: z.string().optional(),
});
export type Run = z.infer<typeof runSchema>;

export const noRun: Run = { processes: [], addresses: {} };

const appStopSteps: readonly StopStep[] = [
  { signal: 'SIGTERM', waitMs: 15_000 },
  { signal: 'SIGKILL', waitMs: 5_000 },
];
/** Fast, then immediate shutdown of PostgreSQL. */
const postgresSteps: readonly StopStep[] = [
  { signal: 'SIGINT', waitMs: 20_000 },
  { signal: 'SIGQUIT', waitMs: 5_000 },
  { signal: 'SIGKILL', waitMs: 5_000 },
];

export const postgresProcess = 'postgresql';
export const natsProcess = 'nats-server';

/** The record of the last run; an unreadable one counts as none: then nothing is known to be ours. */
export function readRun(layout: Layout): Run {
  try {
    const parsed = runSchema.safeParse(JSON.parse(readIfThere(layout.runFile) ?? ''));
    return parsed.success ? parsed.data : noRun;
  } catch {
    return noRun;
  }
}

export const writeRun = (layout: Layout, run: Run): void =>
  writeWhole(layout.runFile, `${JSON.stringify(run, undefined, 2)}\n`, secretMode);

/** Another launcher holds this state. */
export class AlreadyRunning extends Error {
  constructor(
    readonly launcher: number,
    readonly addresses: Run['addresses'],
  ) {
    super(`这座城市已在运行（进程 ${launcher}）`);
  }
}

function holderOf(layout: Layout): ProcessStamp | undefined {
  try {
    const parsed = stampSchema.safeParse(JSON.parse(readIfThere(layout.lockFile) ?? ''));
    return parsed.success && isRunning(parsed.data) ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

const lockAttempts = 3;

/**
 * Takes the state for this launcher. A lock whose launcher has died is taken over.
 * @throws AlreadyRunning
 */
export function takeLock(layout: Layout): void {
  const own = JSON.stringify(stampOf(process.pid));
  for (let attempt = 0; attempt < lockAttempts; attempt++) {
    try {
      writeFileSync(layout.lockFile, own, { mode: secretMode, flag: 'wx' });
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const holder = holderOf(layout);
    if (holder !== undefined) throw new AlreadyRunning(holder.pid, readRun(layout).addresses);
    rmSync(layout.lockFile, { force: true });
  }
  throw new Error(`${layout.lockFile} cannot be taken`);
}

export const releaseLock = (layout: Layout): void => rmSync(layout.lockFile, { force: true });

/**
 * Stops what a killed launcher left behind, the newest first: only processes that are provably the recorded ones.
 * PostgreSQL may stay: it is adopted at the start. Names of the stopped ones.
 */
export async function stopLeftOvers(layout: Layout, keepPostgres: boolean): Promise<string[]> {
  const stopped: string[] = [];
  for (const { name, stamp } of readRun(layout).processes.toReversed()) {
    const isPostgres = name === postgresProcess;
    if (!isRunning(stamp) || (isPostgres && keepPostgres)) continue;
    await stopStamped(stamp, isPostgres ? postgresSteps : appStopSteps);
    stopped.push(`${name}（${stamp.pid}）`);
  }
  return stopped;
}
