import { strToU8, zipSync, type Zippable } from 'fflate';

/**
 * One table as a workbook (.xlsx, ECMA-376 part 1: SpreadsheetML in an OPC package). Texts are inline strings, so that no
 * text is ever taken for a formula.
 */
export type Cell = string | number;

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

/** The first day that a ZIP can tell: the same rows are the same file. */
const noTime = new Date(1980, 0, 1);

/** The bytes of a workbook with one sheet. */
export function workbookOf(name: string, rows: readonly (readonly Cell[])[]): Blob {
  const parts = Object.entries(partsOf(name, rows)).map(([path, text]) => [path, strToU8(text)]);
  return new Blob([zipSync(Object.fromEntries(parts) as Zippable, { mtime: noTime })], { type: `${word}.sheet` });
}
