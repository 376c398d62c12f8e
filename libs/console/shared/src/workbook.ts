/**
 * One table as a workbook (.xlsx, ECMA-376 part 1: SpreadsheetML in an OPC package), uncompressed. Texts are inline
 * strings, so that no text is ever taken for a formula.
 */
export type Cell = string | number;

const encoder = new TextEncoder();

const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});

export function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ crcTable[(crc ^ byte) & 0xff]!;
  return (crc ^ 0xffffffff) >>> 0;
}

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
/** Characters that XML 1.0 has no place for are left out. */
const unfit = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;
const escaped = (text: string): string => text.replace(unfit, '').replace(/[&<>"]/g, (found) => escapes[found]!);

const mostCharacters = 32_767;
const letters = 26;
/** A, B, …, Z, AA, … of a column from 0. */
const columnName = (column: number): string =>
  (column < letters ? '' : columnName(Math.floor(column / letters) - 1)) + String.fromCharCode(65 + (column % letters));

function cell(value: Cell, place: string): string {
  if (typeof value === 'number' && Number.isFinite(value)) return `<c r="${place}"><v>${value}</v></c>`;
  const text = escaped(String(value).slice(0, mostCharacters));
  return `<c r="${place}" t="inlineStr"><is><t xml:space="preserve">${text}</t></is></c>`;
}

const rowText = (row: readonly Cell[], index: number): string =>
  `<row r="${index + 1}">${row.map((value, column) => cell(value, `${columnName(column)}${index + 1}`)).join('')}</row>`;

const head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';
const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const relations = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const packaged = 'http://schemas.openxmlformats.org/package/2006';
const word = 'application/vnd.openxmlformats-officedocument.spreadsheetml';
const width = 22;
const mostNameCharacters = 31;

function partsOf(name: string, rows: readonly (readonly Cell[])[]): Readonly<Record<string, string>> {
  const sheetName = escaped(name.replace(/[\\/?*:[\]]/g, ' ').slice(0, mostNameCharacters));
  const columns = Math.max(1, ...rows.map((row) => row.length));
  return {
    '[Content_Types].xml':
      `${head}<Types xmlns="${packaged}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
      `<Override PartName="/xl/workbook.xml" ContentType="${word}.sheet.main+xml"/>` +
      `<Override PartName="/xl/worksheets/sheet1.xml" ContentType="${word}.worksheet+xml"/></Types>`,
    '_rels/.rels': `${head}<Relationships xmlns="${packaged}/relationships"><Relationship Id="r1" Type="${relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    'xl/workbook.xml': `${head}<workbook xmlns="${main}" xmlns:r="${relations}"><sheets><sheet name="${sheetName}" sheetId="1" r:id="r1"/></sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `${head}<Relationships xmlns="${packaged}/relationships"><Relationship Id="r1" Type="${relations}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
    'xl/worksheets/sheet1.xml':
      `${head}<worksheet xmlns="${main}"><cols><col min="1" max="${columns}" width="${width}" customWidth="1"/></cols><sheetData>` +
      `${rows.map(rowText).join('')}</sheetData></worksheet>`,
  };
}

function header(signature: number, fields: readonly (readonly [value: number, bytes: 2 | 4])[]): Uint8Array {
  const bytes = new Uint8Array(4 + fields.reduce((sum, [, size]) => sum + size, 0));
  const view = new DataView(bytes.buffer);
  view.setUint32(0, signature, true);
  let at = 4;
  for (const [value, size] of fields) {
    if (size === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
    at += size;
  }
  return bytes;
}

/** 1980-01-01, the first day that a ZIP can tell: the same rows are the same file. */
const noTime = [
  [0, 2],
  [0x21, 2],
] as const;
const utf8Names = 0x0800;
const version = 20;

/** The bytes of a workbook with one sheet. */
export function workbookOf(name: string, rows: readonly (readonly Cell[])[]): Blob {
  const pieces: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let at = 0;
  const add = (...added: readonly Uint8Array[]) => {
    for (const piece of added) {
      pieces.push(piece);
      at += piece.length;
    }
  };
  const parts = Object.entries(partsOf(name, rows));
  for (const [path, text] of parts) {
    const [title, bytes] = [encoder.encode(path), encoder.encode(text)];
    const sizes = [
      [crc32(bytes), 4],
      [bytes.length, 4],
      [bytes.length, 4],
      [title.length, 2],
      [0, 2],
    ] as const;
    const common = [[utf8Names, 2], [0, 2], ...noTime, ...sizes] as const;
    const own = [
      [0, 2],
      [0, 2],
      [0, 2],
      [0, 4],
      [at, 4],
    ] as const;
    directory.push(header(0x02014b50, [[version, 2], [version, 2], ...common, ...own]), title);
    add(header(0x04034b50, [[version, 2], ...common]), title, bytes);
  }
  const begin = at;
  add(...directory);
  const count = parts.length;
  add(
    header(0x06054b50, [
      [0, 2],
      [0, 2],
      [count, 2],
      [count, 2],
      [at - begin, 4],
      [begin, 4],
      [0, 2],
    ]),
  );
  return new Blob(pieces as BlobPart[], { type: `${word}.sheet` });
}
