import { smallCity } from '../divisions.fixture.js';
import { city, district, gateway, goodObservation, provinceRecord, township, village } from './observation.fixture.js';
import { pathOfCase, provinceWord, reportJson, type Report } from './report.js';
import { reportText } from './table.js';
import { box, widthOf } from './text-width.js';

const totals = {
  ...{
    nodes: 13,
    items: 98,
    departments: 24,
    delegations: 120,
    nodesWithNewestCatalogue: 13,
    submitted: 1,
    closed: 1,
    acknowledged: 1,
  },
  ...{ lost: 0, duplicated: 0, divergent: 0, elapsedSeconds: 12.3, rssMegabytes: 900 },
  regimes: ['promised', 'joint'] as const,
};
const change = { item: '000511004000 高龄津贴发放', version: 2, seconds: 1.8 };
const report: Report = { observations: [goodObservation()], totals, change, failures: [] };

describe('the report', () => {
  it('is one line of JSON in the agreed shape', () => {
    const line = reportJson(report);
    expect(line).not.toContain('\n');
    const { cases, totals: read } = JSON.parse(line) as { cases: Record<string, unknown>[]; totals: unknown };
    expect(read).toEqual(totals);
    expect(cases[0]).toEqual({
      number: 'N1',
      item: '000511004000 高龄津贴发放',
      path: [village, township],
      entries: expect.arrayContaining([
        { type: 'case.submitted', node: village, at: '2026-11-20T04:00:00.000Z', msPerHop: 20 },
        { type: 'case.accepted', node: township, at: '2026-11-20T04:00:03.000Z', msPerHop: 20 },
      ]) as unknown,
      holders: [village, township, district, city, gateway].map((node) => ({ node, headHash: '6'.padStart(64, '0') })),
      province: 'acknowledged',
    });
  });

  it('shows names, codes, both languages and the equal head', () => {
    const text = reportText(report, smallCity());
    for (const part of ['区划371102001001 371102001001 →', '受理 accepted', '准予并出证 certified', '一致 equal']) {
      expect(text).toContain(part);
    }
    expect(text).toContain('已接收 acknowledged');
    expect(text).toMatch(/change usable in all villages +│ +1\.8 s/);
    expect(text).toMatch(/newest catalogue +│ +13 /);
    expect(text).toContain('核验地址  收件凭证 http://127.0.0.1/v1/progress/N1/page?code=123456');
    expect(text).toContain('高龄津贴发放 000511004000（承诺件）');
    expect(text).toMatch(/regimes +│ +承诺件、联办件/);
    expect(text).toContain('│ 12:00:03.000 │ 受理 accepted');
    expect(text.endsWith('全部核对通过 all checks held')).toBe(true);
  });

  it('shows the receipt of what was paid', () => {
    const paid = goodObservation({ paymentReceipt: 'SB1' });
    expect(reportText({ ...report, observations: [paid] }, smallCity())).toContain('缴费回单  SB1');
  });

  it('names what did not hold', () => {
    const failures = [{ check: '没有条目丢失', detail: 'N1 少 2 条' }];
    expect(reportText({ ...report, failures }, smallCity())).toContain('没有条目丢失：N1 少 2 条');
  });

  it('the path goes over every node between two owners', () => {
    const good = goodObservation();
    const holders = good.holders.map((holder) => ({
      ...holder,
      entries: holder.entries.map((entry) => (entry.type === 'record.taken' ? { ...entry, author: city } : entry)),
    }));
    expect(pathOfCase({ ...good, holders })).toEqual([village, township, district, city]);
  });

  it('the province has spoken last with the newest version of each record', () => {
    const first = provinceRecord({ outcome: 'rejected', dataVersion: 1 });
    expect(provinceWord([])).toBe('none');
    expect(provinceWord([first, provinceRecord({ dataVersion: 2 })])).toBe('acknowledged');
    expect(provinceWord([first, provinceRecord({ businessKey: 'N1-result' })])).toBe('rejected');
  });
});

describe('boxes', () => {
  it('are even, whatever is in the cells', () => {
    const lines = box(
      [
        ['时间', 'a'],
        ['受理 accepted', '（县）'],
        ['𠮷', '1'],
      ],
      [1],
    );
    expect(new Set(lines.map(widthOf)).size).toBe(1);
    expect(lines[3]).toContain('│ （县） │');
  });
});
