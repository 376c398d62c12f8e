import { jest } from '@jest/globals';
import exceljs from 'exceljs';
import { exportLimits } from '../src/usecase/export-cases.js';
import { district, items, Office, township } from './office.js';

jest.setTimeout(60_000);

let office: Office;
let clerk: string;
let approver: string;
let supervisor: string;

beforeAll(async () => {
  office = await Office.open('2026-03-02');
  clerk = office.person('clerk', 'window');
  approver = office.person('approver', 'chief');
  supervisor = office.person('supervisor', 'watch');
});
afterAll(async () => {
  await office?.close();
});

interface Listed {
  readonly record: string;
  readonly number: string;
}
const list = async (token: string, query: string, node = township): Promise<Listed[]> =>
  (await office.get(token, `cases?${query}`, node)).json['cases'] as Listed[];
const recordsOf = (cases: readonly Listed[]): string[] => cases.map(({ record }) => record);
const actsOf = async (token: string, record: string): Promise<string[]> =>
  ((await office.get(token, `cases/${record}/acts`)).json['acts'] as { command: string }[]).map(
    ({ command }) => command,
  );

async function bookOf(token: string, query: string): Promise<exceljs.Workbook> {
  const book = new exceljs.Workbook();
  // The typings name the Buffer of another version of Node.
  await book.xlsx.load((await office.file(token, `cases/sheet?${query}`)) as never);
  return book;
}

async function sheetOf(token: string, query = ''): Promise<string[][]> {
  const book = await bookOf(token, query);
  const rows: string[][] = [];
  book.getWorksheet('办件')?.eachRow((row) => {
    rows.push((row.values as unknown[]).slice(1).map((value) => String(value as string | number)));
  });
  return rows;
}

it('finds a case by what is printed on its receipt', async () => {
  const record = await office.take(items.plain, false);
  const number = String((await office.get(clerk, `cases/${record}`)).json['number']);
  expect(recordsOf(await list(clerk, `number=${number}`))).toEqual([record]);
  const other = `${number.slice(0, -2)}${number.at(-2) === '9' ? '0' : '9'}${number.at(-1)!}`;
  expect(await list(clerk, `number=${other}`)).toEqual([]);
  expect((await office.get(clerk, 'cases?number=12')).status).toBe(400);
});

it('names the papers of a case by the version that it was filed under', async () => {
  const record = await office.take(items.plain, false);
  const { materialNames } = (await office.get(clerk, `cases/${record}`)).json;
  expect(materialNames).toEqual({ M1: '申请书' });
});

it('shows everybody the cases that wait for their own hands', async () => {
  const open = await office.take(items.plain, false);
  const accepted = await office.take(items.plain);
  const forClerk = recordsOf(await list(clerk, 'awaiting=true'));
  const forApprover = recordsOf(await list(approver, 'awaiting=true'));
  expect(forClerk).toContain(open);
  expect(forClerk).not.toContain(accepted);
  expect(forApprover).toContain(accepted);
  expect(forApprover).not.toContain(open);
  expect(await list(supervisor, 'awaiting=true')).toEqual([]);
  // Held elsewhere: seen from above, but nobody's work there.
  expect(await list(office.person('clerk', 'above', district), 'awaiting=true', district)).toEqual([]);
});

it('shows what has to be done by a day, and nothing that is over', async () => {
  const record = await office.take(items.plain);
  const { promisedDue } = (await office.get(clerk, `cases/${record}`)).json as { promisedDue: { date: string } };
  expect(recordsOf(await list(clerk, `dueBy=${promisedDue.date}`))).toContain(record);
  expect(await list(clerk, 'dueBy=2026-03-02')).toEqual([]);
  const refusal = { outcome: 'refuse', opinion: '不符合', reasonCode: 'other', reason: '不符合', legalBasis: '法' };
  await office.post(approver, `cases/${record}/decision`, { ...refusal, remedies: '可以复议' });
  expect(recordsOf(await list(clerk, `dueBy=${promisedDue.date}`))).not.toContain(record);
});

it('offers no act that nobody needs', async () => {
  const record = await office.take(items.plain, false);
  expect(await actsOf(clerk, record)).toEqual(expect.arrayContaining(['accept', 'notAccept', 'requestSupplement']));
  expect(await actsOf(clerk, record)).not.toContain('receive');
  expect(await actsOf(clerk, record)).not.toContain('handleOnTheSpot');
  expect(await actsOf(clerk, await office.take(items.onTheSpot, false))).toContain('handleOnTheSpot');
  const noticed = await office.take(items.charged);
  await office.post(clerk, `cases/${noticed}/payment-notice`, {});
  expect(await actsOf(clerk, noticed)).not.toContain('issuePaymentNotice');
  expect(await actsOf(clerk, noticed)).not.toContain('confirmPayment');
  expect(await actsOf(office.person('clerk', 'till', township, 'fee-counter'), noticed)).toContain('confirmPayment');
});

describe('the list as a sheet', () => {
  it('holds the filtered cases and no person', async () => {
    const record = await office.take(items.plain, false);
    const [header, ...rows] = await sheetOf(clerk, 'status=submitted');
    expect(header?.slice(0, 4)).toEqual(['办件编号', '事项编码', '事项名称', '状态']);
    expect(rows).toHaveLength((await list(clerk, 'status=submitted&limit=100')).length);
    const { number } = (await office.get(clerk, `cases/${record}`)).json as { number: string };
    expect(rows.find(([first]) => first === number)).toEqual(
      expect.arrayContaining(['待受理', items.plain.name, township]),
    );
    expect(JSON.stringify(rows)).not.toContain('王秀英');
  });

  it('says who took it out and when: on a sheet, at the foot of each page, in its properties', async () => {
    const book = await bookOf(office.person('clerk', 'li-1'), 'status=submitted');
    const said = /^导出人 li-1，导出时间 \d{4}-\d\d-\d\dT[\d:.]+Z$/;
    expect([book.creator, book.description]).toEqual(['li-1', expect.stringMatching(said)]);
    const at = book.getWorksheet('导出信息')?.getCell('B2').text ?? '';
    expect(book.getWorksheet('导出信息')?.getCell('B1').text).toBe('li-1');
    expect(book.description).toContain(at);
    expect(book.getWorksheet('办件')?.headerFooter.oddFooter).toContain(`导出人 li-1，导出时间 ${at}`);
  });

  it('goes on over pages, stops at its bound and says so', async () => {
    const count = exportLimits.maxRows + exportLimits.rowsPerPage;
    await office.dataSource.query(
      `insert into case_view (node, record, number, item_code, item_name, status, closing, owner, seq, head_hash,
         promised_due, submitted_at, changed_at, state, marks, duty_at, returned)
       select node, gen_random_uuid(), 'N' || i, item_code, item_name, status, closing, owner, seq, head_hash,
         promised_due, submitted_at - i * interval '1 second', changed_at,
         json_build_object('submittedAt', (extract(epoch from submitted_at) * 1000)::bigint - i * 1000) ::jsonb
           || (state::jsonb - 'submittedAt'), '{majorProject}', null, returned
         from (select * from case_view where status = 'submitted' limit 1) as one, generate_series(1, $1::int) as i`,
      [count],
    );
    const rows = await sheetOf(clerk, 'mark=majorProject');
    expect(rows).toHaveLength(exportLimits.maxRows + 2);
    expect(rows.at(-1)?.[0]).toContain('请缩小筛选范围');
  });

  it('is no business of an agent', async () => {
    const agent = office.person('agent', 'runner');
    expect((await office.get(agent, 'cases/sheet')).status).toBe(403);
  });
});
