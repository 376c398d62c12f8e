import { jest } from '@jest/globals';
import ExcelJS from 'exceljs';
import { unwrap, type Result } from '@tongban/kernel';
import fc from 'fast-check';
import { fromRows, type ReadSheets } from '../layout/from-rows.js';
import { sheetLimits } from '../limits.js';
import { aDelegation, aDepartment, anItem } from '@tongban/testkit';
import { archiveOf } from './archive.fixture.js';
import { readWorkbook } from './read.js';
import { unpack } from './unpack.js';
import { writeWorkbook } from './write.js';

jest.setTimeout(30_000);
const catalogue = { departments: [aDepartment()], items: [anItem()], delegations: [aDelegation()] };
let file: Buffer;
beforeAll(async () => {
  file = unwrap(await writeWorkbook(catalogue));
});

async function read(bytes: Buffer, limits = sheetLimits): Promise<Result<ReadSheets>> {
  const sheets = await readWorkbook(bytes, limits);
  return sheets.ok ? fromRows(sheets.value) : sheets;
}
const codeOf = async (bytes: Buffer, limits = sheetLimits): Promise<string> => {
  const done = await read(bytes, limits);
  return done.ok ? 'ok' : done.refusal.code;
};

async function changed(change: (workbook: ExcelJS.Workbook) => void): Promise<Buffer> {
  const workbook = new ExcelJS.Workbook();
  await workbook.xlsx.load(new Uint8Array(file).buffer, { ignoreNodes: ['dataValidations'] });
  change(workbook);
  return Buffer.from(await workbook.xlsx.writeBuffer());
}
const withPart = (name: string, content: Buffer | string): Buffer =>
  archiveOf(new Map([...unwrap(unpack(file, sheetLimits)), [name, Buffer.from(content)]]));

describe('a part with openings that never end', () => {
  it.each(['<mergeCell ', '<x:mergeCell ref=', '<mergeCell ref="', '<row ', '<c '])(
    'is judged by looking at each sign once: %s',
    async (opening) => {
      const found = await codeOf(withPart('xl/worksheets/sheet99.xml', opening.repeat(60_000)));
      expect(found).toMatch(/^(ok|sheet\..+)$/);
    },
  );

  it('does not keep a merged cell behind them from being found', async () => {
    const text = 'mergeCell <mergeCells><x:mergeCell a="" ref="A3:B3"/></mergeCells>';
    const done = await read(withPart('xl/worksheets/sheet99.xml', text));
    expect(done).toMatchObject({ ok: false, refusal: { code: 'sheet.layout', params: { cell: 'A3:B3' } } });
  });
});

describe('a file that is no catalogue', () => {
  it('is told from one that is', async () => {
    expect(await codeOf(file)).toBe('ok');
    expect(await codeOf(withPart('docProps/custom.txt', 'x'))).toBe('ok');
  });

  it.each([
    [
      'merged cells',
      (book: ExcelJS.Workbook) => book.getWorksheet('事项')!.mergeCells('A3:B3'),
      'sheet.layout',
      'A3:B3',
    ],
    [
      'a formula',
      (book: ExcelJS.Workbook) => (book.getWorksheet('事项')!.getCell('C3').value = { formula: '1+1' }),
      'sheet.unsafe',
      'C3',
    ],
    [
      'an error',
      (book: ExcelJS.Workbook) => (book.getWorksheet('部门')!.getCell('C3').value = { error: '#N/A' }),
      'sheet.layout',
      'C3',
    ],
  ] as const)('with %s is refused with the cell', async (_what, change, code, cell) => {
    const done = await read(await changed((book) => void change(book)));
    expect(done).toMatchObject({ ok: false, refusal: { code, params: { cell } } });
  });

  it.each([
    ['another sheet', (book: ExcelJS.Workbook) => void book.addWorksheet('Sheet1')],
    ['a sheet missing', (book: ExcelJS.Workbook) => book.removeWorksheet(book.getWorksheet('授权')!.id)],
    [
      'an unknown column',
      (book: ExcelJS.Workbook) => void (book.getWorksheet('事项')!.getCell('A2').value = '__proto__'),
    ],
    ['a column missing', (book: ExcelJS.Workbook) => book.getWorksheet('事项')!.spliceColumns(1, 1)],
    ['no keys', (book: ExcelJS.Workbook) => void (book.getWorksheet('部门')!.getRow(2).values = [])],
  ])('with %s is refused', async (_what, change) => {
    expect(await codeOf(await changed(change))).toBe('sheet.layout');
  });

  it('takes columns in any order and dates, numbers and links as a person enters them', async () => {
    const bytes = await changed((book) => {
      const sheet = book.getWorksheet('授权')!;
      const column = [1, 2, 3, 4, 5, 6, 7, 8, 9].find((n) => sheet.getCell(2, n).value === 'validFrom')!;
      const cell = sheet.getCell(3, column);
      cell.numFmt = 'yyyy-mm-dd';
      cell.value = new Date('2026-02-03T00:00:00Z');
      book.getWorksheet('部门')!.getCell('A3').value = { text: 'civil-affairs', hyperlink: 'https://a.example' };
    });
    const { records } = unwrap(await read(bytes));
    expect(records.delegations[0]!.value['validFrom']).toBe('2026-02-03');
    expect(records.departments[0]!.value['id']).toBe('civil-affairs');
  });

  it('with macros, links, controls or entities is refused', async () => {
    for (const part of [
      'xl/vbaProject.bin',
      'xl/externalLinks/externalLink1.xml',
      'xl/embeddings/a.bin',
      'xl/activeX/a.xml',
    ]) {
      expect([part, await codeOf(withPart(part, 'x'))]).toEqual([part, 'sheet.unsafe']);
    }
    const bomb = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "x">]><a>&b;</a>';
    expect(await codeOf(withPart('xl/worksheets/sheet9.xml', bomb))).toBe('sheet.unsafe');
  });

  it('with 50,000 rows is refused before it is parsed', async () => {
    const rows = '<row r="1"><c r="A1"><v>1</v></c></row>'.repeat(50_000);
    const done = await read(
      withPart('xl/worksheets/sheet1.xml', `<worksheet><sheetData>${rows}</sheetData></worksheet>`),
    );
    expect(done).toMatchObject({ ok: false, refusal: { code: 'sheet.too-large', params: { rows: 50_000 } } });
    expect(await codeOf(file, { ...sheetLimits, cells: 5 as never })).toBe('sheet.too-large');
  });

  it('that unpacks into more than it may, or than it says, is refused', async () => {
    const zeros = Buffer.alloc(sheetLimits.entryBytes + 1);
    const bomb = withPart('xl/media/a.xml', zeros);
    expect(bomb.length).toBeLessThan(200_000);
    expect(await codeOf(bomb)).toBe('sheet.too-large');
    const liar = archiveOf(new Map([['[Content_Types].xml', zeros]]), 100);
    expect(await codeOf(liar)).toBe('sheet.not-xlsx');
    const many = new Map(Array.from({ length: 201 }, (_, i) => [`a${i}`, Buffer.from('x')] as const));
    expect(await codeOf(archiveOf(many))).toBe('sheet.too-large');
  });

  it('with a range over a whole sheet is refused, or not walked through', async () => {
    const book = unwrap(unpack(file, sheetLimits)).get('xl/workbook.xml')!.toString('utf8');
    const names = '<definedNames><definedName name="a">部门!$A$1:$XFD$1048576</definedName></definedNames></workbook>';
    expect(await codeOf(withPart('xl/workbook.xml', book.replace('</workbook>', names)))).toBe('sheet.too-large');
    const sheet = unwrap(unpack(file, sheetLimits)).get('xl/worksheets/sheet1.xml')!.toString('utf8');
    const whole = sheet.replaceAll(/sqref="[^"]*"/g, 'sqref="A1:XFD1048576"');
    expect(whole).not.toBe(sheet);
    expect(await codeOf(withPart('xl/worksheets/sheet1.xml', whole))).toBe('ok');
  });

  it('of any other kind is refused', async () => {
    const others = ['', 'PK', '{"items":[]}', 'code,name\n1,2', '\xd0\xcf\x11\xe0 an old workbook'];
    for (const text of others) expect(await codeOf(Buffer.from(text, 'latin1'))).toBe('sheet.not-xlsx');
    expect(await codeOf(archiveOf(new Map([['word/document.xml', Buffer.from('<a/>')]])))).toBe('sheet.not-xlsx');
    expect(await codeOf(withPart('xl/workbook.xml', '<workbook'))).toMatch(/^sheet\./);
  });

  it('that was damaged anywhere is refused or read, never anything else', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(file.length - 1), fc.nat(255), async (at, value) => {
        const damaged = Buffer.from(file);
        damaged[at] = value;
        expect(await codeOf(damaged)).toMatch(/^(ok|sheet\..+)$/);
      }),
      { numRuns: 15 },
    );
  });
});
