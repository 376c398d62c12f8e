import { keepOnDevice, keptOnDevice } from './store.js';

/**
 * The village's clock as last seen in the Date header of an answer. What goes on record has the server's times; the phone
 * uses this one for the first day of a mandate, and warns when its own clock is far off.
 */
const offsetName = 'clockOffsetMs';
export const toleratedMs = 5 * 60_000;
/** Changes below this are the header's whole seconds and the line. */
const noiseMs = 3_000;

let offsetMs = 0;
const listeners = new Set<() => void>();

export async function startClock(): Promise<void> {
  const kept = await keptOnDevice(offsetName);
  if (typeof kept === 'number') offsetMs = kept;
}

export function noteClock(response: Response): void {
  const told = Date.parse(response.headers.get('date') ?? '');
  if (!Number.isFinite(told)) return;
  const seen = told - Date.now();
  if (Math.abs(seen - offsetMs) < noiseMs) return;
  offsetMs = seen;
  void keepOnDevice(offsetName, seen).catch(() => undefined);
  for (const listener of listeners) listener();
}

export const villageNow = (): number => Date.now() + offsetMs;
export const clockOffsetMs = (): number => offsetMs;
export function watchClock(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

const dayMs = 86_400_000;
const chinaDay = new Intl.DateTimeFormat('en-CA', {
  timeZone: 'Asia/Shanghai',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
});

/** The day in China at an instant, `YYYY-MM-DD`, moved by whole days. */
export const dayOf = (instant: number, plusDays = 0): string => {
  const [year, month, day] = chinaDay.format(instant).split('-').map(Number);
  return new Date(Date.UTC(year!, month! - 1, day!) + plusDays * dayMs).toISOString().slice(0, 10);
};
