import { createHash } from 'node:crypto';
import type { NodeCode } from '@tongban/kernel';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
/** China has one time zone and no summer time. */
const zoneOffsetMs = 8 * 60 * minuteMs;
/** Nights are spread from 01:00 to 05:00 local time, when nobody works at a window. */
const firstMinute = 60;
const spreadMinutes = 240;

/** The node's own minute of the night: the same every night, and spread over all nodes. */
export const nightMinuteOf = (node: NodeCode): number =>
  firstMinute + (createHash('sm3').update(`reconciliation ${node}`).digest().readUInt32BE() % spreadMinutes);

/** When it was last the node's turn, at or before `now`. */
export function lastNightOf(node: NodeCode, now: number): number {
  const midnight = Math.floor((now + zoneOffsetMs) / dayMs) * dayMs - zoneOffsetMs;
  const tonight = midnight + nightMinuteOf(node) * minuteMs;
  return tonight <= now ? tonight : tonight - dayMs;
}
