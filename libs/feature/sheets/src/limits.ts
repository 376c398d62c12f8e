const mebibyte = 1_048_576;

/** Bounds of a workbook that is taken in; what is beyond is refused before it is unpacked or parsed. */
export const sheetLimits = {
  fileBytes: 20 * mebibyte,
  archiveEntries: 200,
  entryBytes: 96 * mebibyte,
  unpackedBytes: 160 * mebibyte,
  rowsPerSheet: 30_000,
  cells: 800_000,
  columns: 200,
  /** Excel's own limit. */
  cellCharacters: 32_767,
  problemsTold: 500,
} as const;
export type SheetLimits = { readonly [Name in keyof typeof sheetLimits]: number };
