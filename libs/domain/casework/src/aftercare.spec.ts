import { nodeCode } from '@tongban/kernel';
import { accepted, certified, city, dayMs, refusal, samples, submitted, township } from './case.fixture.js';

const province = nodeCode('370000000000');

describe('deliver', () => {
  it('hands over a result once', () => {
    const bench = certified().do({ ...samples.deliver, deliveredAt: certified().now - 1000 });
    expect(bench.case).toMatchObject({
      delivered: { method: 'village', deliveredAt: bench.now - 1000 },
      status: 'closed',
    });
    expect(bench.drafts.at(-1)?.sealed).toEqual({ recipient: '王秀英' });
    expect(bench.ask(samples.deliver)?.code).toBe('case.delivered');
  });

  it('needs a result, a place of the case and a possible time', () => {
    expect(accepted().do(refusal).ask(samples.deliver)?.code).toBe('case.state');
    const bench = certified();
    expect(bench.ask(samples.deliver, { division: township })?.code).toBe('jurisdiction.division');
    expect(bench.ask(samples.deliver, { role: 'clerk', division: city })?.code).toBe('jurisdiction.division');
    for (const deliveredAt of [bench.now + dayMs, bench.now - 2 * dayMs])
      expect(bench.ask({ ...samples.deliver, deliveredAt })?.code).toBe('case.back-dated');
  });
});

describe('rate', () => {
  it('is counted once per channel, for any closing', () => {
    const bench = accepted().do(refusal).do(samples.rate);
    expect(bench.ask(samples.rate)?.code).toBe('case.rated');
    bench.do({ ...samples.rate, channel: 'hotline', level: 'dissatisfied', reasonCodes: ['slow'] });
    expect(bench.case.ratings.map(({ level, reasonCodes }) => [level, reasonCodes])).toEqual([
      ['verySatisfied', []],
      ['dissatisfied', ['slow']],
    ]);
    expect(bench.case.closing).toBe('refused');
  });

  it('is the own word of the resident', () => {
    const bench = certified();
    expect(bench.ask(samples.rate, { onBehalfOf: 'wang' })?.code).toBe('jurisdiction.not-party');
    expect(bench.ask(samples.rate, { role: 'system' })?.code).toBe('jurisdiction.role');
    expect(bench.ask({ ...samples.rate, channel: 'systemDefault' })?.code).toBe('jurisdiction.role');
  });

  it('left on the provincial portal comes by the gateway’s node, and by no other system', () => {
    const byGateway = { role: 'system', division: province } as const;
    expect(certified().ask(samples.rate, byGateway)).toBeUndefined();
    expect(certified().ask({ ...samples.rate, channel: 'systemDefault' }, byGateway)?.code).toBe('jurisdiction.role');
    expect(certified().ask(samples.rate, { role: 'system', division: city })?.code).toBe('jurisdiction.role');
    expect(certified().do(samples.rate, byGateway).ask(samples.rate, byGateway)?.code).toBe('case.rated');
  });

  it('carries no sealed part without a text', () => {
    const { text: _text, ...silent } = samples.rate;
    expect(certified().do(silent).drafts.at(-1)).not.toHaveProperty('sealed');
  });
});

describe('correct', () => {
  it('says from what to what', () => {
    const bench = submitted().do(samples.correct);
    expect(bench.case.identityType).toBe('householdRegister');
    expect(bench.case.corrections).toMatchObject([
      { field: 'identityType', from: 'residentIdentityCard', to: 'householdRegister', reasonCode: 'recordedWrongly' },
    ]);
    expect(bench.ask(samples.correct)?.code).toBe('case.nothing-to-correct');
    expect(bench.ask({ ...samples.correct, changes: {} })?.code).toBe('case.nothing-to-correct');
    expect(bench.ask({ ...samples.correct, changes: { applicantType: 'enterprise' } })?.code).toBe('request.invalid');
    const both = { applicantType: 'enterprise', identityType: 'usccOrganisation' } as const;
    expect(bench.do({ ...samples.correct, changes: both }).case).toMatchObject(both);
    expect(bench.case.corrections).toHaveLength(3);
  });

  it('opens after closing only when the province sent it back, until it is taken', () => {
    const bench = certified();
    expect(bench.ask(samples.correct)?.code).toBe('case.closed');
    bench.do(samples.noteReport).do(samples.correct);
    expect(bench.case).toMatchObject({ status: 'closed', closing: 'certified', identityType: 'householdRegister' });
    bench.do({ ...samples.noteReport, outcome: 'acknowledged', dataVersion: 2, receipt: 'R-1', problems: [] });
    expect(bench.case.reports['https-json']).toMatchObject({ outcome: 'acknowledged', dataVersion: 2, receipt: 'R-1' });
    expect(bench.ask({ ...samples.correct, changes: { identityType: 'passport' } })?.code).toBe('case.closed');
  });
});

describe('noteReport', () => {
  it('keeps the newest answer per profile and masks numbers of persons', () => {
    const bench = certified().do({ ...samples.noteReport, dataVersion: 3 });
    expect(bench.ask(samples.noteReport)?.code).toBe('request.stale');
    bench.do({ ...samples.noteReport, profile: 'national-frontend' });
    expect(Object.keys(bench.case.reports)).toEqual(['https-json', 'national-frontend']);
    expect(bench.case.reports['https-json']?.problems[0]?.message).toBe(`证件号${'*'.repeat(18)}不存在`);
  });
});
