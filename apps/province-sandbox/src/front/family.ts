import { satisfactionSum, shandongCodeLists } from '../standard/code-lists.js';
import { creditCodeHolds, residentNumberHolds } from '../standard/check-digits.js';
import type { Layout } from '../standard/form.js';
import { layouts, nationalTables, type Kind } from '../standard/layouts.js';
import {
  columnProblems,
  problem,
  rowProblems,
  sequenceProblem,
  type Problem,
  type Values,
} from '../standard/row-rules.js';
import { taskCodeLists, taskTables } from '../standard/task-layouts.js';
import { shandongLayouts, shandongTables, type ShandongKind } from '../standard/shandong-layouts.js';

export type FrontKind = ShandongKind | 'task';

/** One table of a front-end database, and what this province wants of a row in it. */
export interface FrontTable {
  readonly kind: FrontKind;
  readonly table: string;
  readonly layout: Layout;
  problems(values: Values): readonly Problem[];
}

/** A set of tables that belong together. Tables are in the order in which their rows build on each other. */
export interface Family {
  readonly name: 'national-database' | 'national-tasks' | 'shandong-database';
  readonly row: string;
  readonly batch: string;
  readonly time: string;
  readonly number: string;
  readonly amount: string;
  /** Where each version of a row stays. */
  readonly version?: string;
  /** The column in which the province says what it did; without it rejects go into DN_AUDIT_ABNORMAL. */
  readonly state?: string;
  readonly satisfaction: { readonly result: string; readonly rating: string; readonly sum: number };
  readonly tables: readonly FrontTable[];
}

const nationalKinds: readonly Kind[] = [
  'accept',
  'process',
  'special',
  'material',
  'fee',
  'result',
  'rating',
  'supervision',
];

export const nationalFamily: Family = {
  ...{
    name: 'national-database',
    row: 'row_guid',
    batch: 'cd_batch',
    time: 'cd_time',
    number: 'project_no',
    amount: 'amount',
  },
  satisfaction: { result: 'satisfaction', rating: 'satisfaction', sum: satisfactionSum },
  tables: nationalKinds.map((kind) => ({
    ...{ kind, table: nationalTables[kind], layout: layouts[kind] },
    problems: (values) => rowProblems(kind, values),
  })),
};

function applicationProblems(values: Values): Problem[] {
  const [type, number] = [String(values['APPLY_CARDTYPE']), String(values['APPLY_CARDTYPENUMBER'])];
  const known = type === '111' ? residentNumberHolds(number) : type !== '001' || creditCodeHolds(number);
  return known ? [] : [problem('CHECK', 'APPLY_CARDTYPENUMBER')];
}

/** A reason is compulsory when the result is 1 to 5. */
const reasoned: readonly string[] = ['1', '2', '3', '4', '5'];
const further: Readonly<Partial<Record<ShandongKind, (values: Values) => Problem[]>>> = {
  application: applicationProblems,
  process: (values) => sequenceProblem(values, 'NODESTARTTIME', 'NODEENDTIME'),
  special: (values) => sequenceProblem(values, 'NODESTARTTIME', 'NODEENDTIME'),
  result: ({ DONERESULT: type, EXITRES: why }) =>
    reasoned.includes(String(type)) && why === undefined ? [problem('MISSING', 'EXITRES')] : [],
};

export const shandongFamily: Family = {
  ...{
    name: 'shandong-database',
    row: 'ORGBUSNO',
    batch: 'CD_BATCH',
    time: 'CD_TIME',
    number: 'PROJID',
    amount: 'FEE',
  },
  ...{ version: 'DATAVER', state: 'SIGNSTATE' },
  satisfaction: { result: 'SATISFACTION', rating: 'SATISFACTION', sum: satisfactionSum },
  tables: (Object.keys(shandongTables) as ShandongKind[]).map((kind) => ({
    ...{ kind, table: shandongTables[kind], layout: shandongLayouts[kind] },
    problems: (values) => {
      const problems = columnProblems(shandongLayouts[kind], shandongCodeLists, values);
      return problems.length > 0 ? problems : (further[kind]?.(values) ?? []);
    },
  })),
};

/** The catalogue beside the cases: rows stand for themselves. */
const taskFamily: Family = {
  ...{
    name: 'national-tasks',
    row: 'row_guid',
    batch: 'cd_batch',
    time: 'cd_time',
    number: 'row_guid',
    amount: 'none',
  },
  satisfaction: { result: 'none', rating: 'none', sum: satisfactionSum },
  tables: Object.entries(taskTables).map(([table, layout]) => ({
    ...{ kind: 'task', table, layout },
    problems: (values) => columnProblems(layout, taskCodeLists, values),
  })),
};

export const families: readonly Family[] = [nationalFamily, taskFamily, shandongFamily];

/** Kinds that have to be on file and good before a row of a kind is. */
export const buildsOn: Readonly<Record<FrontKind, readonly FrontKind[]>> = {
  application: [],
  accept: [],
  process: ['accept'],
  special: ['accept'],
  material: ['accept'],
  fee: ['accept'],
  result: ['accept', 'process'],
  rating: ['result'],
  supervision: ['accept'],
  task: [],
};
