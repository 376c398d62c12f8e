import { departmentSchema, serviceItemSchema } from '@tongban/domain/catalogue';
import { delegationSchema } from '@tongban/domain/delegation';
import { layoutOf, type Column, type Layout } from './columns.js';
import { itemNaming, recordNaming } from './names.js';

/** The lists of a catalogue file. */
export const recordLists = ['departments', 'items', 'delegations'] as const;
export type RecordList = (typeof recordLists)[number];

export interface RecordSheet {
  readonly list: RecordList;
  /** Name of the sheet, and of the records in messages. */
  readonly title: string;
  /** Member that tells records apart. */
  readonly identity: string;
  readonly layout: Layout;
}

/** Says which item a part belongs to. */
export const ownerColumn: Column = { key: 'item', title: '事项编码', kind: { of: 'text' }, required: true };

/** Names what is there and holds nothing, which rows and columns cannot say. */
export const blanksColumn: Column = { key: 'blanks', title: '留空的要素', kind: { of: 'list' }, required: false };

export const recordSheets: readonly RecordSheet[] = [
  { list: 'departments', title: '部门', identity: 'id', layout: layoutOf(departmentSchema, recordNaming, false) },
  { list: 'items', title: '事项', identity: 'code', layout: layoutOf(serviceItemSchema, itemNaming, true) },
  { list: 'delegations', title: '授权', identity: 'id', layout: layoutOf(delegationSchema, recordNaming, false) },
];

/** Row 1 has the titles, row 2 the keys by which columns are known. */
export const titleRow = 1;
export const keyRow = 2;
export const firstDataRow = 3;

export interface SheetPlan {
  readonly title: string;
  readonly columns: readonly Column[];
}

/** Every sheet of the workbook in its order, with its columns. */
export const sheetPlans: readonly SheetPlan[] = recordSheets.flatMap(({ title, layout }) => [
  { title, columns: layout.blankable.length > 0 ? [...layout.columns, blanksColumn] : layout.columns },
  ...layout.parts.map((part) => ({ title: part.title, columns: [ownerColumn, ...part.columns] })),
]);
