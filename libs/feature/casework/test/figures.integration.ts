import { jest } from '@jest/globals';
import { district, items, Office, township } from './office.js';

jest.setTimeout(60_000);

let office: Office;
let clerk: string;
let approver: string;
let supervisor: string;

interface Counts {
  readonly cases: number;
  readonly concluded: number;
  readonly onTime: number;
  readonly overdue: number;
}
interface Figures {
  readonly total: Counts;
  readonly items: readonly (Counts & { code: string; name: string })[];
  readonly owners: readonly (Counts & { node: string })[];
  readonly statuses: readonly (Counts & { status: string })[];
  readonly days: readonly (Counts & { day: string })[];
}

const beginning = '2026-03-02';
/** A township that has no case here. */
const elsewhere = '371102009000';
const manyCases = 100_000;
/** Each insertion ends well within the time of a statement, on a slow disk too. */
const casesAtOnce = 5_000;
/** A row is longer than what an index has of it. */
const octetsOfState = 500;
const fillTimeoutMs = 180_000;
const dayMs = 86_400_000;
const refusal = {
  ...{ outcome: 'refuse', opinion: '不符合', reasonCode: 'other', reason: '不符合', legalBasis: '法' },
  remedies: '可以复议',
};

beforeAll(async () => {
  office = await Office.open(beginning);
  clerk = office.person('clerk', 'window');
  approver = office.person('approver', 'chief');
  supervisor = office.person('supervisor', 'watch');
});
afterAll(async () => {
  await office?.close();
});

const figuresOf = async (from: string, to: string, token = supervisor, node = township) =>
  (await office.get(token, `case-figures?from=${from}&to=${to}`, node)).json as unknown as Figures;
const recordsOf = async (query: string): Promise<string[]> =>
  ((await office.get(supervisor, `cases?${query}`)).json['cases'] as { record: string }[]).map(({ record }) => record);

it('counts nothing where there is nothing', async () => {
  const none = { cases: 0, concluded: 0, onTime: 0, overdue: 0 };
  expect(await figuresOf(beginning, beginning)).toEqual({ total: none, items: [], owners: [], statuses: [], days: [] });
});

it('counts by item, owner, state and day, with what was on time; each figure leads to its cases', async () => {
  const prompt = await office.take(items.plain);
  await office.post(approver, `cases/${prompt}/decision`, refusal);
  const late = await office.take(items.plain);
  const forgotten = await office.take(items.charged);
  const resident = office.person('resident', 'li');
  const applied = await office.post(resident, 'cases', { ...office.application(items.charged), channel: 'online' });
  const givenUp = { reasonCode: 'givenUp', reason: '不再办理' };
  const withdrawal = `cases/${String(applied.json['record'])}/withdrawal`;
  expect((await office.post(resident, withdrawal, givenUp)).status).toBe(201);
  // Five working days are promised: three weeks later both are over.
  office.time.at += 21 * dayMs;
  await office.post(approver, `cases/${late}/decision`, refusal);
  const fresh = await office.take(items.plain, false);

  const found = await figuresOf(beginning, '2026-03-31');
  expect(await recordsOf('status=closed')).toHaveLength(3);
  expect(found.total).toEqual({ cases: 5, concluded: 2, onTime: 1, overdue: 1 });
  expect(found.items).toEqual([
    { code: items.plain.code, name: items.plain.name, cases: 3, concluded: 2, onTime: 1, overdue: 0 },
    expect.objectContaining({ code: items.charged.code, cases: 2, concluded: 0, onTime: 0 }),
  ]);
  expect(found.owners).toEqual([{ node: township, ...found.total }]);
  expect(found.statuses.map(({ status, cases }) => [status, cases])).toContainEqual(['submitted', 1]);
  expect(found.days.map(({ day, cases }) => [day, cases])).toEqual([
    [beginning, 4],
    ['2026-03-23', 1],
  ]);

  expect((await recordsOf(`item=${items.plain.code}`)).sort()).toEqual([prompt, late, fresh].sort());
  expect((await recordsOf(`to=${beginning}&item=${items.plain.code}`)).sort()).toEqual([prompt, late].sort());
  expect(await recordsOf('from=2026-03-03')).toEqual([fresh]);
  expect(await recordsOf('late=true&status=closed')).toEqual([late]);
  expect(await recordsOf('dueBy=2026-03-22')).toContain(forgotten);
  expect(await recordsOf(`owner=${district}`)).toEqual([]);
  expect(await recordsOf(`owner=${township}`)).toHaveLength(5);
});

it('takes a day as the office has it, not as Greenwich does', async () => {
  office.time.at = Date.parse('2026-04-01T17:00:00Z');
  await office.take(items.plain, false);
  expect((await figuresOf('2026-04-02', '2026-04-02')).days.map(({ day }) => day)).toEqual(['2026-04-02']);
  expect((await figuresOf('2026-04-01', '2026-04-01')).total.cases).toBe(0);
});

it('is for those who answer for the office, and for a quarter at most', async () => {
  expect((await office.get(clerk, 'case-figures?from=2026-03-01&to=2026-03-02')).status).toBe(403);
  expect((await office.get(approver, 'case-figures?from=2026-03-01&to=2026-03-02')).status).toBe(200);
  expect(
    (await office.get(office.person('supervisor', 'above', district), 'case-figures?from=2026-03-01&to=2026-03-02'))
      .status,
  ).toBe(200);
  expect((await office.get(supervisor, 'case-figures?from=2026-01-01&to=2026-04-02')).status).toBe(200);
  expect((await office.get(supervisor, 'case-figures?from=2026-01-01&to=2026-04-03')).status).toBe(400);
  expect((await office.get(supervisor, 'case-figures?from=2026-03-02&to=2026-03-01')).status).toBe(400);
  expect((await office.get(supervisor, 'case-figures?from=2026-02-30&to=2026-03-01')).status).toBe(400);
  expect((await office.get(supervisor, 'cases?owner=12')).status).toBe(400);
});

it(
  'counts a hundred thousand cases without reading one of them',
  async () => {
    for (let from = 1; from <= manyCases; from += casesAtOnce)
      await office.dataSource.query(
        `insert into case_view (node, record, number, item_code, item_name, status, closing, owner, seq, head_hash,
         promised_due, submitted_at, changed_at, state, marks, duty_at, returned)
       select node, gen_random_uuid(), 'N' || i, 'I' || i % 500, item_name, status, closing, owner, seq, head_hash,
         promised_due, '2025-01-01'::timestamptz + i * interval '1 minute', changed_at, to_json(repeat('x', ${octetsOfState})),
         marks, null, returned
         from (select * from case_view where node = '${township}' and status = 'accepted' order by number limit 1) as one,
           generate_series($1::int, $2::int) as i`,
        [from, from + casesAtOnce - 1],
      );
    await office.dataSource.query('vacuum analyze case_view');
    const figures = `select owner, count(*) from case_view where node = '${township}' and submitted_at >= '2025-01-10'
    and submitted_at < '2025-01-20' group by owner`;
    expect(await planOf(figures)).toContain('Index Only Scan using case_view_listed');
    const { total, items: byItem } = await figuresOf('2025-01-01', '2025-03-31');
    expect(total.cases).toBe(manyCases);
    expect(byItem).toHaveLength(100);
  },
  fillTimeoutMs,
);

it('narrows a list of a hundred thousand cases without reading those that do not match', async () => {
  const order = 'order by submitted_at desc, record desc limit 50';
  const listed = (condition: string) =>
    planOf(`select record from case_view where node = '${township}' and ${condition} ${order}`);
  for (const condition of [`owner = '${elsewhere}'`, `item_code = 'I9999'`])
    expect(await listed(condition)).toContain('Index Only Scan using case_view_listed');
  expect(await listed(`marks <> '{}' and marks @> array['greenChannel']`)).toContain('using case_view_marked');
  expect(await listed('returned and owner = node')).toContain('using case_view_returned');
  for (const narrowed of [`owner=${elsewhere}`, 'item=000199999000', 'mark=greenChannel'])
    expect((await office.get(supervisor, `cases?${narrowed}`)).json['cases']).toEqual([]);
});

it('finds what is in hand by indexes of its own', async () => {
  const inHand = `select record from case_view where node = '${township}' and`;
  expect(await planOf(`${inHand} owner = '${township}' and status = 'accepted' order by record limit 50`)).toContain(
    'using case_view_accepted',
  );
  expect(await planOf(`${inHand} item_code = 'I1' and owner = node and status <> 'closed' order by record`)).toContain(
    'using case_view_running',
  );
  const recent = `select 1 from fee_movement where kind = 'refunded' and on_day >= '2026-03-01'::date - 30`;
  expect(await planOf(recent)).toContain('using fee_movement_recent');
});

/** As it is with rows as long as they really are: to read all of them is never cheaper. */
async function planOf(sql: string): Promise<string> {
  return office.dataSource.transaction(async (manager) => {
    await manager.query('set local enable_seqscan = off; set local enable_bitmapscan = off');
    const lines: { 'QUERY PLAN': string }[] = await manager.query(`explain ${sql}`);
    return lines.map((line) => line['QUERY PLAN']).join('\n');
  });
}
