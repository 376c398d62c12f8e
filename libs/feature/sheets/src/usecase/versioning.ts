import { canonicalJson, type Json } from '@tongban/kernel';
import type { z } from 'zod';
import type { ReadRecord } from '../layout/from-rows.js';
import { issueText, problemAt, type SheetProblem } from '../layout/problem.js';

export interface Kind<T> {
  readonly schema: z.ZodType<T>;
  readonly identity: (value: T) => string;
  readonly identityPath: string;
}

type Versioned = { readonly version: number };
export interface Judged<T> {
  readonly value: T;
  readonly record: ReadRecord;
}

const text = (value: unknown): string => canonicalJson(value as Json);

/** One problem a cell is enough: what could not be read is missing for the schema too. */
export class Problems {
  readonly list: SheetProblem[] = [];
  private readonly cells = new Set<string>();

  add(problem: SheetProblem): void {
    const cell = `${problem.sheet}!${problem.row}!${problem.column ?? ''}`;
    if (problem.column !== undefined && this.cells.has(cell)) return;
    this.cells.add(cell);
    this.list.push(problem);
  }

  at(record: ReadRecord, path: readonly PropertyKey[], message: string): void {
    this.add(problemAt(record.placeOf(path), message));
  }
}

/**
 * The version that a record gets: the one held when it says the same, the next when it says something else. A number
 * that was written down is kept, and must not stand for another content already.
 */
function versioned<T extends Versioned>({ value, record }: Judged<T>, held: T | undefined, problems: Problems): T {
  const isSame = held !== undefined && text({ ...value, version: held.version }) === text(held);
  if (record.value['version'] === undefined) {
    const version = held === undefined ? 1 : isSame ? held.version : held.version + 1;
    return { ...value, version };
  }
  if (held !== undefined && value.version <= held.version && !isSame) {
    const message = `内容有变化，版本应高于 ${held.version}；留空则自动编号`;
    problems.at(record, ['version'], message);
  }
  return value;
}

/** Judges records of one list by their schema, numbers them, and minds what stands twice. */
export function judge<T extends Versioned>(
  records: readonly ReadRecord[],
  { schema, identity, identityPath }: Kind<T>,
  held: readonly T[],
  problems: Problems,
): Judged<T>[] {
  const known = new Map(held.map((value) => [identity(value), value]));
  const rows = new Map<string, number>();
  const judged: Judged<T>[] = [];
  for (const record of records) {
    const read = schema.safeParse({ version: 1, ...record.value });
    if (!read.success) {
      for (const issue of read.error.issues) problems.at(record, issue.path, issueText(issue));
      continue;
    }
    const id = identity(read.data);
    const { row } = record.placeOf([identityPath]);
    const earlier = rows.get(id);
    if (earlier !== undefined) problems.at(record, [identityPath], `与第 ${earlier} 行重复`);
    rows.set(id, row);
    const value = versioned({ value: read.data, record }, known.get(id), problems);
    judged.push({ value, record });
  }
  return judged;
}
