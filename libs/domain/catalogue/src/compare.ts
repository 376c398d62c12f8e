import type { Json, JsonObject } from '@tongban/kernel';
import { canonicalJson } from '@tongban/kernel';
import { itemElements, type ServiceItem } from './item.js';

export interface FieldChange {
  /** `promisedDays`, `materials[id-card].copies`; in brackets what names the part, or its place in the list. */
  readonly path: string;
  /** The element's title. */
  readonly title: string;
  readonly kind: 'added' | 'removed' | 'changed';
  readonly from?: Json;
  readonly to?: Json;
}

/** What names a part within its list; parts of other lists are what they say. */
const partNames: Readonly<Record<string, string>> = {
  materials: 'code',
  steps: 'name',
  fees: 'name',
  questions: 'question',
  places: 'name',
  specialProcedures: 'name',
  intermediaryServices: 'name',
};

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isSame = (a: Json, b: Json): boolean => canonicalJson(a) === canonicalJson(b);

/** Parts by name when every part has one of its own, else undefined. */
function byName(list: readonly Json[], key: string | undefined): Map<string, Json> | undefined {
  if (key === undefined) return undefined;
  const named = new Map<string, Json>();
  for (const part of list) {
    const name = isObject(part) ? part[key] : undefined;
    if (typeof name !== 'string' || named.has(name)) return undefined;
    named.set(name, part);
  }
  return named;
}

/** Lists without names are compared as sets of what they say; an order that alone changed is one change of the list. */
function compareLists(path: string, title: string, from: readonly Json[], to: readonly Json[]): FieldChange[] {
  const left = byName(from, partNames[path]);
  const right = byName(to, partNames[path]);
  const changes: FieldChange[] = [];
  if (left !== undefined && right !== undefined) {
    for (const name of new Set([...left.keys(), ...right.keys()])) {
      changes.push(...compareValues(`${path}[${name}]`, title, left.get(name), right.get(name)));
    }
  } else {
    const before = new Set(from.map(canonicalJson));
    const after = new Set(to.map(canonicalJson));
    from.forEach((part, index) => {
      if (!after.has(canonicalJson(part)))
        changes.push({ path: `${path}[${index}]`, title, kind: 'removed', from: part });
    });
    to.forEach((part, index) => {
      if (!before.has(canonicalJson(part))) changes.push({ path: `${path}[${index}]`, title, kind: 'added', to: part });
    });
  }
  return changes.length > 0 ? changes : [{ path, title, kind: 'changed', from, to }];
}

function compareValues(path: string, title: string, from: Json | undefined, to: Json | undefined): FieldChange[] {
  if (from === undefined) return to === undefined ? [] : [{ path, title, kind: 'added', to }];
  if (to === undefined) return [{ path, title, kind: 'removed', from }];
  if (isSame(from, to)) return [];
  if (Array.isArray(from) && Array.isArray(to)) return compareLists(path, title, from, to);
  if (!isObject(from) || !isObject(to)) return [{ path, title, kind: 'changed', from, to }];
  const members = [...new Set([...Object.keys(from), ...Object.keys(to)])].sort();
  return members.flatMap((member) => compareValues(`${path}.${member}`, title, from[member], to[member]));
}

/** Field by field what the second version says otherwise, in the order of the elements; the number itself left out. */
export function compareItems(from: ServiceItem, to: ServiceItem): FieldChange[] {
  const [left, right] = [from, to].map((item) => item as unknown as JsonObject) as [JsonObject, JsonObject];
  return itemElements
    .filter(({ field }) => field !== 'version')
    .flatMap(({ field, title }) => compareValues(field, title, left[field], right[field]));
}
