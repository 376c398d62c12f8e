import { setTimeout as sleep } from 'node:timers/promises';

/** What a person reads while the city starts and works. */
export interface Progress {
  /** A new part of the work begins. */
  step(text: string): void;
  /** Something worth knowing within it. */
  note(text: string): void;
  warn(text: string): void;
}

/** Lines with the seconds since the start, on `stream`. */
export function progressOn(stream: { write(text: string): unknown }, now: () => number): Progress {
  const began = now();
  const line = (mark: string, text: string): void => {
    const seconds = ((now() - began) / 1000).toFixed(1).padStart(6);
    stream.write(`[${seconds} s] ${mark}${text}\n`);
  };
  return {
    step: (text) => line('', text),
    note: (text) => line('  ', text),
    warn: (text) => line('! ', text),
  };
}

/** The person pressed Ctrl-C, or the machine stops us. */
export class Interrupted extends Error {
  constructor() {
    super('已中断');
  }
}

export function orInterrupted(signal: AbortSignal): void {
  if (signal.aborted) throw new Interrupted();
}

/** @throws Interrupted as soon as the signal says so */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(milliseconds, undefined, { signal });
  } catch {
    throw new Interrupted();
  }
}

export interface WaitOptions {
  readonly timeoutMs: number;
  readonly intervalMs: number;
  readonly signal: AbortSignal;
  /** Told every `reportEveryMs`, for waits that a person would notice. */
  readonly report?: (elapsedMs: number) => void;
}

const reportEveryMs = 5_000;

/** Asks until there is an answer; undefined when the time is over. */
export async function poll<T>(
  ask: () => Promise<T | undefined> | T | undefined,
  options: WaitOptions,
): Promise<T | undefined> {
  const began = performance.now();
  let reported = 0;
  for (;;) {
    orInterrupted(options.signal);
    const answer = await ask();
    if (answer !== undefined) return answer;
    const elapsedMs = performance.now() - began;
    if (elapsedMs >= options.timeoutMs) return undefined;
    if (elapsedMs - reported >= reportEveryMs) {
      reported = elapsedMs;
      options.report?.(elapsedMs);
    }
    await pause(options.intervalMs, options.signal);
  }
}
