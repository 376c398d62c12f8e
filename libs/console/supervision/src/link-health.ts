import type { shapes } from '@tongban/console/api';

export type Health = 'fine' | 'behind' | 'silent' | 'faulty';

/** Messages that waited longer for their receipt than a busy link needs. */
const behindSeconds = 60;
/** Peers say something at least every minute; three are a silence. */
const silentMs = 180_000;

type Standing = Pick<
  shapes.Link,
  'quarantined' | 'parked' | 'oldestUnacknowledgedSeconds' | 'peerHeardAt' | 'last' | 'applied'
>;

/** The worst that can be said of a link. One that nothing was ever sent on has nothing to be behind with. */
export function healthOf(link: Standing, now: number): Health {
  if (link.quarantined > 0) return 'faulty';
  const waits = (link.oldestUnacknowledgedSeconds ?? 0) > behindSeconds;
  const heard = link.peerHeardAt === null ? undefined : Date.parse(link.peerHeardAt);
  if (waits && (heard === undefined || now - heard > silentMs)) return 'silent';
  return waits || link.parked > 0 ? 'behind' : 'fine';
}

const order: readonly Health[] = ['faulty', 'silent', 'behind', 'fine'];

export const worseFirst = (a: Health, b: Health): number => order.indexOf(a) - order.indexOf(b);
