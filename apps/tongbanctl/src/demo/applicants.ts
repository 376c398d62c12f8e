import { randomBytes, randomInt } from 'node:crypto';
import type { Station } from './places.js';
import { nameOf } from './people.js';

/** Weights of GB 11643-1999 §4.2 and the check characters of the remainders 0…10. */
const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2] as const;
const checkCharacters = '10X98765432';
const earliestBirthYear = 1946;
const birthYears = 50;
const daysPerMonth = 28;
const serials = 1000;

export const withCheckCharacter = (seventeen: string): string => {
  const sum = weights.reduce((total, weight, index) => total + weight * Number(seventeen[index]), 0);
  return `${seventeen}${checkCharacters[sum % checkCharacters.length]!}`;
};

export interface Applicant {
  readonly name: string;
  readonly identityNumber: string;
  readonly phone: string;
  readonly address: string;
}

const two = (value: number): string => String(value).padStart(2, '0');

/** A made-up resident of a village with a number that checks; the county's code is the one of the village. */
export function makeApplicant(station: Station, address: string): Applicant {
  const county = station.village.slice(0, 6);
  const birth = `${earliestBirthYear + randomInt(birthYears)}${two(1 + randomInt(12))}${two(1 + randomInt(daysPerMonth))}`;
  const serial = String(randomInt(serials)).padStart(3, '0');
  return {
    name: nameOf(randomBytes(8).toString('hex')),
    identityNumber: withCheckCharacter(`${county}${birth}${serial}`),
    phone: makePhone(),
    address,
  };
}

const phoneNumbers = 100_000_000;
export const makePhone = (): string => `139${String(randomInt(phoneNumbers)).padStart(8, '0')}`;
