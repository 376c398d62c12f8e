import Excel from 'exceljs';
import fc from 'fast-check';
import { workbookOf, type Cell } from './workbook.js';

const read = async (file: Blob): Promise<Excel.Worksheet> => {
  const workbook = new Excel.Workbook();
  await workbook.xlsx.load(await file.arrayBuffer());
  return workbook.worksheets[0]!;
};

it('is read by another program as it was written, columns beyond Z too', async () => {
  const wide = Array.from({ length: 30 }, (_, index) => `列${index}`);
  const sheet = await read(workbookOf('链路图', [wide, ['', 3, '=1+1', '<a> & "b"']]));
  expect(sheet.name).toBe('链路图');
  expect((sheet.getRow(1).values as unknown[]).slice(1)).toEqual(wide);
  expect(sheet.getCell('B2').value).toBe(3);
  // Never a formula, whatever it begins with.
  expect(sheet.getCell('C2')).toMatchObject({ value: '=1+1', type: Excel.ValueType.String });
  expect(sheet.getCell('D2').value).toBe('<a> & "b"');
});

it('is the same file for the same rows, and compressed', async () => {
  const rows = Array.from({ length: 1_000 }, (_, index) => [index, '东港区石臼街道']);
  const bytes = async () => new Uint8Array(await workbookOf('链路图', rows).arrayBuffer());
  const first = await bytes();
  expect(await bytes()).toEqual(first);
  // A row's text alone would be over a hundred bytes.
  expect(first.length).toBeLessThan(rows.length * 20);
  expect((await read(workbookOf('链路图', rows))).getCell('A1000').value).toBe(999);
});

it('stays readable whatever stands in it', async () => {
  const texts = fc.string({ unit: 'binary', maxLength: 40 });
  const cells = fc.oneof<fc.Arbitrary<Cell>[]>(texts, fc.double(), fc.integer());
  await fc.assert(
    fc.asyncProperty(texts, fc.array(fc.array(cells, { maxLength: 4 }), { maxLength: 4 }), async (name, rows) => {
      expect((await read(workbookOf(`表${name}`, [['头'], ...rows]))).getCell('A1').value).toBe('头');
    }),
    { numRuns: 30 },
  );
});
