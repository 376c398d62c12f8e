import { ok, refuse, type Result } from '@tongban/kernel';

/**
 * Which number names a case at a platform: our own, one that is composed here after the province's scheme, or one that
 * its numbering service gives out.
 */
export const numberings = ['own', 'composed', 'service'] as const;
export type Numbering = (typeof numberings)[number];

/** What a number of the unified scheme is made from. */
export interface NumberParts {
  /** 实施编码, 31 characters. */
  readonly implementationCode: string;
  /** Day of the application in China, YYYYMMDD. */
  readonly day: string;
  /** One digit: 申报来源 in the platform's code list. */
  readonly applyType: string;
}

const scheme = /^[0-9A-HJ-NPQRTUWXY]{18}[2-6][0-9]{12}[0-9]{8}[0-9][0-9]{8}$/;
const sequenceDigits = 8;
export const longestSequence = 10 ** sequenceDigits - 1;

/** What all numbers of an item, a day and a way of applying begin with: 40 characters. */
export const numberStem = ({ implementationCode, day, applyType }: NumberParts): string =>
  `${implementationCode}${day}${applyType}`;

/**
 * 办件编号 of 48 characters: 31 of the implementation code, 8 of the day, 1 of the way of applying, 8 of the sequence (the
 * scheme of the unified numbering service `getflowsn`). Refuses with request.invalid what does not make such a number.
 */
export function composeNumber(parts: NumberParts, sequence: number): Result<string> {
  const number = `${numberStem(parts)}${String(sequence).padStart(sequenceDigits, '0')}`;
  const fits = Number.isInteger(sequence) && sequence >= 1 && sequence <= longestSequence && scheme.test(number);
  return fits ? ok(number) : refuse('request.invalid', '不能组成 48 位办件编号');
}

/** True for a number of the scheme that was made from these parts. */
export const isNumberOf = (parts: NumberParts, number: string): boolean =>
  scheme.test(number) && number.startsWith(numberStem(parts));
