import type { RecordKind } from './neutral.js';
import type { ProfileCodes } from './profile-codes.js';
import type { FieldsOf, FrameFields } from './rows.js';

/**
 * `date` and `dateTime` are written in the style of the profile, in China Standard Time; `amount` is yuan with two
 * places, from fen; `code` is a meaning of one of the profile's lists.
 */
export type ColumnFormat = 'text' | 'code' | 'integer' | 'date' | 'dateTime' | 'amount';

/** One column of a platform's table, and the field of our row that fills it. */
export interface Column<Field extends string = string> {
  readonly name: string;
  /** What the operator reads when the value is missing. */
  readonly label: string;
  readonly format: ColumnFormat;
  /** Characters. Digits for an integer. */
  readonly width: number;
  readonly mandatory: boolean;
  readonly from: Field;
  readonly list?: keyof ProfileCodes;
  /** The column stays empty where the list has no code for the meaning. */
  readonly lenient?: boolean;
  /** Exact length where a shorter value is always a mistake. */
  readonly exactly?: number;
}

/** What the column of a kind may be filled from. */
export type FieldOf<K extends RecordKind> = Extract<keyof FieldsOf[K] | keyof FrameFields, string>;

export interface Layout<Field extends string = string> {
  /** Name of the platform's table, or of the record where there is no table. */
  readonly table: string;
  readonly columns: readonly Column<Field>[];
}
/** Kinds that a platform has no table for are not reported to it. */
export type Layouts = { readonly [K in RecordKind]?: Layout<FieldOf<K>> };

const dateWidth = 10;
const dateTimeWidth = 19;
const integerWidth = 9;
const amountWidth = 19;

export const text = <F extends string>(name: string, label: string, width: number, from: F): Column<F> => ({
  ...{ name, label, format: 'text', width, from, mandatory: false },
});
export const code = <F extends string>(
  name: string,
  label: string,
  width: number,
  from: F,
  list: keyof ProfileCodes,
): Column<F> => ({ ...text(name, label, width, from), format: 'code', list });
export const lenientCode = <F extends string>(...given: Parameters<typeof code<F>>): Column<F> => ({
  ...code(...given),
  lenient: true,
});
export const exact = <F extends string>(
  name: string,
  label: string,
  width: number,
  exactly: number,
  from: F,
): Column<F> => ({ ...text(name, label, width, from), exactly });
export const dateTime = <F extends string>(name: string, label: string, from: F): Column<F> => ({
  ...text(name, label, dateTimeWidth, from),
  format: 'dateTime',
});
export const date = <F extends string>(name: string, label: string, from: F): Column<F> => ({
  ...text(name, label, dateWidth, from),
  format: 'date',
});
export const integer = <F extends string>(name: string, label: string, from: F): Column<F> => ({
  ...text(name, label, integerWidth, from),
  format: 'integer',
});
export const amount = <F extends string>(name: string, label: string, from: F): Column<F> => ({
  ...text(name, label, amountWidth, from),
  format: 'amount',
});
export const must = <F extends string>(column: Column<F>): Column<F> => ({ ...column, mandatory: true });
