import { healthOf, worseFirst, type Health } from './link-health.js';

const now = Date.parse('2026-11-23T02:00:00Z');
const quiet = { quarantined: 0, parked: 0, oldestUnacknowledgedSeconds: null, peerHeardAt: null, last: 0, applied: 0 };
const ago = (seconds: number): string => new Date(now - seconds * 1_000).toISOString();

it.each<[string, Partial<typeof quiet> | object, Health]>([
  ['nothing was ever sent', {}, 'fine'],
  ['the last message is young', { oldestUnacknowledgedSeconds: 5, peerHeardAt: ago(5) }, 'fine'],
  ['a message waits although the peer talks', { oldestUnacknowledgedSeconds: 90, peerHeardAt: ago(5) }, 'behind'],
  ['entries wait for others before them', { parked: 2, peerHeardAt: ago(5) }, 'behind'],
  ['a message waits and nobody talks', { oldestUnacknowledgedSeconds: 400, peerHeardAt: ago(400) }, 'silent'],
  ['a message waits for a peer that never talked', { oldestUnacknowledgedSeconds: 400 }, 'silent'],
  ['a message could not be applied', { quarantined: 1, oldestUnacknowledgedSeconds: 400 }, 'faulty'],
])('%s', (_name, standing, health) => {
  expect(healthOf({ ...quiet, ...standing }, now)).toBe(health);
});

it('puts what needs care first', () => {
  expect((['fine', 'behind', 'faulty', 'silent'] as const).toSorted(worseFirst)).toEqual([
    ...['faulty', 'silent', 'behind', 'fine'],
  ]);
});
