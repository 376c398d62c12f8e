import type { CaseState } from '@tongban/domain/casework';
import type { Sql } from '@tongban/journal';
import { refuse, type NodeCode, type Result, type Uuid } from '@tongban/kernel';
import { findApplicantPrincipal } from './store/applicant-store.js';
import { findMandate } from './store/mandate-store.js';

export const twoSides = (): Result<never> => refuse('mandate.two-sides', '代办员不得同时代理同一办件的双方当事人');

/** The case was begun under one principal's mandate: another person's does not carry it on. Asked at the owner. */
export async function principalRefusal(
  sql: Sql,
  node: NodeCode,
  { mandate: begunUnder }: Pick<CaseState, 'mandate'>,
  mandate: Uuid,
): Promise<Result<never> | undefined> {
  if (begunUnder === null || begunUnder === mandate) return undefined;
  const [first, second] = [await findMandate(sql, node, begunUnder), await findMandate(sql, node, mandate)];
  const isSame = first !== undefined && first.state.principalRef === second?.state.principalRef;
  return isSame || second === undefined ? undefined : twoSides();
}

/**
 * Asked where the agent is, before anything leaves the node: only there the mandate's principal and the applicant can be
 * compared. Somebody who applied without an agent may entrust one later, at the node where the application was made.
 */
export async function agentRefusal(
  sql: Sql,
  node: NodeCode,
  record: Uuid,
  state: CaseState,
  mandate: Uuid,
): Promise<Result<never> | undefined> {
  if (state.mandate !== null) return principalRefusal(sql, node, state, mandate);
  const held = await findMandate(sql, node, mandate);
  if (held === undefined) return undefined;
  return (await findApplicantPrincipal(sql, node, record)) === held.state.principalRef
    ? undefined
    : refuse('mandate.other-principal', '委托人与申请人不一致');
}
