import { createHash } from 'node:crypto';
import { mod37Hybrid36 } from '@tongban/domain/casework';
import type { LocalDate } from '@tongban/domain/calendar';
import type { NodeCode } from '@tongban/kernel';
import type { FeedbackKind } from './codes.js';

/** Initials of the Chinese names: 投诉, 咨询, 建议, 评价整改. */
export const numberPrefixes: Readonly<Record<FeedbackKind, string>> = {
  complaint: 'TS',
  consultation: 'ZX',
  suggestion: 'JY',
  ratingFollowUp: 'PG',
};
export const maxDailySequence = 99_999;
const sequenceDigits = 5;

/** 28 characters: kind 2, division 12, date 8, sequence 5, check character (ISO/IEC 7064 MOD 37,36 over all). */
export function makeFeedbackNumber(kind: FeedbackKind, node: NodeCode, date: LocalDate, sequence: number): string {
  if (!Number.isInteger(sequence) || sequence < 1 || sequence > maxDailySequence)
    throw new RangeError(`a sequence must be 1 to ${maxDailySequence}: ${sequence}`);
  const stem = `${numberPrefixes[kind]}${node}${date.replaceAll('-', '')}${String(sequence).padStart(sequenceDigits, '0')}`;
  return stem + mod37Hybrid36(stem);
}

export const isFeedbackNumber = (text: string): boolean =>
  /^(TS|ZX|JY|PG)\d{25}[0-9A-Z]$/.test(text) && mod37Hybrid36(text.slice(0, -1)) === text.slice(-1);

/** SM3 over number and query code, 64 hex digits; the number makes equal codes look different. */
export const hashFeedbackCode = (number: string, code: string): string =>
  createHash('sm3').update(`${number}:${code}`, 'utf8').digest('hex');

/** Number of a written answer: the matter's own, and which answer it is. */
export const answerNumber = (number: string, answer: number): string => `${number}-${answer}`;
