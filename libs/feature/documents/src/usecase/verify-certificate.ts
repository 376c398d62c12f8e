import { localDate, type LocalDate } from '@tongban/domain/calendar';
import { maskedName, type Applicant } from '@tongban/domain/document';
import { parseDocumentNumber, type Certificate } from '@tongban/domain/casework';
import { readEntries } from '@tongban/journal';
import { ok, refuse, type NodeCode, type Result } from '@tongban/kernel';
import type { DocumentTools, HeldCase } from '../ports.js';
import { verificationCodeOf } from './verification-code.js';

export const validities = { valid: '有效', notYetValid: '尚未生效', expired: '已过有效期' } as const;
export type Validity = keyof typeof validities;

export interface VerifiedCertificate {
  readonly certificateNumber: string;
  readonly name: string;
  readonly itemName: string;
  readonly issuer: string;
  readonly validFrom: LocalDate;
  readonly validTo: LocalDate | null;
  readonly validity: Validity;
  /** With all but its ends hidden; null where this host may not open it. */
  readonly holder: string | null;
}

const validityOn = ({ validFrom, validTo }: Certificate, day: LocalDate): Validity =>
  day < validFrom ? 'notYetValid' : validTo !== null && day > validTo ? 'expired' : 'valid';

type Held = HeldCase & { readonly node: NodeCode };

/** The holder's name, hidden but for its ends, from the first node of this host that may open it. */
async function holderOf(tools: DocumentTools, copies: readonly Held[]): Promise<string | null> {
  for (const { node, record } of copies) {
    const reader = { node, subject: 'public', role: 'system', purpose: '证照公开核验' } as const;
    const parts = await tools.cases.open(reader, record);
    if (!parts.ok) continue;
    const applicant = parts.value.find(({ seq }) => seq === 1)?.content['applicant'] as Applicant | undefined;
    return applicant === undefined ? null : maskedName(applicant.name);
  }
  return null;
}

/**
 * What anybody who holds a certificate may check. The code proves that they do: without it nothing is told, not even
 * that the number exists. Refusal: certificate.unknown.
 */
export async function verifyCertificate(
  tools: DocumentTools,
  certificateNumber: string,
  code: string,
): Promise<Result<VerifiedCertificate>> {
  const unknown = refuse('certificate.unknown', '编号与核验码不符，或者本级没有这份证照的登记');
  const number = parseDocumentNumber(certificateNumber);
  if (!number.ok || number.value.kind !== 'ZS') return unknown;
  const copies = await tools.cases.findByCertificate(certificateNumber);
  const [newest] = copies;
  const certificate = newest?.state.certificate;
  if (newest === undefined || certificate === null || certificate === undefined) return unknown;
  const entries = await tools.transactor.run((sql) => readEntries(sql, newest.node, newest.record));
  const issuing = entries.findLast(({ type }) => type === 'case.certified');
  if (issuing === undefined || verificationCodeOf(certificateNumber, issuing.hash) !== code) return unknown;
  return ok({
    certificateNumber,
    name: certificate.resultName,
    itemName: newest.state.item.name,
    issuer: tools.namesFor(newest.node, newest.state, issuing.recordedAt).authority(issuing.author),
    validFrom: certificate.validFrom,
    validTo: certificate.validTo,
    validity: validityOn(certificate, localDate(tools.clock.now())),
    holder: await holderOf(tools, copies),
  });
}
