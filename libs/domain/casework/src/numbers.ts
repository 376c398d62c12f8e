import { createHash } from 'node:crypto';
import { isLocalDate, type LocalDate } from '@tongban/domain/calendar';
import { isNodeCode, ok, refuse, type NodeCode, type Result } from '@tongban/kernel';
import { mod11Radix2, mod37Hybrid36 } from './check-character.js';

/** What a node counts from 1 on each day, per kind of number. */
export const maxDailySequence = 99_999;
const sequenceDigits = 5;
const queryCodePattern = /^\d{6}$/;

export interface NumberParts {
  readonly division: NodeCode;
  readonly date: LocalDate;
  /** 1 to maxDailySequence. */
  readonly sequence: number;
}

/** The two letters that begin a document's number are the initials of its Chinese name. */
export const documentKinds = {
  BZ: '补正告知书',
  SL: '受理通知书',
  BY: '不予受理决定书',
  JD: '决定书',
  ZS: '证照',
  TB: '特别程序告知书',
  YQ: '延长期限告知书',
  CS: '初审意见书',
  HS: '会审通知书',
  DF: '明确答复书',
  JK: '缴款通知书',
  JM: '减免决定书',
  TF: '退费决定书',
} as const;
export type DocumentKind = keyof typeof documentKinds;

export interface DocumentNumberParts extends NumberParts {
  readonly kind: DocumentKind;
}

function stem({ division, date, sequence }: NumberParts): string {
  if (!isLocalDate(date)) throw new RangeError(`not a date: ${date}`);
  if (!Number.isInteger(sequence) || sequence < 1 || sequence > maxDailySequence)
    throw new RangeError(`a sequence must be 1 to ${maxDailySequence}: ${sequence}`);
  return `${division}${date.replaceAll('-', '')}${String(sequence).padStart(sequenceDigits, '0')}`;
}

function parseStem(text: string): NumberParts | undefined {
  const parts = /^(\d{12})(\d{4})(\d{2})(\d{2})(\d{5})$/.exec(text);
  if (parts === null) return undefined;
  const [division, date, sequence] = [parts[1]!, `${parts[2]}-${parts[3]}-${parts[4]}`, Number(parts[5])];
  return isNodeCode(division) && isLocalDate(date) && sequence > 0 ? { division, date, sequence } : undefined;
}

/** 26 characters: division 12, date 8, sequence 5, check character (ISO/IEC 7064 MOD 11-2, so it may be X). */
export function makeCaseNumber(parts: NumberParts): string {
  const digits = stem(parts);
  return digits + mod11Radix2(digits);
}

/** Refusal request.invalid: not a case number, or mistyped. */
export function parseCaseNumber(text: string): Result<NumberParts> {
  const digits = text.slice(0, -1);
  const parts = parseStem(digits);
  if (parts === undefined) return refuse('request.invalid', '办件编号格式不正确');
  return text.slice(-1) === mod11Radix2(digits) ? ok(parts) : refuse('request.invalid', '办件编号校验位不正确，请核对');
}

/** 28 characters: kind 2, division 12, date 8, sequence 5, check character (ISO/IEC 7064 MOD 37,36 over all). */
export function makeDocumentNumber(parts: DocumentNumberParts): string {
  const text = parts.kind + stem(parts);
  return text + mod37Hybrid36(text);
}

/** Refusal request.invalid: not a document number, or mistyped. */
export function parseDocumentNumber(text: string): Result<DocumentNumberParts> {
  const body = text.slice(0, -1);
  const kind = body.slice(0, 2);
  const parts = parseStem(body.slice(2));
  if (parts === undefined || !(kind in documentKinds)) return refuse('request.invalid', '文书编号格式不正确');
  if (text.slice(-1) !== mod37Hybrid36(body)) return refuse('request.invalid', '文书编号校验位不正确，请核对');
  return ok({ kind: kind as DocumentKind, ...parts });
}

/** The same over number and pick-up code of a certificate. */
export const hashPickUpCode = (certificateNumber: string, code: string): string =>
  createHash('sm3').update(`pick-up:${certificateNumber}:${code}`, 'utf8').digest('hex');

export const isQueryCode = (text: string): boolean => queryCodePattern.test(text);

/**
 * SM3 over case number and six-digit code, 64 hex digits. The number makes equal codes look different. A million
 * codes can be tried by whoever holds the facts, and would teach them nothing that the facts do not say already.
 */
export const hashQueryCode = (caseNumber: string, queryCode: string): string =>
  createHash('sm3').update(`${caseNumber}:${queryCode}`, 'utf8').digest('hex');
