import type { Language } from './language.js';

/** The offices' clock, wherever the device thinks it is. */
const timeZone = 'Asia/Shanghai';

const dates = new Map<string, Intl.DateTimeFormat>();

function formatter(language: Language, withTime: boolean): Intl.DateTimeFormat {
  const key = `${language} ${withTime}`;
  const known = dates.get(key);
  if (known !== undefined) return known;
  const time = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' } as const;
  const made = new Intl.DateTimeFormat(language, {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    ...(withTime ? time : {}),
  });
  dates.set(key, made);
  return made;
}

/** An instant (ISO 8601) as date and time of the office. */
export const formatInstant = (iso: string, language: Language): string =>
  formatter(language, true).format(new Date(iso));

const clocks = new Intl.DateTimeFormat('zh-CN', { timeZone, timeStyle: 'medium', hourCycle: 'h23' });

/** The office's clock at an instant (milliseconds), `HH:MM:SS`. */
export const formatClock = (at: number): string => clocks.format(at);

/** A calendar day (`2026-11-22`) or the day of an instant. */
export const formatDate = (iso: string, language: Language): string =>
  formatter(language, false).format(new Date(iso.length === 10 ? `${iso}T12:00:00+08:00` : iso));

const dayMs = 24 * 60 * 60 * 1000;
const days = new Intl.DateTimeFormat('sv-SE', { timeZone });

/** The office's calendar day `YYYY-MM-DD`, some days from now. */
export const officeDay = (daysFromToday = 0, now = Date.now()): string => days.format(now + daysFromToday * dayMs);
