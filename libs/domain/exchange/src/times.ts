import type { Instant } from '@tongban/kernel';
import type { TimeStyle } from './profile.js';

const chinaOffsetMs = 8 * 60 * 60 * 1000;

/** YYYY-MM-DD hh:mm:ss or YYYYMMDDThhmmss, in China Standard Time, which has no summer time. */
export function chinaDateTime(at: Instant, style: TimeStyle = 'compact'): string {
  const iso = new Date(at + chinaOffsetMs).toISOString().slice(0, 19);
  return style === 'dashed' ? iso.replace('T', ' ') : iso.replaceAll(/[-:]/g, '');
}

/** A local date `YYYY-MM-DD` as the profile writes it. */
export const chinaDate = (day: string, style: TimeStyle): string =>
  style === 'dashed' ? day : day.replaceAll('-', '');
