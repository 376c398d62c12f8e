import { countsOf, failuresOf, regimeFailures, regimesOf } from './checks.js';
import {
  city,
  district,
  gateway,
  goodObservation,
  provinceRecord,
  village,
  withHolder,
} from './observation.fixture.js';
import type { Observation } from './report.js';

const wanted = { closings: new Map([['record-1', 'granted']]), rejectedOnce: [] };
const checksOf = (observation: Observation, expectations = wanted): string[] =>
  failuresOf([observation], expectations).map(({ check }) => check);

describe('the checks of the main job', () => {
  it('find nothing in what went well', () => {
    expect(failuresOf([goodObservation()], wanted)).toEqual([]);
    expect(countsOf([goodObservation()])).toEqual({
      ...{ submitted: 1, closed: 1, acknowledged: 1, lost: 0, duplicated: 0, divergent: 0 },
    });
  });

  it('see another head', () => {
    const seen = withHolder(city, ({ view }) => ({ view: { ...view!, headHash: 'f'.repeat(64) } }));
    expect(checksOf(seen)).toEqual(['各持有节点链头一致']);
    expect(countsOf([seen])).toMatchObject({ divergent: 1, lost: 0 });
  });

  it('see the same hash under another number', () => {
    expect(checksOf(withHolder(city, ({ view }) => ({ view: { ...view!, seq: 7 } })))).toEqual(['各持有节点链头一致']);
  });

  it('count every entry that a holder lacks', () => {
    const without = withHolder(gateway, () => ({ view: undefined, entries: [] }));
    expect(countsOf([without])).toMatchObject({ lost: 6, divergent: 1 });
    const short = withHolder(district, ({ entries }) => ({ entries: entries.slice(0, 4) }));
    expect(checksOf(short)).toEqual(['没有条目丢失']);
    expect(countsOf([short]).lost).toBe(2);
  });

  it('see an entry that only the others have at the intake', () => {
    const gap = withHolder(village, ({ entries }) => ({ entries: entries.filter(({ seq }) => seq !== 3) }));
    expect(checksOf(gap)).toEqual(['没有条目丢失', '条目编号连续']);
  });

  it('count what is there twice, at a holder and at the province', () => {
    const twice = withHolder(city, ({ entries }) => ({ entries: [...entries, entries[0]!] }));
    expect(checksOf(twice)).toEqual(['没有条目重复', '条目编号连续']);
    const counted = goodObservation({ province: [provinceRecord(), provinceRecord({ position: 2 })] });
    expect(countsOf([counted]).duplicated).toBe(1);
  });

  it('know profiles apart: the same record under two is there once each, and all have to agree', () => {
    const both = [provinceRecord(), provinceRecord({ position: 2, profile: 'national-grpc' })];
    expect(countsOf([goodObservation({ province: both })])).toMatchObject({ duplicated: 0, acknowledged: 1 });
    const rejected = [provinceRecord(), provinceRecord({ profile: 'national-grpc', outcome: 'rejected' })];
    expect(checksOf(goodObservation({ province: rejected }))).toEqual(['省平台全部接收']);
    const reportedBy = (profile: string, outcome: 'acknowledged' | 'rejected') => ({
      ...withHolder(village, ({ view }) => ({
        view: { ...view!, reports: { [profile]: { outcome, dataVersion: 1 } } } as never,
      })),
      province: [],
      profiles: [profile],
    });
    // Rows of a front-end database are not among the records that the province shows.
    expect(checksOf(reportedBy('shandong-database', 'acknowledged'))).toEqual([]);
    expect(checksOf(reportedBy('shandong-database', 'rejected'))).toEqual(['省平台全部接收']);
    expect(checksOf(reportedBy('national-json', 'acknowledged'))).toEqual(['省平台全部接收']);
    // A profile that has not answered yet may still say no.
    expect(checksOf(goodObservation({ province: both, profiles: ['national-json', 'national-grpc'] }))).toEqual([
      '省平台全部接收',
    ]);
  });

  it('want every case closed', () => {
    const open = withHolder(village, ({ view }) => ({ view: { ...view!, closing: null } }));
    expect(checksOf(open)).toEqual(['全部办结', '办理结果符合预期']);
    expect(countsOf([open])).toMatchObject({ closed: 0, submitted: 1 });
  });

  it('want the province to have all of it, and the case to know', () => {
    expect(checksOf(goodObservation({ province: [] }))).toEqual(['省平台全部接收']);
    const rejected = goodObservation({ province: [provinceRecord({ outcome: 'rejected' })] });
    expect(checksOf(rejected)).toEqual(['省平台全部接收']);
    expect(checksOf(withHolder(village, ({ view }) => ({ view: { ...view!, reports: {} } })))).toEqual([
      '省平台全部接收',
    ]);
  });

  it('the newest version of a record counts', () => {
    const corrected = [provinceRecord({ outcome: 'rejected', receipt: null }), provinceRecord({ dataVersion: 2 })];
    const seen = goodObservation({ province: corrected });
    expect(failuresOf([seen], { ...wanted, rejectedOnce: ['record-1'] })).toEqual([]);
    expect(countsOf([seen])).toMatchObject({ acknowledged: 1, duplicated: 0 });
    expect(checksOf(goodObservation(), { ...wanted, rejectedOnce: ['record-1'] } as never)).toEqual([
      '省平台退回错误代码',
    ]);
  });

  it('want each regime once, a joint case only as a whole', () => {
    const of = (regime: Observation['item']['regime']): Observation =>
      goodObservation({ item: { code: '1', name: '甲', regime } });
    const all = (['feeCounter', 'onTheSpot', 'promised', 'joint', 'reportedUp', 'controlled'] as const).map(of);
    expect(regimesOf(all, ['LB1'])).toEqual([
      ...['onTheSpot', 'promised', 'joint', 'reportedUp', 'controlled', 'feeCounter'],
    ]);
    expect(regimesOf(all, [])).not.toContain('joint');
    const refused = withHolder(village, ({ view }) => ({ view: { ...view!, closing: 'refused' } }));
    expect(regimesOf([refused], [])).toEqual([]);
    expect(regimeFailures(regimesOf(all, []))).toEqual([
      { check: '六种办件类型各办结一件', detail: '没有办结的联办件' },
    ]);
  });

  it('want the closing that the scenario meant', () => {
    const expectations = { closings: new Map([['record-1', 'refused']]), rejectedOnce: [] };
    expect(failuresOf([goodObservation()], expectations)).toEqual([
      { check: '办理结果符合预期', detail: 'N1 应为 refused，实为 certified' },
    ]);
  });
});
