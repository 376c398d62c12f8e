import type { RecordKind } from './neutral.js';

/** Why a record is not sent. */
export const holdCodes = [
  'missing',
  'noCode',
  'tooManyCharacters',
  'tooManyBytes',
  'length',
  'check',
  'characters',
  'timeOrder',
  'content',
  'column',
] as const;
export type HoldCode = (typeof holdCodes)[number];

/** A value that has to be mended before its record goes out. `message` is for the operator. */
export interface HeldField {
  readonly kind: RecordKind;
  readonly businessKey: string;
  readonly field: string;
  readonly code: HoldCode;
  readonly message: string;
}
