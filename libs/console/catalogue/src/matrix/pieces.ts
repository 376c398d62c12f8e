import type { shapes } from '@tongban/console/api';
import type { CellName } from './asked.js';
import { blockSize, type Spot } from './geometry.js';
import { blockText } from './matrix-queries.js';

export const rowHeight = 44;
export const headHeight = 60;
const narrowPx = 600;

/** Widths in pixels: of the names of the items, and of a cell. */
export interface Layout {
  readonly head: number;
  readonly cell: number;
}

export const layoutFor = (width: number): Layout =>
  width < narrowPx ? { head: 124, cell: 96 } : { head: 260, cell: 112 };

export type MatrixItem = shapes.DelegationMatrix['items'][number];
export type MatrixPlace = shapes.DelegationMatrix['places'][number];
export type MatrixHolding = shapes.DelegationMatrix['holdings'][number];

/** What of the matrix has been read so far; undefined for what has not. */
export interface Reader {
  readonly item: (row: number) => MatrixItem | undefined;
  readonly place: (column: number) => MatrixPlace | undefined;
  readonly holding: (spot: Spot) => MatrixHolding | undefined;
  readonly nameOf: (spot: Spot) => CellName | undefined;
}

export function readerOf(blocks: ReadonlyMap<string, shapes.DelegationMatrix>): Reader {
  const byRow = new Map<number, shapes.DelegationMatrix>();
  const byColumn = new Map<number, shapes.DelegationMatrix>();
  for (const [text, block] of blocks) {
    const [row = 0, column = 0] = text.split('/').map(Number);
    byRow.set(row, block);
    byColumn.set(column, block);
  }
  const item = (row: number) => byRow.get(Math.floor(row / blockSize))?.items[row % blockSize];
  const place = (column: number) => byColumn.get(Math.floor(column / blockSize))?.places[column % blockSize];
  return {
    item,
    place,
    holding: ({ row, column }) => {
      const name = { row: Math.floor(row / blockSize), column: Math.floor(column / blockSize) };
      const block = blocks.get(blockText(name));
      const index = block?.cells[row % blockSize]?.[column % blockSize];
      return index === undefined ? undefined : block?.holdings[index];
    },
    nameOf: ({ row, column }) => {
      const [code, node] = [item(row)?.code, place(column)?.node];
      return code === undefined || node === undefined ? undefined : { code, place: node };
    },
  };
}
