import { unwrap } from '@tongban/kernel';
import { caseAnswer, readAnswer } from './answer.js';
import { batchBody, encodeBatch, maxBatchRecords, packCases, type CaseSubmission } from './batch.js';
import { closedCase, minutesAfter, shandong } from './case.fixture.js';
import { toRecords } from './records.js';

const batch = '01900000-0000-7000-8000-0000000000b1';
const { ready } = toRecords(closedCase, shandong);
const submission: CaseSubmission = { dataVersion: 2, records: ready, known: new Set([ready[0]!.businessKey]) };
const body = unwrap(batchBody(batch, shandong, minutesAfter(0), [submission]));
const rows = (count: number): CaseSubmission => ({
  ...submission,
  records: Array.from({ length: count }, () => ready[0]!),
});

describe('batch', () => {
  it('stamps every row with the version, the batch and whether it replaces one', () => {
    expect(body.records).toHaveLength(ready.length);
    expect(body.records.slice(0, 2)).toMatchObject([
      {
        dataVersion: 2,
        columns: { cd_operation: 'U', cd_batch: batch.replaceAll('-', ''), cd_time: '20260302T090000' },
      },
      { dataVersion: 2, columns: { cd_operation: 'I' } },
    ]);
    expect(JSON.parse(new TextDecoder().decode(encodeBatch(body)))).toEqual(body);
  });

  it('is bounded', () => {
    const tooMany = batchBody(batch, shandong, 0, [rows(maxBatchRecords + 1)]);
    expect(tooMany).toMatchObject({ refusal: { code: 'request.too-large' } });
    expect(batchBody(batch, shandong, 0, [])).toMatchObject({ refusal: { code: 'request.invalid' } });
  });

  it('does not tear a case apart', () => {
    const groups = packCases([rows(300), rows(200), rows(1), rows(499), rows(2)]);
    expect(groups.map((group) => group.map(({ records }) => records.length))).toEqual([[300, 200], [1, 499], [2]]);
    expect(packCases([])).toEqual([]);
  });
});

describe('answer', () => {
  const receivedAt = '2026-03-02T03:00:00.000Z';
  const good = body.records.map(({ businessKey, dataVersion }, index) => ({
    businessKey,
    dataVersion,
    outcome: 'acknowledged',
    receipt: `R${index}`,
    problems: [],
  }));
  const bytes = (records: unknown, of = batch): Uint8Array =>
    new TextEncoder().encode(JSON.stringify({ batch: of, receivedAt, records }));
  const code = (answer: Uint8Array): string => {
    const result = readAnswer(body, answer);
    return result.ok ? 'ok' : result.refusal.code;
  };

  it('acknowledges a case when every row was', () => {
    const answer = unwrap(readAnswer(body, bytes(good)));
    expect(answer.receivedAt).toBe(Date.parse(receivedAt));
    expect(caseAnswer(body.records, answer.records)).toEqual({
      outcome: 'acknowledged',
      receipt: `R${good.length - 1}`,
    });
  });

  it('rejects a case when one row was, with the objections', () => {
    const problem = { code: 'E-CODE-pf', field: 'pf', message: '代码不存在' };
    const [first, ...others] = good;
    const { receipt: _receipt, ...bare } = first!;
    const { records: answers } = unwrap(
      readAnswer(body, bytes([{ ...bare, outcome: 'rejected', problems: [problem] }, ...others])),
    );
    expect(caseAnswer(body.records, answers)).toEqual({ outcome: 'rejected', problems: [problem] });
  });

  it('takes the same answer given twice, and none of what cannot be trusted', () => {
    expect(code(bytes([...good, ...good]))).toBe('ok');
    const untrusted = [
      new TextEncoder().encode('<html>请登录</html>'),
      bytes(good).slice(0, 100),
      bytes(good.slice(1)),
      bytes(good, 'another batch'),
      bytes([...good, { ...good[0]!, receipt: 'another' }]),
      bytes(good.map((answer) => ({ ...answer, dataVersion: 1 }))),
      bytes(good.map(({ receipt: _receipt, ...answer }) => answer)),
    ];
    expect(untrusted.map(code)).toEqual(untrusted.map(() => 'exchange.answer'));
  });
});
