import { isLocalDate, type LocalDate } from '@tongban/domain/calendar';
import { isNodeCode, type NodeCode } from '@tongban/kernel';

/** What a node counts from 1 on each day, per kind. */
export const maxDailySequence = 99_999;
const sequenceDigits = 5;

export const jointDocuments = {
  LB: '联办受理通知书',
  TK: '联合踏勘通知书',
  TJ: '联合踏勘意见书',
  LJ: '联办办结通知书',
} as const;
export type JointDocument = keyof typeof jointDocuments;

export interface JointNumberParts {
  readonly kind: JointDocument;
  readonly division: NodeCode;
  readonly date: LocalDate;
  /** 1 to maxDailySequence. */
  readonly sequence: number;
}

/** 27 characters: kind 2, division 12, date 8, sequence 5. */
export function jointNumber({ kind, division, date, sequence }: JointNumberParts): string {
  if (!Number.isInteger(sequence) || sequence < 1 || sequence > maxDailySequence)
    throw new RangeError(`a sequence must be 1 to ${maxDailySequence}: ${sequence}`);
  return `${kind}${division}${date.replaceAll('-', '')}${String(sequence).padStart(sequenceDigits, '0')}`;
}

export function parseJointNumber(text: string): JointNumberParts | undefined {
  const parts = /^([A-Z]{2})(\d{12})(\d{4})(\d{2})(\d{2})(\d{5})$/.exec(text);
  if (parts === null) return undefined;
  const [kind, division, date] = [parts[1]!, parts[2]!, `${parts[3]}-${parts[4]}-${parts[5]}`];
  if (!Object.hasOwn(jointDocuments, kind) || !isNodeCode(division) || !isLocalDate(date)) return undefined;
  return { kind: kind as JointDocument, division, date, sequence: Number(parts[6]) };
}
