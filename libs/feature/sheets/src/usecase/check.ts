import {
  departmentSchema,
  findItemProblems,
  serviceItemSchema,
  type Catalogue,
  type Department,
} from '@tongban/domain/catalogue';
import { delegationSchema } from '@tongban/domain/delegation';
import { canonicalJson, type Json } from '@tongban/kernel';
import type { z } from 'zod';
import type { ReadRecord, ReadSheets } from '../layout/from-rows.js';
import { issueText, problemAt, type SheetProblem } from '../layout/problem.js';
import { recordLists, type RecordList } from '../layout/workbook-layout.js';

/** What is to be published, and everything that stands against it; to be published only when that is nothing. */
export interface Checked {
  readonly catalogue: Catalogue;
  readonly problems: readonly SheetProblem[];
}

interface Kind<T> {
  readonly schema: z.ZodType<T>;
  readonly identity: (value: T) => string;
  readonly identityPath: string;
}

type Versioned = { readonly version: number };
interface Judged<T> {
  readonly value: T;
  readonly record: ReadRecord;
}

const text = (value: unknown): string => canonicalJson(value as Json);

/** One problem a cell is enough: what could not be read is missing for the schema too. */
class Problems {
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

function judge<T extends Versioned>(
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

/** Judges every record by its schema and its rules, among the departments that the node sees and those it brings. */
export function checkRecords(read: ReadSheets, held: Catalogue, visible: readonly Department[]): Checked {
  const problems = new Problems();
  for (const problem of read.problems) problems.add(problem);
  const departments = judge(
    read.records.departments,
    { schema: departmentSchema, identity: ({ id }) => id, identityPath: 'id' },
    held.departments,
    problems,
  );
  const items = judge(
    read.records.items,
    { schema: serviceItemSchema, identity: ({ code }) => code, identityPath: 'code' },
    held.items,
    problems,
  );
  const delegations = judge(
    read.records.delegations,
    { schema: delegationSchema, identity: ({ id }) => id, identityPath: 'id' },
    held.delegations,
    problems,
  );
  const known = new Map(visible.map((department) => [department.id, department]));
  for (const { value } of departments) known.set(value.id, value);
  const all = [...known.values()];
  for (const { value, record } of items) {
    for (const { path, message } of findItemProblems(value, all)) problems.at(record, path.split('.'), message);
  }
  const catalogue = {
    departments: departments.map(({ value }) => value),
    items: items.map(({ value }) => value),
    delegations: delegations.map(({ value }) => value),
  };
  return { catalogue, problems: problems.list };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Records of a JSON file `{departments?, items?, delegations?}`; undefined when it is none. */
export function fromJson(json: unknown): ReadSheets | undefined {
  if (!isObject(json) || Object.keys(json).some((key) => !(recordLists as readonly string[]).includes(key))) {
    return undefined;
  }
  const recordsOf = (list: RecordList): ReadRecord[] | undefined => {
    const values = json[list] ?? [];
    if (!Array.isArray(values) || !values.every(isObject)) return undefined;
    return values.map((value, index) => ({
      value,
      placeOf: (path) => {
        const place = { sheet: list, row: index + 1 };
        return path.length === 0 ? place : { ...place, column: { title: path.map(String).join('.') } };
      },
    }));
  };
  const [departments, items, delegations] = recordLists.map(recordsOf);
  if (departments === undefined || items === undefined || delegations === undefined) return undefined;
  return { records: { departments, items, delegations }, problems: [] };
}
