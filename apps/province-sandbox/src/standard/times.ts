const pattern = /^(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2}))?$/;
const chinaOffset = '+08:00';

/** YYYYMMDDThhmmss or YYYYMMDD in China Standard Time as milliseconds; undefined for a date that does not exist. */
export function timeOf(text: string): number | undefined {
  const match = pattern.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour = '00', minute = '00', second = '00'] = match;
  const date = `${year}-${month}-${day}`;
  const at = Date.parse(`${date}T${hour}:${minute}:${second}${chinaOffset}`);
  // Date.parse lets 31 February roll over into March.
  return Number.isNaN(at) || chinaDay(at) !== date ? undefined : at;
}

const chinaFormat = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai', dateStyle: 'short' });

/** YYYY-MM-DD in China. */
export const chinaDay = (at: number): string => chinaFormat.format(at);
