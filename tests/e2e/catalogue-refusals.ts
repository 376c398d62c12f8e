import { isUscc } from '@tongban/domain/catalogue';
import ExcelJS from 'exceljs';
import { fromBufferPromise } from 'yauzl';
import { ZipFile } from 'yazl';
import { city, codes, delegationOf, district, madeUpItem, refused, refuses, type Scene } from './catalogue-desk.js';
import { commandHeaders } from './http.js';

const unknownItem = '000511990099';
const manyRows = 50_000;

/** The workbook with one part more. */
async function withPart(file: Uint8Array, name: string, content: Buffer): Promise<Uint8Array<ArrayBuffer>> {
  const source = await fromBufferPromise(Buffer.from(file), { lazyEntries: true });
  const target = new ZipFile();
  for await (const entry of source.eachEntry()) {
    if (entry.fileName.endsWith('/')) continue; // a folder, which is made by what lies in it
    const chunks: Buffer[] = [];
    for await (const chunk of await source.openReadStreamPromise(entry)) chunks.push(chunk as Buffer);
    target.addBuffer(Buffer.concat(chunks), entry.fileName);
  }
  target.addBuffer(content, name);
  target.end();
  const packed: Buffer[] = [];
  for await (const chunk of target.outputStream) packed.push(chunk as Buffer);
  return new Uint8Array(Buffer.concat(packed));
}

/** Bad input of every kind that a catalogue meets; `of` gives the running city. */
export function refusalsOf(of: () => Scene): void {
  const publish = (catalogue: object) => of().desk.publish(catalogue);
  const item = (parts: object) => madeUpItem(unknownItem, of().department, parts);
  const is = (expected: readonly [number, string, string], catalogue: () => object) =>
    refuses(of(), expected, () => publish(catalogue()));

  describe('refuses, and writes nothing of it', () => {
    it('a wrong check character', () => {
      const mistyped = ['0', '1'].map((check) => `11371100MB285720${check}A`).find((uscc) => !isUscc(uscc));
      return is([400, 'request.invalid', 'uscc'], () => ({
        departments: [{ ...of().department, version: 99, uscc: { [city]: mistyped } }],
      }));
    });
    it('a promise longer than the law allows', () =>
      is([400, 'item.invalid', '承诺时限超过法定时限'], () => ({ items: [item({ promisedDays: 40 })] })));
    it('a fee without a basis', () =>
      is([400, 'item.invalid', '收费'], () => ({ items: [item({ fee: { charged: true } })] })));
    it('a power that the giver does not hold', () =>
      is([400, 'delegation.invalid', '不具有权限'], () => {
        const parts = { id: 'e2e-too-much', from: 'township', to: 'village', powers: ['review'] };
        return { delegations: [delegationOf(codes.reform, parts)] };
      }));
    it('a circle of delegations', () =>
      is([400, 'delegation.invalid', '只能授予下级'], () => {
        const parts = { id: 'e2e-circle', from: 'township', to: district, powers: ['accept'] };
        return { delegations: [delegationOf(codes.reform, parts)] };
      }));
    it('a file that nobody has uploaded', () =>
      is([400, 'item.invalid', '还没有上传'], () => {
        const sample = { name: '样本.pdf', digest: 'ab'.repeat(32), mediaType: 'application/pdf' };
        return { items: [item({ result: { kind: 'approval', name: '通知', sample } })] };
      }));
    it('the removal of a department in use', () =>
      refuses(of(), [409, 'catalogue.in-use', '事项'], () =>
        of().desk.command(`/catalogue/department/${of().department.id}/withdrawal`, { reason: '撤并' }),
      ));
    it('what comes without login', async () => {
      const { office } = of().running;
      const answer = await office.send(undefined, 'POST', office.url(city, '/catalogue'), commandHeaders(), '{}');
      expect(refused(answer)).toEqual([401, 'identity.missing']);
    });
    badWorkbooks(of);
  });
}

function badWorkbooks(of: () => Scene): void {
  const edited = async (change: (book: ExcelJS.Workbook) => void): Promise<Uint8Array<ArrayBuffer>> => {
    const book = new ExcelJS.Workbook();
    const file = await of().desk.file('content=template');
    await book.xlsx.load(file.buffer, { ignoreNodes: ['dataValidations'] });
    change(book);
    return new Uint8Array(await book.xlsx.writeBuffer());
  };
  const items = (book: ExcelJS.Workbook) => book.getWorksheet('事项')!;

  it.each<[string, string, string, (book: ExcelJS.Workbook) => void]>([
    ['merged cells', 'sheet.layout', 'A3:B3', (book) => items(book).mergeCells('A3:B3')],
    ['a wrong sheet', 'sheet.layout', '别的', (book) => void book.addWorksheet('别的')],
    ['a formula', 'sheet.unsafe', 'C3', (book) => void (items(book).getCell('C3').value = { formula: '1+1' })],
    [
      '50,000 rows',
      'sheet.too-large',
      '行',
      (book) => book.getWorksheet('部门')!.addRows(Array.from({ length: manyRows }, (_row, index) => [`d-${index}`])),
    ],
  ])('a workbook with %s', async (_what, code, text, change) => {
    const file = await edited(change);
    return refuses(of(), [code === 'sheet.too-large' ? 413 : 400, code, text], () => of().desk.import(file));
  });
  it('a workbook with macros', async () => {
    const file = await withPart(await of().desk.file('format=xlsx'), 'xl/vbaProject.bin', Buffer.from('macro'));
    return refuses(of(), [400, 'sheet.unsafe', '宏'], () => of().desk.import(file));
  });
  it('a workbook with wrong cells, each told by sheet, row and column', async () => {
    const file = await edited((book) => {
      const sheet = items(book);
      sheet.getCell('A3').value = '12';
      sheet.getCell('D3').value = '没有这种类型';
    });
    const checked = await of().desk.import(file, 'format=xlsx', 'import/check');
    const problems = checked.json?.['problems'] as readonly { readonly sheet: string; readonly cell?: string }[];
    expect(problems.map(({ sheet, cell }) => `${sheet}!${String(cell)}`)).toEqual(
      expect.arrayContaining(['事项!A3', '事项!D3']),
    );
    await refuses(of(), [400, 'sheet.invalid', '未写入任何内容'], () => of().desk.import(file));
  });
  it('what is no workbook', () =>
    refuses(of(), [400, 'sheet.not-xlsx', 'xlsx'], () => of().desk.import(new Uint8Array(Buffer.from('a,b\n1,2')))));
}
