import type { LinkPosition } from '@tongban/federation/nest';
import type { NodeCode } from '@tongban/kernel';
import type { OutgoingRow, OutLink } from './memory-database.js';
import type { Overlay } from './overlay.js';

export const positionOf = ({ node, peer, last, acked, base, peerIncarnation }: OutLink): LinkPosition => ({
  ...{ node, peer, last, acked, base, peerIncarnation },
});

export async function lockOut(rows: Overlay, node: NodeCode, peer: NodeCode): Promise<OutLink> {
  await rows.lock('outLink', node, peer);
  const fresh = { last: 0, acked: 0, base: 0, incarnation: '', peerIncarnation: '', answerDue: false };
  return rows.get('outLink', node, peer) ?? { node, peer, ...fresh };
}

export function putOutgoing(rows: Overlay, node: NodeCode, peer: NodeCode, seq: number, row: OutgoingRow): void {
  rows.put('outgoing', row, node, peer, seq);
  if (row.kind === 'refusal' && row.request !== undefined && row.payload !== undefined) {
    rows.put('refusal', row.payload, node, row.request);
  }
}
