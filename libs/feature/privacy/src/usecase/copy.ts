import { closings } from '@tongban/domain/casework';
import { ownData, type OwnPart } from '@tongban/domain/privacy';
import { isoInstant, ok, refuse, type Result, type Uuid } from '@tongban/kernel';
import type { Access, PrivacyTools } from '../ports.js';
import { isApplicant, type Claimant } from './party.js';

export const copyFormat = 'tongban-personal-data-copy-1';
const ownPurpose = '本人查阅、复制（个人信息保护法第四十五条）';
const counterPurpose = '应申请人本人到场请求提供个人信息复制件';

export interface DataCopy {
  readonly format: typeof copyFormat;
  readonly node: string;
  readonly record: Uuid;
  readonly number: string;
  readonly item: { readonly code: string; readonly name: string };
  readonly submittedAt: string;
  readonly closing: string | null;
  readonly parts: readonly OwnPart[];
  readonly accesses: readonly Access[];
  /** Who made the copy, when: stands on everything that leaves the system. */
  readonly watermark: string;
}

/**
 * Everything of the applicant's own that the case holds, machine readable. For who applied with the own login; whoever applied
 * in another way comes to the counter with papers, as a number and a code prove nobody's identity. The copying itself is
 * among the accesses. Refusals: case.unknown, jurisdiction.not-party, dossier.*.
 */
export async function copyOwnData(
  { transactor, cases, clock }: PrivacyTools,
  { node, role, subject }: Claimant,
  record: Uuid,
): Promise<Result<DataCopy>> {
  const held = await transactor.run((sql) => cases.find(sql, node, record));
  if (held === undefined) return refuse('case.unknown', '本级没有这个办件');
  const { state } = held;
  if (role === 'resident' && !isApplicant(state, subject))
    return refuse('jurisdiction.not-party', '该件不是以您的账号提出的，请携带身份证件到窗口申请复制');
  const purpose = role === 'resident' ? ownPurpose : counterPurpose;
  const opened = await cases.open({ node, role, subject, purpose }, record);
  if (!opened.ok) return opened;
  const accesses = await transactor.run((sql) => cases.accesses(sql, node, record));
  const { code, name } = state.item;
  return ok({
    ...{ format: copyFormat, node, record, number: state.number, item: { code, name } },
    submittedAt: isoInstant(state.submittedAt),
    closing: state.closing === null ? null : closings[state.closing],
    parts: ownData(opened.value),
    accesses,
    watermark: `个人信息复制件 ${subject} ${isoInstant(clock.now())}`,
  });
}
