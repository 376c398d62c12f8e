import type { SubmittedRow } from './batch-schema.js';
import { judgeBatch, type Filed, type Judgement } from './judge.js';
import { creditCodeHolds, residentNumberHolds } from './standard/check-digits.js';
import { chinaDay, timeOf } from './standard/times.js';
import type { Kind } from './standard/layouts.js';

const number = '11511301008778183N537011300200020260302100000001';
const technical = {
  row_guid: 'a'.repeat(32),
  cd_batch: 'b'.repeat(32),
  cd_operation: 'I',
  cd_time: '20260302T120000',
  data_source: '137',
  project_no: number,
};
const accept = {
  ...technical,
  catalog_code: '370113002000',
  task_code: '11511301008778183N5370113002000',
  task_name: '老年人优待证办理',
  task_version: 3,
  project_type: '2',
  apply_type: '0',
  apply_date: '20260302T090000',
  accept_date: '20260302T093000',
  org_code: '11511301008778183N',
  org_name: '秦楼街道便民服务中心',
  applyer_name: '李秀英',
  applyer_type: '1',
  applyer_page_type: '111',
  applyer_page_code: '11010519491231002X',
};
const step = {
  ...technical,
  process_name: '审批',
  event_name: '1',
  handle_user_name: '赵立',
  handle_explain: '同意',
  event_start_time: '20260302T100000',
  event_end_time: '20260302T110000',
};
const result = {
  ...technical,
  result_date: '20260302T113000',
  result_type: '0',
  is_delivery_results: '1',
  satisfaction: '1',
};
const rating = {
  ...technical,
  task_code: accept.task_code,
  task_name: accept.task_name,
  area_code: '371102001001',
  dept_code: accept.org_code,
  pf: '3',
  user_name: '李秀英',
  user_prop: '1',
  satisfaction: '5',
  assess_time: '20260302T114000',
  assess_number: 1,
  accept_date: accept.accept_date,
};

const row = (kind: Kind, columns: Record<string, string | number>, tail = '', dataVersion = 1): SubmittedRow => ({
  kind,
  businessKey: `${kind}/${number}${tail}`,
  dataVersion,
  columns,
});
const good = [row('accept', accept), row('process', step, '/1'), row('result', result), row('rating', rating, '/1')];
const receivedAt = timeOf('20260302T120000')!;
const reportWithinMs = 24 * 60 * 60 * 1000;

let receipts = 0;
const judged = (
  rows: readonly SubmittedRow[],
  file: ReadonlyMap<string, Filed> = new Map(),
  at = receivedAt,
): Judgement[] => judgeBatch(rows, file, { receivedAt: at, reportWithinMs, newReceipt: () => `S${++receipts}` });
const codes = (rows: readonly SubmittedRow[]): string[] =>
  judged(rows).flatMap((judgement) => judgement.row.problems.map(({ code }) => code));
const acceptWith = (changes: Record<string, string | number>): string[] =>
  codes([row('accept', { ...accept, ...changes })]);

describe('the province', () => {
  it('takes a whole case in its order', () => {
    expect(codes(good)).toEqual([]);
    expect(judged(good).map((judgement) => judgement.row.outcome)).toEqual(good.map(() => 'acknowledged'));
  });

  it('rejects rows that run ahead of what they build on', () => {
    const [first, second, third, fourth] = good;
    expect(codes([second!])).toEqual(['E-ORDER-accept']);
    expect(codes([first!, third!])).toEqual(['E-ORDER-process']);
    expect(codes([first!, second!, fourth!])).toEqual(['E-ORDER-result']);
    expect(codes([first!, row('process', step, '/2')])).toEqual(['E-ORDER-process']);
    expect(codes([row('accept', { ...accept, applyer_page_type: '990' }), second!])).toEqual([
      'E-CODE-applyer_page_type',
      'E-ORDER-accept',
    ]);
  });

  it('is strict about documents', () => {
    expect(acceptWith({ applyer_page_type: '001' })).toEqual(['E-CODE-applyer_page_type']);
    expect(
      acceptWith({ applyer_type: '2', applyer_page_type: '001', applyer_page_code: '91350100M000100Y43' }),
    ).toEqual([]);
    expect(acceptWith({ applyer_page_code: '110105194912310021' })).toEqual(['E-CHECK-applyer_page_code']);
    expect(acceptWith({ org_code: '115113010087781830' })).toEqual(['E-CHECK-org_code']);
  });

  it('checks columns, widths, forms and codes', () => {
    expect(acceptWith({ nickname: '李' })).toEqual(['E-COLUMN-nickname']);
    expect(acceptWith({ org_name: ' ' })).toEqual(['E-MISSING-org_name']);
    expect(acceptWith({ org_name: '局'.repeat(101) })).toEqual(['E-WIDTH-org_name']);
    expect(acceptWith({ org_name: '𠮷'.repeat(80) })).toEqual(['E-WIDTH-org_name']);
    expect(acceptWith({ task_version: '3' })).toEqual(['E-FORMAT-task_version']);
    expect(acceptWith({ accept_date: '20260231T093000' })).toEqual(['E-FORMAT-accept_date']);
    expect(acceptWith({ project_type: '3' })).toEqual(['E-CODE-project_type']);
    expect(acceptWith({ apply_date: '20260302T100000' })).toEqual(['E-TIME-accept_date']);
    expect(acceptWith({ catalog_code: '370113002001' })).toEqual(['E-CODE-catalog_code']);
    expect(codes([row('accept', accept, '/1')])).toEqual(['E-KEY']);
  });

  it('sees a rating that was numbered in the wrong direction', () => {
    const wrong = row('rating', { ...rating, satisfaction: '1' }, '/1');
    expect(codes([...good.slice(0, 3), wrong])).toEqual(['E-CODE-satisfaction']);
  });

  it('wants versions to rise, and answers a repeat as before', () => {
    const first = judged([row('accept', accept, '', 2)])[0]!;
    const file = new Map([[first.row.businessKey, { newest: first.row, valid: first.row }]]);
    const again = judged(
      [row('accept', { ...accept, cd_batch: 'c'.repeat(32), cd_time: '20260302T130000' }, '', 2)],
      file,
    )[0]!;
    expect(again).toMatchObject({ fresh: false, row: { receipt: first.row.receipt } });
    const changed = { ...accept, applyer_name: '李秀瑛' };
    for (const version of [1, 2])
      expect(judged([row('accept', changed, '', version)], file)[0]).toMatchObject({
        fresh: false,
        row: { outcome: 'rejected', problems: [{ code: 'E-VERSION' }] },
      });
    expect(judged([row('accept', changed, '', 3)], file)[0]!.row.outcome).toBe('acknowledged');
  });

  it('flags what comes late, but not the correction of what came in time', () => {
    const lateAt = timeOf('20260302T093000')! + reportWithinMs + 1;
    expect(judged(good.slice(0, 1)).map((judgement) => judgement.row.late)).toEqual([false]);
    const late = judged(good.slice(0, 1), new Map(), lateAt)[0]!;
    expect(late.row).toMatchObject({ late: true, outcome: 'acknowledged' });
    const first = judged(good.slice(0, 1))[0]!.row;
    const file = new Map([[first.businessKey, { newest: first, valid: first }]]);
    expect(judged([row('accept', { ...accept, org_name: '秦楼街道' }, '', 2)], file, lateAt)[0]!.row.late).toBe(false);
  });

  it('knows check places and the days of China', () => {
    expect(['11010519491231002X', '440524188001010014', '440524188001010015'].map(residentNumberHolds)).toEqual([
      true,
      true,
      false,
    ]);
    const known = [
      '91350100M000100Y43',
      '115113010833722043',
      '11650000010183859F',
      '11650000010183859G',
      '1165000001018385IO',
    ];
    expect(known.map(creditCodeHolds)).toEqual([true, true, true, false, false]);
    expect(timeOf('20260302T000000')).toBe(Date.UTC(2026, 2, 1, 16));
    expect(chinaDay(Date.UTC(2026, 2, 1, 16))).toBe('2026-03-02');
    expect([timeOf('20260229'), timeOf('2026-03-02'), timeOf('20260302T250000')]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});
