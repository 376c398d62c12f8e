/** One page of a list, as the server gives it. */
export interface TablePage<Row> {
  readonly rows: readonly Row[];
  readonly next: string | null;
}

export const tableLimits = {
  /** What an office program still opens at once. */
  mostRows: 20_000,
  /** The server's own bound of a page. */
  pageRows: 100,
} as const;

export interface Collected<Row> {
  readonly rows: readonly Row[];
  /** There are more than `mostRows`. */
  readonly isCut: boolean;
}

/** Reads a list page by page until it ends, the bound is reached or the reader has enough. @throws what a page throws */
export async function collect<Row>(
  page: (cursor: string | undefined, signal: AbortSignal) => Promise<TablePage<Row>>,
  signal: AbortSignal,
  progressed: (rows: number) => void,
): Promise<Collected<Row>> {
  const rows: Row[] = [];
  let cursor: string | undefined;
  // A list that never ends, or whose cursor stands still, is left off too: every page counts at least as one row.
  for (let pages = 0; pages < tableLimits.mostRows; pages++) {
    signal.throwIfAborted();
    const { rows: more, next } = await page(cursor, signal);
    signal.throwIfAborted();
    rows.push(...more);
    progressed(Math.min(rows.length, tableLimits.mostRows));
    if (rows.length > tableLimits.mostRows) return { rows: rows.slice(0, tableLimits.mostRows), isCut: true };
    if (next === null) return { rows, isCut: false };
    if (rows.length === tableLimits.mostRows || next === cursor) return { rows, isCut: true };
    cursor = next;
  }
  return { rows, isCut: true };
}
