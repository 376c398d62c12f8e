import type { NodeCode, Role } from '@tongban/kernel';
import { usernameOf, type Station } from '../e2e/office.js';
import { agentOf, approval } from '../e2e/papers.js';

/** A kind of case that a station can do: where it is accepted, decided and certified. */
export interface Kind {
  readonly code: string;
  readonly hasResult: boolean;
  readonly reviewed: boolean;
  readonly route: { readonly accept: string; readonly decide: string; readonly certify: string };
  readonly materials: readonly string[];
  /** The item's form, filled in. */
  readonly form: object;
}

/** What somebody asks of a node. */
export interface Command {
  readonly by: string;
  readonly node: string;
  readonly path: string;
  readonly body: object;
}

const review = { conclusion: 'agree', opinion: '经初审，申请材料齐全、情况属实，拟同意上报。' };

/** Asked of the owner from the village, whoever that is by now. */
export const withdrawalOf = (record: string, station: Station, mandate: string): Command => ({
  by: agentOf(station),
  node: station.village,
  path: `/cases/${record}/withdrawal`,
  body: { mandate, reasonCode: 'materialsNotReady', reason: '申请人材料尚未备齐，改日再办。' },
});

/** Acceptance, hand-over where somebody else decides, decision, certificate where there is one, delivery and rating. */
export function actsOn(record: string, { route, hasResult, reviewed }: Kind, station: Station): Command[] {
  const { village } = station;
  const { accept, decide, certify } = route;
  const at = (node: string, role: Role, action: string, body: object): Command => ({
    ...{ by: usernameOf(role, node as NodeCode), node, body },
    path: `/cases/${record}/${action}`,
  });
  return [
    at(accept, 'clerk', 'acceptance', {}),
    ...(reviewed ? [at(accept, 'reviewer', 'review', review)] : []),
    ...(decide === accept ? [] : [at(accept, 'clerk', 'hand-over', { to: decide, reason: 'toDecide' })]),
    at(decide, 'approver', 'decision', approval),
    ...(hasResult && certify !== decide
      ? [at(decide, 'clerk', 'hand-over', { to: certify, reason: 'toCertify' })]
      : []),
    ...(hasResult ? [at(certify, 'clerk', 'certificate', {})] : []),
    {
      by: agentOf(station),
      node: village,
      path: `/cases/${record}/delivery`,
      body: { method: 'village', recipient: '本人' },
    },
  ];
}
