import { jest } from '@jest/globals';
import ExcelJS from 'exceljs';
import { wholeCatalogue } from '@tongban/domain/catalogue';
import { unwrap } from '@tongban/kernel';
import { fromRows } from '../layout/from-rows.js';
import { sheetLimits } from '../limits.js';
import { aDelegation, aDepartment, anItem, itemCode } from '@tongban/testkit';
import { readWorkbook } from '../workbook/read.js';
import { writeWorkbook } from '../workbook/write.js';
import { checkRecords, fromJson } from './check.js';

jest.setTimeout(30_000);
const held = wholeCatalogue({
  departments: [aDepartment()],
  items: [anItem(), anItem({ code: '370511002000', name: '特困供养' })],
  delegations: [aDelegation()],
});

/** What the check says of the workbook of `held` after some cells, named by sheet, key and row, were written over. */
async function checkWith(cells: readonly (readonly [sheet: string, key: string, row: number, value: unknown])[]) {
  const workbook = new ExcelJS.Workbook();
  const file = unwrap(await writeWorkbook(held));
  await workbook.xlsx.load(new Uint8Array(file).buffer, { ignoreNodes: ['dataValidations'] });
  for (const [name, key, row, value] of cells) {
    const sheet = workbook.getWorksheet(name)!;
    const keys = sheet.getRow(2).values as unknown[];
    sheet.getCell(row, keys.indexOf(key)).value = value as ExcelJS.CellValue;
  }
  const changed = Buffer.from(await workbook.xlsx.writeBuffer());
  const read = unwrap(fromRows(unwrap(await readWorkbook(changed, sheetLimits))));
  return checkRecords(read, held, held);
}

describe('the check', () => {
  it('names the cell of everything that is wrong, once', async () => {
    const { problems } = await checkWith([
      ['事项', 'type', 3, '行政许愿'],
      ['事项', 'promisedDays', 4, 40],
      ['事项', 'statutoryDays', 3, '二十'],
      ['事项', 'departmentId', 4, 'tax'],
      ['申请材料', 'item', 3, '370599999000'],
      ['授权', 'powers', 3, '受理、批准'],
    ]);
    expect(problems.map(({ sheet, row, column, message }) => [sheet, row, column, message])).toEqual(
      expect.arrayContaining([
        ['事项', 3, '事项类型', expect.stringMatching(/^应为下列之一：.*行政许可/)],
        ['事项', 3, '法定办结时限（工作日）', '应为整数'],
        ['事项', 4, '承诺办结时限（工作日）', expect.stringContaining('承诺时限超过法定时限')],
        ['事项', 4, '实施主体', '没有部门 tax'],
        ['申请材料', 3, '事项编码', '事项表中没有编码 370599999000'],
        ['授权', 3, '权限', expect.stringContaining('没有“批准”')],
      ]),
    );
    expect(problems.every(({ cell }) => /^[A-Z]{1,2}\d+$/.test(cell ?? ''))).toBe(true);
    const places = problems.map(({ sheet, cell }) => `${sheet}!${cell}`);
    expect(new Set(places).size).toBe(places.length);
  });

  it('finds the row of a part', async () => {
    const { problems } = await checkWith([['申请材料', 'copies', 4, 99]]);
    expect(problems).toMatchObject([
      { sheet: '申请材料', row: 4, column: expect.stringContaining('份数'), message: '不得大于 20' },
    ]);
  });

  it('numbers what has no number, and minds a number that stands for something else', async () => {
    const same = await checkWith([['事项', 'version', 3, null]]);
    expect([same.problems, same.catalogue.items[0]!.version]).toEqual([[], 1]);
    const next = await checkWith([
      ['事项', 'version', 3, null],
      ['事项', 'name', 3, '改名'],
    ]);
    expect(next.catalogue.items[0]).toMatchObject({ version: 2, name: '改名' });
    const kept = await checkWith([['事项', 'name', 3, '改名']]);
    expect(kept.problems).toMatchObject([{ column: '版本', message: '内容有变化，版本应高于 1；留空则自动编号' }]);
  });

  it('minds a code that stands twice', async () => {
    const { problems } = await checkWith([['事项', 'code', 4, itemCode]]);
    expect(problems).toContainEqual({
      sheet: '事项',
      row: 4,
      cell: 'A4',
      column: '基本编码',
      message: '与第 3 行重复',
    });
  });

  it('says the same of JSON, by path', () => {
    const items = [anItem(), { ...anItem({ code: '370511002000' }), promisedDays: 40, colour: 'red' }];
    const read = fromJson({ items })!;
    const { problems } = checkRecords(read, held, held);
    expect(problems).toMatchObject([{ sheet: 'items', row: 2, message: '没有这样的要素：colour' }]);
    expect([fromJson([]), fromJson({ cases: [] }), fromJson({ items: 1 }), fromJson({ items: [1] })]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });
});
