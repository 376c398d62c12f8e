import { tierOf, type NodeCode } from '@tongban/kernel';

/** GB 32100-2015: digits and capitals without I, O, S, V, Z; a character's value is its place. */
const usccAlphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const usccBase = usccAlphabet.length;
const usccWeights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];

/** GB 11714-1997: the organisation code inside, digits 9–17 of the credit code. */
const organisationWeights = [3, 7, 9, 10, 5, 8, 4, 2];

/** GB 11643-1999. */
const identityWeights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const identityChecks = '10X98765432';

const weighted = (values: readonly number[], weights: readonly number[]): number =>
  weights.reduce((sum, weight, index) => sum + weight * (values[index] ?? 0), 0);

/** @param body the first 17 characters of a credit code @returns the 18th, or undefined for a foreign character */
export function usccCheckCharacter(body: string): string | undefined {
  const values = [...body].map((character) => usccAlphabet.indexOf(character));
  if (values.length !== usccWeights.length || values.includes(-1)) return undefined;
  return usccAlphabet[(usccBase - (weighted(values, usccWeights) % usccBase)) % usccBase];
}

export const isUscc = (text: string): boolean =>
  text.length === 18 && usccCheckCharacter(text.slice(0, 17)) === text[17];

/** @param body eight digits or capitals @returns the check character, `X` for ten; undefined when malformed */
export function organisationCheckCharacter(body: string): string | undefined {
  if (!/^[0-9A-Z]{8}$/.test(body)) return undefined;
  const rest =
    11 -
    (weighted(
      [...body].map((character) => Number.parseInt(character, 36)),
      organisationWeights,
    ) %
      11);
  return rest === 11 ? '0' : rest === 10 ? 'X' : String(rest);
}

export const isOrganisationCode = (text: string): boolean =>
  text.length === 9 && organisationCheckCharacter(text.slice(0, 8)) === text[8];

function isCalendarDay(year: number, month: number, day: number): boolean {
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

/** A resident identity number of 18 characters: shape, date of birth and check character (a small x is refused). */
export function isIdentityNumber(text: string): boolean {
  const match = /^[1-9]\d{5}(\d{4})(\d{2})(\d{2})\d{3}[\dX]$/.exec(text);
  if (match === null || !isCalendarDay(Number(match[1]), Number(match[2]), Number(match[3]))) return false;
  return identityChecks[weighted([...text.slice(0, 17)].map(Number), identityWeights) % 11] === text[17];
}

/** Heads the organisation code of every demonstration code; those of real organs are digits or begin with MB. */
const demoMark = 'D';
const demoDigits = 7;
/** 机关 registered by 机构编制, and 基层群众自治组织: what stands before the division. */
const organKind = '11';
const villageKind = '54';
/** Departments that seven characters can tell apart beside the 10^6 townships and villages of a district. */
const departmentSlots = 27_512;
const divisionsPerDistrict = 1_000_000;

/** FNV-1a, 32 bits: the same everywhere. A test sees that no two deployed departments share a slot. */
function slotOf(departmentId: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(departmentId)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash % departmentSlots;
}

/**
 * A well-formed credit code for an office that has none registered in the catalogue: kind 11, or 54 for villages, the
 * district, and an organisation code that begins with `D` and holds the division and the department. The same question
 * always gets the same answer; it is for demonstrations and must never be reported as real.
 */
export function demoUscc(division: NodeCode, departmentId: string): string {
  let rest = slotOf(departmentId) * divisionsPerDistrict + Number(division.slice(6));
  let tail = '';
  for (let i = 0; i < demoDigits; i++) {
    tail = `${usccAlphabet[rest % usccBase] ?? ''}${tail}`;
    rest = Math.floor(rest / usccBase);
  }
  const organisation = `${demoMark}${tail}`;
  const kind = tierOf(division) === 'village' ? villageKind : organKind;
  const body = `${kind}${division.slice(0, 6)}${organisation}${organisationCheckCharacter(organisation) ?? ''}`;
  return `${body}${usccCheckCharacter(body) ?? ''}`;
}

export const isDemoUscc = (uscc: string): boolean =>
  isUscc(uscc) && [organKind, villageKind].includes(uscc.slice(0, 2)) && uscc[8] === demoMark;
