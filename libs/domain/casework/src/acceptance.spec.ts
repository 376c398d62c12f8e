import {
  accepted,
  attachment,
  CaseBench,
  refusal,
  samples,
  submitted,
  supplementing,
  township,
  village,
} from './case.fixture.js';
import { parseDocumentNumber } from './numbers.js';

const withItem = (change: Partial<(typeof samples.submit)['item']>, date?: string): CaseBench =>
  new CaseBench(date).do({ ...samples.submit, item: { ...samples.submit.item, ...change } }).take();

describe('accept', () => {
  it('counts both limits in working days', () => {
    const { case: state } = submitted('2026-02-12').do(samples.accept);
    expect(state).toMatchObject({
      status: 'accepted',
      acceptedOn: '2026-02-12',
      promisedDue: { date: '2026-02-26', provisional: false },
      statutoryDue: { date: '2026-03-18', provisional: false },
      violations: [],
    });
    const number = parseDocumentNumber(state.acceptanceNumber ?? '');
    expect(number).toMatchObject({ ok: true, value: { kind: 'SL', division: township, date: '2026-02-12' } });
  });

  it('marks a limit that ends in a year without a calendar', () => {
    expect(submitted('2026-12-25').do(samples.accept).case).toMatchObject({
      promisedDue: { date: '2027-01-01', provisional: true },
    });
  });

  it('counts natural days, and moves the last one off a holiday', () => {
    const bench = withItem({ timeUnit: 'naturalDay', promisedDays: 3, statutoryDays: 0 }, '2026-09-29');
    expect(bench.do(samples.accept).case).toMatchObject({
      promisedDue: { date: '2026-10-08', provisional: false },
      statutoryDue: { date: '2026-09-29', provisional: false },
    });
  });

  it('wants the required materials', () => {
    const bench = new CaseBench().do({ ...samples.submit, attachments: [attachment('M1')] }).take();
    expect(bench.ask(samples.accept)).toMatchObject({ code: 'case.material-missing', params: { missing: ['M2'] } });
  });

  it('after five silent working days counts from the day the papers came', () => {
    const bench = submitted('2026-03-02').passDays(8);
    for (const late of [samples.notAccept, samples.requestSupplement])
      expect(bench.ask(late)?.code).toBe('case.deemed-accepted');
    bench.do(samples.accept);
    expect(bench.case).toMatchObject({
      acceptedOn: '2026-03-02',
      promisedDue: { date: '2026-03-09' },
      violations: [{ kind: 'deemedAccepted' }],
    });
  });

  it('lets the five days begin where the case may be accepted, and never on an uncertain calendar', () => {
    const waiting = new CaseBench('2026-03-02').do(samples.submit).passDays(20).take();
    expect(waiting.ask(samples.requestSupplement)).toBeUndefined();
    expect(submitted('2026-12-30').passDays(20).ask(samples.requestSupplement)).toBeUndefined();
    expect(submitted('2026-03-02').passDays(7).ask(samples.requestSupplement)).toBeUndefined();
  });
});

describe('supplement', () => {
  it('is asked for once in writing, and given completely', () => {
    const bench = supplementing();
    expect(bench.case).toMatchObject({
      status: 'supplementing',
      supplements: [{ materials: ['M3'], suppliedAt: null }],
    });
    expect(bench.ask({ ...samples.supplement, attachments: [] })?.code).toBe('case.material-missing');
    expect(bench.ask({ ...samples.supplement, attachments: [attachment('M1')] })?.code).toBe('case.material-unknown');
    bench.passDays(20).do(samples.supplement);
    expect(bench.case).toMatchObject({ status: 'submitted', receivedAt: bench.now, violations: [] });
    expect(bench.case.supplements[0]?.suppliedAt).toBe(bench.now);
    expect(bench.case.materials.map(({ material }) => material)).toEqual(['M1', 'M2', 'M3']);
    expect(bench.do(samples.accept).case.acceptedOn).toBe('2026-03-22');
  });

  it('asked for a second time is noted', () => {
    const bench = supplementing()
      .do(samples.supplement)
      .do({ ...samples.requestSupplement, materials: ['M1', 'M1'] });
    expect(bench.case.violations).toEqual([{ kind: 'secondNotice', seq: bench.case.seq, at: bench.now }]);
    expect(bench.case.supplements.at(-1)?.materials).toEqual(['M1']);
  });

  it('needs a text and materials of the item', () => {
    const bench = submitted();
    expect(bench.ask({ ...samples.requestSupplement, text: '  ' })?.code).toBe('case.reason-required');
    expect(bench.ask({ ...samples.requestSupplement, materials: ['M9'] })?.code).toBe('case.material-unknown');
  });
});

describe('notAccept', () => {
  it('closes with reason and basis', () => {
    const bench = submitted();
    expect(bench.ask({ ...samples.notAccept, reason: '' })?.code).toBe('case.reason-required');
    expect(bench.ask({ ...samples.notAccept, legalBasis: ' ' })?.code).toBe('case.reason-required');
    bench.do(samples.notAccept);
    expect(bench.case).toMatchObject({
      status: 'closed',
      closing: 'notAccepted',
      closedAt: bench.now,
      nonAcceptance: { reasonCode: 'notWithinPowers' },
    });
  });

  it('ends a case whose supplement never came, and only such a one', () => {
    const never = { ...samples.notAccept, reasonCode: 'notSupplemented' } as const;
    expect(submitted().ask(never)?.code).toBe('case.state');
    expect(supplementing().passDays(60).do(never).case.closing).toBe('notAccepted');
  });
});

describe('limits', () => {
  it('that were broken are noted by the decision, certain ones only', () => {
    const kinds = (date: string, days: number, command = samples.decide) =>
      accepted(date)
        .passDays(days)
        .do(command)
        .case.violations.map(({ kind }) => kind);
    expect(kinds('2026-03-02', 7)).toEqual([]);
    expect(kinds('2026-03-02', 8)).toEqual(['promisedOverdue']);
    expect(kinds('2026-03-02', 60, refusal)).toEqual(['promisedOverdue', 'statutoryOverdue']);
    expect(kinds('2026-12-29', 60)).toEqual([]);
  });

  it('are the same at the intake', () => {
    const route = { accept: village, decide: village, certify: village, deliver: village };
    const bench = new CaseBench('2026-04-30').do({ ...samples.submit, route }).do(samples.accept);
    expect(bench.case.promisedDue).toEqual({ date: '2026-05-11', provisional: false });
  });
});
