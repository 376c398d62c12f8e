import { hashQueryCode, type CaseState } from '@tongban/domain/casework';
import { ok, refuse, type NodeCode, type Result, type Role, type Uuid } from '@tongban/kernel';
import type { PrivacyTools } from '../ports.js';

export interface Claimant {
  readonly node: NodeCode;
  readonly role: Role;
  readonly subject: string;
}

/**
 * That the case is here and the person is the applicant: who applied with the own login, or has the query code that the
 * applicant was given. Refusals: case.unknown, dossier.not-recipient, jurisdiction.not-party.
 *
 * @param handlers the nodes that handle a case; others hold nothing that could be seen
 */
export async function claimedCase(
  { transactor, cases }: PrivacyTools,
  { node, subject }: Claimant,
  record: Uuid,
  queryCode: string | undefined,
): Promise<Result<CaseState>> {
  const held = await transactor.run((sql) => cases.find(sql, node, record));
  if (held === undefined) return refuse('case.unknown', '本级没有这个办件');
  const { state } = held;
  const isTold = queryCode !== undefined && hashQueryCode(state.number, queryCode) === state.queryCodeHash;
  return isTold || isApplicant(state, subject)
    ? ok(state)
    : refuse('jurisdiction.not-party', '本人不是该件的申请人，或查询码不正确');
}

/** Who applied with the own login, for nobody else. */
export const isApplicant = ({ handlers }: CaseState, subject: string): boolean =>
  handlers.submitted?.role === 'resident' && handlers.submitted.subject === subject;
