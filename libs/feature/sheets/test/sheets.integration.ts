import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import ExcelJS from 'exceljs';
import {
  agentSchema,
  baseItemSchema,
  stationingSchema,
  wholeCatalogue,
  type WholeCatalogue,
} from '@tongban/domain/catalogue';
import { unwrap } from '@tongban/kernel';
import type { InjectOptions } from 'fastify';
import { aDelegation, aDepartment, anItem, bearer, city, codeAt, district, itemCode, village } from '@tongban/testkit';
import { writeWorkbook } from '../src/workbook/write.js';
import { openSheetsOffice, type SheetsOffice } from './office.js';

const timeoutMs = 120_000;
jest.setTimeout(timeoutMs);

let office: SheetsOffice;
const manager = bearer('catalogue-manager', city);
const whole: WholeCatalogue = wholeCatalogue({
  departments: [aDepartment()],
  items: [anItem(), anItem({ code: codeAt(2), name: '城市特困人员救助供养', fees: [], visits: 0 })],
  delegations: [aDelegation()],
  bases: [
    baseItemSchema.parse({
      ...{ code: itemCode, version: 1, source: 'nation', validFrom: '2026-01-01' },
      fields: { name: anItem().name, type: anItem().type, statutoryDays: 30 },
    }),
  ],
  stationings: [
    stationingSchema.parse({
      ...{
        id: `civil-affairs-${city}`,
        version: 1,
        hall: city,
        departmentId: 'civil-affairs',
        validFrom: '2026-01-01',
      },
      items: [
        { item: itemCode, status: 'stationed', windows: ['民政、残联窗口', '3号'], authorised: ['accept', 'decide'] },
        { item: codeAt(2), status: 'notStationed', reason: '场地调整' },
      ],
    }),
  ],
  agents: [
    agentSchema.parse({
      ...{
        id: 'jia-village',
        version: 1,
        node: village,
        name: '王建国',
        phone: '0633-1234567',
        validFrom: '2026-01-01',
      },
      ...{ place: '甲村便民服务站', hours: '周一至周五 9:00—17:00', items: [itemCode, codeAt(2)] },
    }),
  ],
});

const send = async (path: string, payload: Buffer | object, headers: object = manager, key: string = randomUUID()) => {
  const answer = await office.app.nest.inject({
    method: 'POST',
    url: `/v1/nodes/${city}/catalogue/${path}`,
    payload: Buffer.isBuffer(payload) ? payload : Buffer.from(JSON.stringify(payload)),
    headers: { 'content-type': 'application/octet-stream', 'idempotency-key': key, ...headers },
  } as InjectOptions);
  return { status: answer.statusCode, body: answer.json() };
};
const exported = async (query = '') => {
  const answer = await office.app.nest.inject({ url: `/v1/nodes/${city}/catalogue/export?${query}`, headers: manager });
  expect(answer.statusCode).toBe(200);
  return { file: answer.rawPayload, headers: answer.headers };
};
const approve = async (proposal: string, headers: object = bearer('reviewer', city, 'second')) => {
  const answer = await office.app.nest.inject({
    method: 'POST',
    url: `/v1/nodes/${city}/proposals/${proposal}/approval`,
    headers: { 'idempotency-key': randomUUID(), 'if-match': '"1"', ...headers },
  } as InjectOptions);
  return { status: answer.statusCode, body: answer.json() };
};
const held = (): Promise<number> => Promise.resolve(office.catalogue.view.size);

async function edited(file: Buffer, change: (book: ExcelJS.Workbook) => void): Promise<Buffer> {
  const book = new ExcelJS.Workbook();
  await book.xlsx.load(new Uint8Array(file).buffer, { ignoreNodes: ['dataValidations'] });
  change(book);
  return Buffer.from(await book.xlsx.writeBuffer());
}
const cellOf = (book: ExcelJS.Workbook, sheet: string, key: string, row: number): ExcelJS.Cell => {
  const found = book.getWorksheet(sheet)!;
  return found.getCell(row, (found.getRow(2).values as unknown[]).indexOf(key));
};

beforeAll(async () => {
  office = await openSheetsOffice();
});
afterAll(() => office?.close());

describe('the catalogue as a file', () => {
  it('is taken in from a workbook, and given out the same', async () => {
    const file = unwrap(await writeWorkbook(whole));
    expect(await send('import', file)).toEqual({
      status: 201,
      body: { published: 7, unchanged: 0, items: 2, departments: 1, delegations: 1 },
    });
    for (const format of ['xlsx', 'json']) {
      const { file: again } = await exported(`format=${format}`);
      const before = await held();
      expect(await send(`import?format=${format}`, again)).toMatchObject({
        status: 201,
        body: { published: 0, unchanged: 7 },
      });
      expect(await held()).toBe(before);
    }
    const { file: json, headers } = await exported('format=json');
    const byCode = (a: { code: string }, b: { code: string }): number => (a.code < b.code ? -1 : 1);
    expect(JSON.parse(json.toString('utf8'))).toEqual({ ...whole, items: [...whole.items].sort(byCode) });
    expect(headers['content-disposition']).toMatch(/^attachment; filename="catalogue-371100000000-2026-03-02\.json"$/);
  });

  it('is a template with drop-downs', async () => {
    const { file } = await exported('content=template');
    const book = new ExcelJS.Workbook();
    await book.xlsx.load(new Uint8Array(file).buffer);
    expect(cellOf(book, '事项', 'type', 3).dataValidation).toMatchObject({ type: 'list' });
    expect(cellOf(book, '事项', 'type', 3).dataValidation.formulae[0]).toContain('行政许可');
    expect(cellOf(book, '事项', 'presenceRequired', 3).dataValidation.formulae).toEqual(['"是,否"']);
    expect(cellOf(book, '进驻事项', 'status', 3).dataValidation.formulae).toEqual(['"已进驻,未进驻,两头受理"']);
    expect(cellOf(book, '基本目录', 'source', 3).dataValidation.formulae).toEqual(['"国家,省"']);
    expect(book.worksheets.every((sheet) => sheet.actualRowCount === 2)).toBe(true);
  });

  it('makes a new version of what was changed, once for one key', async () => {
    const { file } = await exported();
    const changed = await edited(file, (book) => {
      cellOf(book, '事项', 'version', 4).value = null;
      cellOf(book, '事项', 'promisedDays', 4).value = 5;
      cellOf(book, '事项', 'statutoryDays', 4).value = 30;
    });
    const key = randomUUID();
    for (let time = 0; time < 2; time++) {
      expect(await send('import', changed, manager, key)).toMatchObject({
        status: 202,
        body: { state: 'proposed', proposal: key, toPublish: 1, unchanged: 6 },
      });
    }
    expect(unwrap(office.catalogue.view.findItem(city, itemCode, '2026-03-02'))).toMatchObject({ version: 1 });
    expect((await approve(key, manager)).body).toMatchObject({ code: 'catalogue.same-person' });
    expect(await approve(key)).toMatchObject({ status: 201, body: { published: 1 } });
    expect(unwrap(office.catalogue.view.findItem(city, itemCode, '2026-03-02'))).toMatchObject({
      version: 2,
      statutoryDays: 30,
    });
  });

  it('reports every cell and writes nothing', async () => {
    const { file } = await exported();
    const wrong = await edited(file, (book) => {
      cellOf(book, '事项', 'version', 3).value = null;
      cellOf(book, '事项', 'name', 3).value = '改了名称';
      cellOf(book, '事项', 'regime', 4).value = '快办件';
      cellOf(book, '授权', 'validFrom', 3).value = '明天';
    });
    const before = await held();
    const report = await send('import/check', wrong);
    expect(report).toMatchObject({ status: 200, body: { total: 2 } });
    expect(report.body.problems).toEqual([
      {
        sheet: '事项',
        row: 4,
        cell: expect.stringMatching(/^[A-Z]+4$/),
        column: '办件类型',
        message: expect.stringContaining('承诺件'),
      },
      {
        sheet: '授权',
        row: 3,
        cell: expect.stringMatching(/^[A-Z]+3$/),
        column: '生效日期',
        message: '应为日期，如 2026-03-01',
      },
    ]);
    const refused = await send('import', wrong);
    expect(refused).toMatchObject({ status: 400, body: { code: 'sheet.invalid' } });
    expect(refused.body.errors).toHaveLength(2);
    expect(refused.body.errors[1].path).toMatch(/^授权![A-Z]+3（生效日期）$/);
    expect(await held()).toBe(before);
  });

  it('finds the row of what is wrong with stationings, agents and bases', async () => {
    const { file } = await exported();
    const wrong = await edited(file, (book) => {
      cellOf(book, '进驻事项', 'status', 3).value = '两头';
      cellOf(book, '代办员', 'items', 3).value = '370599999000';
      cellOf(book, '基本目录', 'fields.statutoryDays', 3).value = 10;
    });
    const report = await send('import/check', wrong);
    const told = report.body.problems as { sheet: string; row: number; column: string; message: string }[];
    expect(told.map(({ sheet, row, column, message }) => [sheet, row, column, message])).toEqual(
      expect.arrayContaining([
        ['进驻事项', 3, '进驻情况', expect.stringContaining('应为下列之一')],
        ['代办员', 3, '标识', '没有事项 370599999000'],
        ['基本目录', 3, '法定办结时限（工作日）', expect.stringContaining('长于基本目录的 10')],
      ]),
    );
  });

  it('is judged by the catalogue too', async () => {
    const low = { delegations: [aDelegation({ id: 'up', from: 'township', to: 'village', powers: ['certify'] })] };
    const before = await held();
    expect(await send('import?format=json', low)).toMatchObject({ status: 400, body: { code: 'delegation.invalid' } });
    const foreign = { items: [{ ...anItem(), promisedDays: 99 }] };
    expect(await send('import?format=json', foreign)).toMatchObject({
      body: {
        code: 'sheet.invalid',
        errors: [{ path: 'items!第 1 行（version）' }, { path: 'items!第 1 行（promisedDays）' }],
      },
    });
    expect(await held()).toBe(before);
  });

  it('refuses what is no catalogue, with a code', async () => {
    const { file } = await exported();
    const merged = await edited(file, (book) => book.getWorksheet('事项')!.mergeCells('A3:A4'));
    const formula = await edited(file, (book) => void (cellOf(book, '事项', 'name', 3).value = { formula: '1+1' }));
    const cases: [string, Buffer | object, string][] = [
      ['import', merged, 'sheet.layout'],
      ['import', formula, 'sheet.unsafe'],
      ['import', Buffer.from('a,b\n1,2'), 'sheet.not-xlsx'],
      ['import', Buffer.alloc(0), 'sheet.not-xlsx'],
      ['import?format=json', Buffer.from('{'), 'request.malformed'],
      ['import?format=json', { cases: [] }, 'sheet.layout'],
      ['import?format=csv', file, 'request.invalid'],
    ];
    for (const [path, payload, code] of cases) {
      expect([code, (await send(path, payload)).body.code]).toEqual([code, code]);
    }
  });

  it('is for the catalogue manager of the node', async () => {
    const file = unwrap(await writeWorkbook(whole));
    expect((await send('import', file, bearer('clerk', city))).body.code).toBe('jurisdiction.role');
    expect((await send('import', file, bearer('catalogue-manager', district))).body.code).toBe('jurisdiction.division');
    const anonymous = await office.app.nest.inject({ url: `/v1/nodes/${city}/catalogue/export` });
    expect(anonymous.json()).toMatchObject({ code: 'identity.missing' });
  });

  it('takes a thousand items in one go', async () => {
    const items = Array.from({ length: 1_000 }, (_, i) =>
      anItem({ code: codeAt(i + 2_000), name: `津贴申领第${i}项` }),
    );
    const file = unwrap(await writeWorkbook(wholeCatalogue({ items })));
    const proposed = await send('import', file);
    expect(proposed).toMatchObject({ status: 202, body: { toPublish: 1_000 } });
    expect(await approve(proposed.body.proposal)).toMatchObject({ status: 201, body: { published: 1_000 } });
    expect(await send('import', (await exported()).file)).toMatchObject({ status: 201, body: { published: 0 } });
  });
});
