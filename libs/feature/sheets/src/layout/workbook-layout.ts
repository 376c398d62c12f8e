import {
  agentSchema,
  baseItemSchema,
  departmentSchema,
  localisationSchema,
  serviceItemSchema,
  stationingSchema,
} from '@tongban/domain/catalogue';
import { delegationSchema } from '@tongban/domain/delegation';
import { layoutOf, type Column, type Layout } from './columns.js';
import { agentNaming, itemNaming, recordNaming, stationingNaming } from './names.js';

/** The lists of a catalogue file. */
export const recordLists = [
  'departments',
  'items',
  'delegations',
  'bases',
  'localisations',
  'stationings',
  'agents',
] as const;
export type RecordList = (typeof recordLists)[number];

export interface RecordSheet {
  readonly list: RecordList;
  /** Name of the sheet, and of the records in messages. */
  readonly title: string;
  /** Member that tells records apart. */
  readonly identity: string;
  readonly layout: Layout;
  /** In sheets of parts: says which record a part belongs to. */
  readonly owner: Column;
  /** A workbook without this sheet has none of these records. */
  readonly optional: boolean;
}

const ownerColumn = (key: string, title: string): Column => ({ key, title, kind: { of: 'text' }, required: true });
const itemOwner = ownerColumn('item', '事项编码');

/** Names what is there and holds nothing, which rows and columns cannot say. */
export const blanksColumn: Column = { key: 'blanks', title: '留空的要素', kind: { of: 'list' }, required: false };

export const recordSheets: readonly RecordSheet[] = [
  {
    ...{ list: 'departments', title: '部门', identity: 'id', owner: itemOwner, optional: false },
    layout: layoutOf(departmentSchema, recordNaming, false),
  },
  {
    ...{ list: 'items', title: '事项', identity: 'code', owner: itemOwner, optional: false },
    layout: layoutOf(serviceItemSchema, itemNaming, true),
  },
  {
    ...{ list: 'delegations', title: '授权', identity: 'id', owner: itemOwner, optional: false },
    layout: layoutOf(delegationSchema, recordNaming, false),
  },
  {
    ...{ list: 'bases', title: '基本目录', identity: 'code', owner: itemOwner, optional: true },
    layout: layoutOf(baseItemSchema, recordNaming, false),
  },
  {
    ...{ list: 'localisations', title: '本地化', identity: 'item', owner: itemOwner, optional: true },
    layout: layoutOf(localisationSchema, recordNaming, false),
  },
  {
    ...{ list: 'stationings', title: '进驻', identity: 'id', optional: true },
    owner: ownerColumn('stationing', '进驻标识'),
    layout: layoutOf(stationingSchema, stationingNaming, true),
  },
  {
    ...{ list: 'agents', title: '代办员', identity: 'id', owner: itemOwner, optional: true },
    layout: layoutOf(agentSchema, agentNaming, false),
  },
];

/** Says who exported the workbook and when; nothing of it is taken in. */
export const markSheet = '导出信息';

/** Row 1 has the titles, row 2 the keys by which columns are known. */
export const titleRow = 1;
export const keyRow = 2;
export const firstDataRow = 3;

export interface SheetPlan {
  readonly title: string;
  readonly columns: readonly Column[];
}

/** Every sheet of the workbook in its order, with its columns. */
export const sheetPlans: readonly SheetPlan[] = recordSheets.flatMap(({ title, layout, owner }) => [
  { title, columns: layout.blankable.length > 0 ? [...layout.columns, blanksColumn] : layout.columns },
  ...layout.parts.map((part) => ({ title: part.title, columns: [owner, ...part.columns] })),
]);
