import { createHash } from 'node:crypto';
import { canonicalJson, type Uuid } from '@tongban/kernel';
import type { CaseForExchange } from './case-for-exchange.js';
import { cellOf } from './cells.js';
import { checkCells, type Cells, type Columns, type Flaw } from './checks.js';
import type { Layout } from './columns.js';
import type { HeldField } from './held.js';
import type { RecordKind } from './neutral.js';
import type { ExchangeProfile } from './profile.js';
import { fieldFlaws, type FieldFlaw, type Fields } from './row-rules.js';
import {
  acceptFields,
  caseFields,
  feeFields,
  materialFields,
  processFields,
  ratingFields,
  resultFields,
  specialFields,
  supervisionFields,
} from './rows.js';

/** One row for the province. The business key names it for ever; a data version is given when it is sent. */
export interface ExchangeRecord {
  readonly kind: RecordKind;
  readonly businessKey: string;
  readonly columns: Columns;
}

export interface CaseRecords {
  /** In the order the province wants them: acceptance before process before result before rating. */
  readonly ready: readonly ExchangeRecord[];
  readonly held: readonly HeldField[];
}

interface NeutralRow {
  readonly kind: RecordKind;
  readonly businessKey: string;
  readonly fields: Fields;
}

const rowGuidLength = 32;
/** Stable for a row of a case, so that a re-report replaces the row instead of adding one. */
export const rowGuid = (record: Uuid | string, businessKey: string): string =>
  createHash('sha256').update(`${record} ${businessKey}`).digest('hex').slice(0, rowGuidLength);

/** Every row that a case has, in our own words; a profile takes those that it has a table for. */
function neutralRows(from: CaseForExchange): NeutralRow[] {
  const { closing, rating, acceptance } = from;
  const number = from.provinceNumber ?? from.number;
  // The first row of a case reports its acceptance: an open case nobody has accepted yet has nothing to report.
  if (acceptance === undefined && closing === undefined) return [];
  const one = (kind: RecordKind, fields: Fields): NeutralRow => ({ kind, businessKey: `${kind}/${number}`, fields });
  const many = <T>(kind: RecordKind, rows: readonly T[], fieldsOf: (row: T, index: number) => Fields): NeutralRow[] =>
    rows.map((row, index) => ({
      ...{ kind, businessKey: `${kind}/${number}/${index + 1}` },
      fields: fieldsOf(row, index),
    }));
  return [
    one('application', acceptFields(from)),
    one('accept', acceptFields(from)),
    ...many('process', from.steps, (step, index) => processFields(from, step, index)),
    ...many('special', from.specials ?? [], (special, index) => specialFields(from, special, index)),
    ...many('material', from.materials, materialFields),
    ...many('fee', from.fees ?? [], feeFields),
    ...(closing === undefined ? [] : [one('result', resultFields(from, closing))]),
    ...many('rating', closing === undefined || rating === undefined ? [] : [rating], (row) => ratingFields(from, row)),
    ...many('supervision', from.supervisions ?? [], (row, index) => supervisionFields(from, row, index)),
  ];
}

/** A flaw of a field under the column's name; a field that the platform has no column for does not matter to it. */
function columnFlaws({ columns }: Layout, flaws: readonly FieldFlaw[]): Flaw[] {
  return flaws.flatMap(({ field, code, what }): Flaw[] => {
    const column = columns.find(({ from }) => from === field);
    return column === undefined
      ? []
      : [{ field: column.name, code, message: `${column.label}（${column.name}）${what}` }];
  });
}

/** What keeps all rows of a kind back, whatever the case says: the platform's table is not as it was agreed. */
export type Obstacles = ReadonlyMap<RecordKind, readonly Flaw[]>;
const noObstacles: Obstacles = new Map();

const everything: readonly RecordKind[] = [
  'accept',
  'process',
  'special',
  'material',
  'fee',
  'result',
  'rating',
  'supervision',
];
/** Kinds that must not go out while an earlier record of that kind is held. */
const heldBack: Readonly<Record<RecordKind, readonly RecordKind[]>> = {
  application: everything,
  accept: everything,
  process: ['process', 'result', 'rating'],
  special: [],
  material: [],
  fee: [],
  result: ['rating'],
  rating: [],
  supervision: [],
};

/**
 * The rows of a case as the province wants them, and what keeps others back. A missing value is never made up, and a
 * row is not sent ahead of one it follows (accept, then process, then result). `obstacles` are what the platform's own
 * tables want besides.
 */
export function toRecords(
  from: CaseForExchange,
  profile: ExchangeProfile,
  obstacles: Obstacles = noObstacles,
): CaseRecords {
  const ready: ExchangeRecord[] = [];
  const held: HeldField[] = [];
  const stopped = new Set<RecordKind>();
  const whole = caseFields(from);
  for (const { kind, businessKey, fields } of neutralRows(from)) {
    const layout: Layout | undefined = profile.layouts[kind];
    if (layout === undefined) continue;
    const { dataSource } = profile;
    const all: Fields = { ...whole, rowGuid: rowGuid(from.record, businessKey), dataSource, ...fields };
    const { columns, flaws } = checkFields(layout, all, profile);
    const wrong = [
      ...(obstacles.get(kind) ?? []),
      ...flaws,
      ...columnFlaws(layout, fieldFlaws(kind, fields, from)),
    ].filter(isFirstOfColumn);
    held.push(...wrong.map((flaw) => ({ kind, businessKey, ...flaw })));
    if (wrong.length > 0) for (const later of heldBack[kind]) stopped.add(later);
    else if (!stopped.has(kind)) ready.push({ kind, businessKey, columns });
  }
  return { ready, held };
}

/** One thing to mend at a time is told of a column. */
const isFirstOfColumn = ({ field }: Flaw, index: number, flaws: readonly Flaw[]): boolean =>
  flaws.findIndex((other) => other.field === field) === index;

/** Fields by the layout of a profile: the columns that are filled, and what is wrong with the others. */
export function checkFields(
  layout: Layout,
  fields: Fields,
  profile: ExchangeProfile,
): { readonly columns: Columns; readonly flaws: readonly Flaw[] } {
  const cells: Cells = Object.fromEntries(
    layout.columns.map((column) => [column.name, cellOf(column, fields[column.from], profile)]),
  );
  return checkCells(layout.columns, cells, profile.bytesPerCharacter);
}

/** SHA-256 of what would be sent, in hex; null when there is nothing. Tells whether a case has to be reported anew. */
export const contentDigest = (records: readonly ExchangeRecord[]): string | null =>
  records.length === 0
    ? null
    : createHash('sha256')
        .update(canonicalJson(records.map(({ businessKey, columns }) => ({ businessKey, columns }))))
        .digest('hex');
