import type { Words } from './words.js';

type Members = Readonly<Record<string, unknown>>;

const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A public file is told by its name: digests are for machines. */
const isFile = (value: Members): boolean => typeof value['digest'] === 'string' && typeof value['name'] === 'string';

/** What a part is called goes first and without a title. */
const naming = ['name', 'statute', 'question', 'title'];

function scalarText(name: string, value: unknown, words: Words): string {
  if (typeof value === 'boolean') return words.truth(value);
  return typeof value === 'string' ? words.code(name, value) : String(value);
}

function partText(value: Members, words: Words): string {
  if (isFile(value)) return String(value['name']);
  const called = naming.find((name) => typeof value[name] === 'string');
  const rest = Object.entries(value)
    .filter(([name, inner]) => name !== called && inner !== undefined)
    .map(([name, inner]) => words.pair(words.member(name), linesOf(name, inner, words).join(words.list)));
  return [...(called === undefined ? [] : [String(value[called])]), ...rest].join(words.join);
}

/**
 * The value of an element (or of a member of one) as lines for people: codes by their names, each part of a list on a
 * line of its own, codes of one list together on one. No line where nothing is said.
 */
export function linesOf(name: string, value: unknown, words: Words): string[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) {
    const parts: readonly unknown[] = value;
    const texts = parts.map((part) => (isMembers(part) ? partText(part, words) : scalarText(name, part, words)));
    // Codes are short and belong together; prose and parts want a line each.
    const areCodes = parts.some((part, index) => typeof part === 'string' && texts[index] !== part);
    return areCodes ? [texts.join(words.list)] : texts;
  }
  if (!isMembers(value)) return [scalarText(name, value, words)];
  if (name === 'applicantForm' && isMembers(value['properties']))
    return Object.values(value['properties']).map((field) =>
      isMembers(field) ? partText(field, words) : String(field),
    );
  const text = partText(value, words);
  return text === '' ? [] : [text];
}

/** `materials[id-card].copies`: the element, the part within it, the member of the part. */
const pathForm = /^([A-Za-z]+)(?:\[(.*)\])?((?:\.[A-Za-z0-9]+)*)$/;
const placeForm = /^\d+$/;

export interface ChangePlace {
  /** Where within the element, in words; empty where the element as a whole changed. */
  readonly within: string;
  /** Name of the element or member whose value it is. */
  readonly name: string;
}

/** Where a change lies, from the path that the server gives with it. */
export function placeOf(path: string, words: Words): ChangePlace {
  const [, field = path, part, members = ''] = pathForm.exec(path) ?? [];
  const names = members.split('.').filter((name) => name !== '');
  const told = [
    ...(part === undefined ? [] : [placeForm.test(part) ? words.nth(Number(part) + 1) : part]),
    ...names.map((name) => words.member(name)),
  ];
  return { within: told.join(' · '), name: names.at(-1) ?? field };
}
