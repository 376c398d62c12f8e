type Members = Record<string, unknown>;
const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value at a path of members; undefined when anything on the way is absent. */
export function valueAt(record: unknown, path: string): unknown {
  let value = record;
  for (const member of path.split('.')) {
    if (!isMembers(value) || !Object.hasOwn(value, member)) return undefined;
    value = value[member];
  }
  return value;
}

/** Sets the value at a path, making the objects on the way. Paths come from layouts, never from a file. */
export function setAt(record: Members, path: string, value: unknown): void {
  const members = path.split('.');
  const last = members.pop()!;
  let place = record;
  for (const member of members) {
    const next = place[member];
    place = isMembers(next) ? next : (place[member] = {} as Members);
  }
  place[last] = value;
}

/** There, and without anything in it. */
export const isBlank = (value: unknown): boolean =>
  Array.isArray(value) ? value.length === 0 : isMembers(value) && Object.keys(value).length === 0;
