import { nodeCode, parentOf, tierOf, type NodeCode } from '@tongban/kernel';
import fc from 'fast-check';
import { checkSpeaker, Peer, peerUri } from './peer.js';

const now = Date.parse('2026-11-22T04:00:00Z');
const peerOf = (...uris: string[]): Peer =>
  new Peer({
    subject: { CN: 'host' },
    subjectaltname: uris.map((uri) => `URI:${uri}`).join(', '),
    serialNumber: '0A',
    valid_to: 'Nov 23 04:00:00 2026 GMT',
  });

const digits = (count: number) =>
  fc.integer({ min: 1, max: 10 ** count - 1 }).map((n) => String(n).padStart(count, '0'));
const village = fc.tuple(digits(2), digits(3), digits(3)).map(([d, t, v]) => nodeCode(`3711${d}${t}${v}`));
const lineOf = (node: NodeCode): NodeCode[] => {
  const above = parentOf(node);
  return above === undefined ? [node] : [node, ...lineOf(above)];
};
const node = fc.tuple(village, fc.integer({ min: 0, max: 3 })).map(([code, up]) => lineOf(code)[up]!);

describe('the certificate of a host', () => {
  it('speaks as the nodes that it names, and as no other', () => {
    fc.assert(
      fc.property(node, node, (own, other) => {
        const single = peerOf(peerUri(tierOf(own), own));
        expect(single.covers(own)).toBe(true);
        expect(single.covers(other)).toBe(own === other);
        const wide = peerOf(peerUri(tierOf(own), '3711*'));
        expect(wide.covers(other)).toBe(tierOf(own) === tierOf(other));
        expect(peerOf(peerUri(tierOf(own), '3712*')).covers(own)).toBe(false);
      }),
    );
  });

  it('is for a link with the parent, in both directions, and for no other link', () => {
    fc.assert(
      fc.property(village, village, (own, other) => {
        const peer = peerOf(peerUri('village', own));
        const parent = parentOf(own)!;
        expect(checkSpeaker(peer, { sender: own, receiver: parent }, 'child').ok).toBe(true);
        expect(checkSpeaker(peer, { sender: own, receiver: parentOf(parent)! }, 'child').ok).toBe(false);
        expect(checkSpeaker(peer, { sender: own, receiver: other }, 'child').ok).toBe(false);
        expect(checkSpeaker(peer, { sender: parent, receiver: own }, 'child').ok).toBe(false);
        const above = peerOf(peerUri('township', parent));
        expect(checkSpeaker(above, { sender: parent, receiver: own }, 'parent').ok).toBe(true);
        expect(checkSpeaker(above, { sender: parent, receiver: other }, 'parent').ok).toBe(parentOf(other) === parent);
      }),
    );
  });

  it('admits to the host of a parent', () => {
    fc.assert(
      fc.property(village, village, (own, other) => {
        const parent = parentOf(own)!;
        for (const peer of [peerOf(peerUri('village', own)), peerOf(peerUri('village', '3711*'))]) {
          expect(peer.isBelow([parent])).toBe(true);
          expect(peer.isBelow([own])).toBe(false);
        }
        expect(peerOf(peerUri('village', own)).isBelow([parentOf(other)!])).toBe(parentOf(other) === parent);
        expect(peerOf(peerUri('village', '3712*')).isBelow([parent])).toBe(false);
        expect(peerOf(peerUri('township', '3711*')).isBelow([parent])).toBe(false);
      }),
    );
  });

  it.each(['', 'tongban:village:3711', 'tongban:hamlet:3711*', 'tongban:village:*', 'https:village:3711*'])(
    'says nothing with %p',
    (uri) => {
      const peer = peerOf(uri);
      expect(peer.covers('371102001001')).toBe(false);
      expect(peer.isBelow([nodeCode('371102001000')])).toBe(false);
    },
  );

  it('ends', () => {
    const peer = peerOf(peerUri('village', '3711*'));
    expect([peer.isOver(now), peer.isOver(now + 86_400_000)]).toEqual([false, true]);
    expect(new Peer({ serialNumber: '1', valid_to: 'never' }).isOver(now)).toBe(true);
  });
});
