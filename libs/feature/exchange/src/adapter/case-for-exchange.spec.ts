import fc from 'fast-check';
import { nationalJson, toRecords, contentDigest, type CaseForExchange } from '@tongban/domain/exchange';
import type { CaseCommandOf } from '@tongban/domain/casework';
import { CaseBench, closedCase, district, materialNames, uscc, village } from '../../test/case-bench.js';
import { caseForExchange, competentNode, isReportable } from './case-for-exchange.js';

const profile = nationalJson({ province: '37' });
const record = '01900000-0000-7000-8000-000000000001';
const department = { name: '东港区民政局', uscc };

const adapted = (bench: CaseBench, changes: object = {}): CaseForExchange =>
  caseForExchange({
    record,
    state: bench.case,
    entries: bench.views,
    opened: bench.opened,
    department,
    materialNames,
    ...changes,
  });
const holds = (from: CaseForExchange): string[] =>
  toRecords(from, profile).held.map(({ kind, field, code }) => `${kind} ${field} ${code}`);
const refusing: Partial<CaseCommandOf<'decide'>> = {
  outcome: 'refuse',
  opinion: '不符合年龄条件',
  reasonCode: 'conditionsNotMet',
  reason: '申请人未满八十周岁',
  legalBasis: '《中华人民共和国老年人权益保障法》第三十三条',
  remedies: '可在六十日内申请行政复议，或在六个月内提起行政诉讼',
};

describe('a case for the exchange', () => {
  it('joins facts and dossier of a certified case, and nothing of it is held', () => {
    const from = adapted(closedCase(record));
    expect(holds(from)).toEqual([]);
    expect(from).toMatchObject({
      item: { basicCode: '370500013001', implementationCode: `${uscc}4370500013001`, version: 2, regime: 'promised' },
      department,
      acceptance: { handlerName: '王敏' },
      dossier: { applicant: { name: '王秀英' }, agent: { name: '李建国' } },
      steps: [
        { name: '受理', action: 'accepted', handlerName: '王敏' },
        { name: '决定', action: 'agreed', handlerName: '赵立', explanation: '经审核，符合申领条件' },
      ],
      materials: [
        { name: '居民身份证', fileName: 'M1.jpg' },
        { name: '近期照片', fileName: 'M2.jpg' },
      ],
      closing: { type: 'granted', delivery: 'notDelivered', certificate: { name: '高龄津贴证' }, handlerName: '王敏' },
    });
    expect(from.steps[0]?.explanation).toContain(from.acceptance?.documentNumber);
    expect(from.rating).toBeUndefined();
  });

  it('is asked of the competent office, even where the power was handed down', () => {
    const bench = new CaseBench(record).submit();
    expect(competentNode(bench.case)).toBe(district);
    expect(isReportable(bench.case)).toBe(false);
    expect(isReportable(bench.accept().case)).toBe(true);
  });

  it('is not to be heard of where the papers of a pre-review were taken back before the application', () => {
    const looked = new CaseBench(record).submit({ preReview: true });
    looked.do({ type: 'withdraw', mandate: looked.case.mandate!, reasonCode: 'givenUp', reason: '不再办理' }, 'agent');
    expect(looked.case.status).toBe('closed');
    expect(isReportable(looked.case)).toBe(false);
  });

  it('does not change with the report of it', () => {
    const bench = closedCase(record);
    const digest = (): string | null => contentDigest(toRecords(adapted(bench), profile).ready);
    const before = digest();
    bench.do(
      { type: 'noteReport', profile: 'national-json', outcome: 'acknowledged', dataVersion: 1, receipt: 'S1' },
      'system',
    );
    expect(digest()).toBe(before);
  });

  it('changes with delivery, rating and correction', () => {
    const bench = closedCase(record);
    bench.do({ type: 'deliver', method: 'village', recipient: '王秀英' }, 'agent');
    bench.do(
      { type: 'rate', level: 'satisfied', channel: 'mobile', reasonCodes: ['401'], text: '服务热情' },
      'resident',
    );
    const from = adapted(bench);
    expect(from.closing?.delivery).toBe('village');
    expect(from.rating).toMatchObject({ level: 'satisfied', channel: 'mobile', text: '服务热情', occasion: 1 });
    expect(holds(from)).toEqual([]);
  });

  it('prefers a word of the resident to the default rating', () => {
    const bench = closedCase(record);
    bench.do({ type: 'rate', level: 'satisfied', channel: 'systemDefault' }, 'system');
    expect(adapted(bench).rating?.channel).toBe('systemDefault');
    bench.do({ type: 'rate', level: 'dissatisfied', channel: 'mobile', text: '等得太久' }, 'resident');
    expect(adapted(bench).rating).toMatchObject({ channel: 'mobile', level: 'dissatisfied', text: '等得太久' });
  });

  it('tells a refusal with its reason', () => {
    const from = adapted(new CaseBench(record).submit().accept().decide(refusing));
    expect(from.steps.at(-1)).toMatchObject({ action: 'disagreed', explanation: '不符合年龄条件' });
    expect(from.closing).toMatchObject({ type: 'refused', explanation: '申请人未满八十周岁', handlerName: '赵立' });
    expect(from.closing?.certificate).toBeUndefined();
    expect(holds(from)).toEqual([]);
  });

  it.each([
    ['notWithinPowers', 'notOurs', 'notAccepted'],
    ['notEligible', 'notAccepted', 'notAccepted'],
  ] as const)('tells why a case was not accepted (%s)', (reasonCode, action, type) => {
    const bench = new CaseBench(record).submit();
    const legalBasis = '《中华人民共和国行政许可法》第三十二条';
    bench.do({ type: 'notAccept', sequence: 1, reasonCode, reason: '户籍不在本区', legalBasis }, 'clerk');
    const from = adapted(bench);
    expect(from.steps).toMatchObject([{ action, explanation: '户籍不在本区' }]);
    expect(from.acceptance?.at).toBe(from.closing?.at);
    expect(from.closing?.type).toBe(type);
    expect(holds(from)).toEqual([]);
  });

  it('tells a lapse for want of papers apart, and the notice that went before', () => {
    const bench = new CaseBench(record).submit();
    bench.do(
      {
        type: 'requestSupplement',
        sequence: 1,
        catalogue: { known: ['M2'], required: [] },
        materials: ['M2'],
        text: '请补交照片',
      },
      'clerk',
    );
    const legalBasis = '《中华人民共和国行政许可法》第三十二条';
    bench.do(
      { type: 'notAccept', sequence: 2, reasonCode: 'notSupplemented', reason: '逾期未补正', legalBasis },
      'clerk',
    );
    const from = adapted(bench);
    expect(from.steps.map(({ action }) => action)).toEqual(['supplement', 'notAccepted']);
    expect(from.closing?.type).toBe('supplementExpired');
    expect(holds(from)).toEqual([]);
  });

  it('counts a withdrawal as returned, and holds it where nobody had accepted it', () => {
    const mandate = '01890000-0000-7000-8000-0000000000aa';
    const withdraw = { type: 'withdraw', mandate, reasonCode: 'givenUp', reason: '不再办理' } as const;
    const accepted = adapted(new CaseBench(record).submit().accept().do(withdraw, 'agent'));
    expect(accepted.closing).toMatchObject({ type: 'returned', explanation: '不再办理' });
    expect(holds(accepted)).toEqual([]);
    expect(holds(adapted(new CaseBench(record).submit().do(withdraw, 'agent')))).toEqual([
      'accept accept_date missing',
    ]);
  });

  it('only ever adds steps and materials at the end, so that their keys stay', () => {
    const histories = [
      closedCase(record),
      new CaseBench(record).submit().accept().decide(refusing),
      closedCase(record).do({ type: 'deliver', method: 'village', recipient: '王秀英' }, 'agent'),
    ];
    fc.assert(
      fc.property(fc.constantFrom(...histories), fc.nat(), (bench, at) => {
        const length = 1 + (at % bench.entries.length);
        const earlier = bench.upTo(length);
        const [before, now] = [adapted(earlier), adapted(bench)];
        expect(now.steps.slice(0, before.steps.length)).toEqual(before.steps);
        expect(now.materials.slice(0, before.materials.length)).toEqual(before.materials);
      }),
    );
  });

  it('never makes anything up: what is missing is held by name', () => {
    const bench = closedCase(record, 1, false);
    expect(holds(adapted(bench))).toEqual(['process handle_user_name missing', 'process handle_user_name missing']);
    expect(holds(adapted(closedCase(record), { department: undefined }))).toEqual([
      'accept task_code missing',
      'accept org_code missing',
      'accept org_name missing',
    ]);
    expect(holds(adapted(closedCase(record), { materialNames: new Map() }))).toEqual([
      'material material_name missing',
      'material material_name missing',
    ]);
    expect(holds(adapted(closedCase(record), { opened: new Map() }))).toEqual(
      expect.arrayContaining(['accept applyer_name missing', 'accept applyer_page_code missing']),
    );
    expect(adapted(bench).intake).toBe(village);
  });
});
