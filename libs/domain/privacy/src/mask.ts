import { maskedName } from '@tongban/domain/document';
import type { Json, JsonObject } from '@tongban/kernel';

const shownPlaceCharacters = 6;
const shownMobileStart = 3;
const shownMobileEnd = 4;
/** A single character would hide half of every text. */
const shortestValue = 2;
const deepestLevel = 32;

const shownNumberEnds = 4;

/** 3711**********1234 */
export const maskIdentityNumber = (number: string): string =>
  number.length <= 2 * shownNumberEnds
    ? '*'.repeat(number.length)
    : number.slice(0, shownNumberEnds) +
      '*'.repeat(number.length - 2 * shownNumberEnds) +
      number.slice(-shownNumberEnds);

/** 138****0000 */
export const maskPhone = (phone: string): string =>
  phone.length <= shownMobileStart + shownMobileEnd
    ? '*'.repeat(phone.length)
    : phone.slice(0, shownMobileStart) +
      '*'.repeat(phone.length - shownMobileStart - shownMobileEnd) +
      phone.slice(-shownMobileEnd);

/** The place down to the district; the street and the door are hidden. */
export const maskAddress = (address: string): string => {
  const characters = [...address];
  return characters.slice(0, shownPlaceCharacters).join('') + '*'.repeat(characters.slice(shownPlaceCharacters).length);
};

type Mask = (text: string) => string;
/** What a member is by its name, wherever it stands in a sealed part. */
const maskOf: Readonly<Record<string, Mask>> = {
  name: maskedName,
  recipient: maskedName,
  payer: maskedName,
  actorName: maskedName,
  identityNumber: maskIdentityNumber,
  phone: maskPhone,
  address: maskAddress,
  pickUpCode: (code) => '*'.repeat(code.length),
};
/** Opens an attachment: nobody needs it who only looks. */
const neverShown = new Set(['key']);
/** The applicant's own words and figures: bank accounts, incomes, illnesses. Which field is which the item alone knows. */
const hiddenBelow = new Set(['form']);

/** Identity numbers, mobile numbers and other long numbers within a text: accounts, cards. */
const numbers = /(?<![\dA-Za-z])(?:\d{17}[\dXx]|\d{8,})(?![\dA-Za-z])/g;
const maskNumber = (text: string): string => (/^1[3-9]\d{9}$/.test(text) ? maskPhone(text) : maskIdentityNumber(text));

export interface MaskedPart {
  readonly seq: number;
  readonly type: string;
  readonly content: JsonObject;
}

const isObject = (value: Json): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const present = (value: JsonObject): [string, Json][] =>
  Object.entries(value).flatMap(([name, member]): [string, Json][] => (member === undefined ? [] : [[name, member]]));
const membersOf = (value: Json): [string, Json][] =>
  Array.isArray(value) ? value.map((member) => ['', member]) : isObject(value) ? present(value) : [];

/** Every value that some member says is a name, a number or an address, with what is shown in its place. */
function secretsIn(value: Json, found: Map<string, string>, level = 0): Map<string, string> {
  if (level > deepestLevel) return found;
  for (const [name, member] of membersOf(value)) {
    const key = isObject(value) ? fileNameOr(name, value) : name;
    const mask = Object.hasOwn(maskOf, key) ? maskOf[key] : undefined;
    if (mask !== undefined && typeof member === 'string' && member.length >= shortestValue)
      found.set(member, mask(member));
    else secretsIn(member, found, level + 1);
  }
  return found;
}

const longestHidden = 12;
const hidden = (text: string): string => '*'.repeat(Math.min([...text].length, longestHidden));

/**
 * Sealed parts as they are shown to whoever gives no reason to see more: names, numbers and addresses with their middle
 * hidden, also where they stand within free text; answers of the form and keys of attachments not at all.
 */
export function maskParts<Part extends MaskedPart>(parts: readonly Part[]): Part[] {
  const secrets = new Map<string, string>();
  for (const { content } of parts) secretsIn(content, secrets);
  // The longest first: a name may be part of an address.
  const known = [...secrets].sort(([left], [right]) => right.length - left.length);
  const maskText = (text: string): string => {
    let masked = text;
    for (const [secret, shown] of known) masked = masked.replaceAll(secret, shown);
    return masked.replace(numbers, maskNumber);
  };
  const masked = (value: Json, key: string, isHidden: boolean, level: number): Json => {
    if (level > deepestLevel) return null;
    if (typeof value === 'string') {
      const mask = Object.hasOwn(maskOf, key) ? maskOf[key] : undefined;
      return isHidden ? hidden(value) : mask === undefined ? maskText(value) : mask(value);
    }
    if (isHidden && typeof value !== 'object') return null;
    if (Array.isArray(value)) return value.map((member) => masked(member, key, isHidden, level + 1));
    if (!isObject(value)) return value;
    return Object.fromEntries(
      present(value)
        .filter(([name]) => !neverShown.has(name))
        .map(([name, member]) => [
          name,
          masked(member, fileNameOr(name, value), isHidden || hiddenBelow.has(name), level + 1),
        ]),
    );
  };
  return parts.map((part) => ({ ...part, content: masked(part.content, '', false, 0) as JsonObject }));
}

/** The name of a file is a text like any other, not a person's. */
const fileNameOr = (name: string, within: JsonObject): string =>
  name === 'name' && Object.hasOwn(within, 'digest') ? 'fileName' : name;

/** Words that somebody wrote about a case, e.g. why its papers were opened, without what the papers hold. */
export function maskWords(words: string, parts: readonly MaskedPart[] = []): string {
  const masked = maskParts([...parts, { seq: 0, type: '', content: { words } }]).at(-1)?.content['words'];
  return typeof masked === 'string' ? masked : '';
}
