/** Where a cell is, from 0; headings are not counted. */
export interface Spot {
  readonly row: number;
  readonly column: number;
}

export interface Size {
  readonly rows: number;
  readonly columns: number;
}

/** Indices of one axis, both included; empty where `to` is below `from`. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Rows and columns of one request, and so of one piece of the matrix that is kept. */
export const blockSize = 50;
/** Drawn beyond the edges, so that what comes into view is there already. */
const spare = 3;

/** What of an axis is drawn when it is scrolled by `offset` pixels and `extent` pixels of it can be seen. */
export function drawn(offset: number, extent: number, cell: number, count: number): Span {
  const first = Math.floor(Math.max(0, offset) / cell) - spare;
  const last = Math.ceil((Math.max(0, offset) + Math.max(0, extent)) / cell) + spare;
  return { from: Math.max(0, Math.min(first, count - 1)), to: Math.min(count - 1, last) };
}

/** The indices of a span, and one more that is drawn wherever it is: the cell that has the focus. */
export function indices({ from, to }: Span, also: number | undefined): number[] {
  const inside = Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);
  if (also === undefined || (also >= from && also <= to)) return inside;
  return also < from ? [also, ...inside] : [...inside, also];
}

/** Numbers of the blocks that hold a span. */
export function blocksOf({ from, to }: Span): number[] {
  if (to < from) return [];
  const first = Math.floor(from / blockSize);
  return Array.from({ length: Math.floor(to / blockSize) - first + 1 }, (_, index) => first + index);
}

export interface Pressed {
  readonly key: string;
  readonly ctrlKey: boolean;
}

/** Where a key leads, as in the grid pattern of WAI-ARIA; undefined for keys that do not move. */
export function moved({ key, ctrlKey }: Pressed, { row, column }: Spot, size: Size, page: number): Spot | undefined {
  const last = { row: size.rows - 1, column: size.columns - 1 };
  switch (key) {
    case 'ArrowUp':
      return { row: Math.max(0, row - 1), column };
    case 'ArrowDown':
      return { row: Math.min(last.row, row + 1), column };
    case 'ArrowLeft':
      return { row, column: Math.max(0, column - 1) };
    case 'ArrowRight':
      return { row, column: Math.min(last.column, column + 1) };
    case 'PageUp':
      return { row: Math.max(0, row - page), column };
    case 'PageDown':
      return { row: Math.min(last.row, row + page), column };
    case 'Home':
      return { row: ctrlKey ? 0 : row, column: 0 };
    case 'End':
      return { row: ctrlKey ? last.row : row, column: last.column };
    default:
      return undefined;
  }
}

/** How far an axis has to be scrolled for a cell to be seen whole; where it is when it is seen already. */
export function scrolledTo(index: number, offset: number, extent: number, cell: number): number {
  const begin = index * cell;
  if (begin < offset) return begin;
  return begin + cell > offset + extent ? begin + cell - extent : offset;
}
