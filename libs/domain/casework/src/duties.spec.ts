import fc from 'fast-check';
import { addDays, localDate, startOfLocalDate, workingCalendar } from '@tongban/domain/calendar';
import {
  accepted,
  approved,
  CaseBench,
  certified,
  preReviewing,
  refusal,
  samples,
  submitted,
  submittedWith,
  supplementing,
} from './case.fixture.js';
import type { CaseCommand } from './command-schemas.js';
import { dutyOf, usualDutyParameters } from './duties.js';

const calendar = workingCalendar();
const duty = (bench: CaseBench, now = bench.now) => dutyOf(bench.case, calendar, now);
const dayAfter = (date: string): number => startOfLocalDate(addDays(date, 1));
const defaultRating: CaseCommand = {
  type: 'rate',
  level: 'basicallySatisfied',
  channel: 'systemDefault',
  reasonCodes: [],
};

describe('what the system does by itself', () => {
  it('accepts when the five working days have gone by in silence, with papers missing or not', () => {
    const bench = submitted('2026-03-02');
    expect(duty(bench)).toEqual({ kind: 'deemAccepted', at: dayAfter('2026-03-09') });
    bench.now = dayAfter('2026-03-09') - 1;
    expect(bench.ask(samples.deemAccepted)?.code).toBe('case.not-due');
    bench.now += 1;
    bench.do(samples.deemAccepted);
    expect(bench.case).toMatchObject({
      status: 'accepted',
      acceptedOn: '2026-03-02',
      promisedDue: { date: '2026-03-09' },
      handlers: { accepted: { role: 'system' } },
      violations: [{ kind: 'deemedAccepted' }],
    });
    const incomplete = new CaseBench('2026-03-02')
      .do({ ...samples.submit, attachments: [] })
      .take()
      .passDays(9);
    expect(incomplete.ask(samples.accept)?.code).toBe('case.material-missing');
    expect(incomplete.do(samples.deemAccepted).case.status).toBe('accepted');
  });

  it('has nothing to do while the applicant is to act, and where no calendar is certain', () => {
    for (const bench of [supplementing(), preReviewing()]) expect(duty(bench.passDays(60))).toBeNull();
    const late = submitted('2026-12-30').passDays(20);
    expect(duty(late)?.at).toBeLessThan(late.now);
    expect(late.ask(samples.deemAccepted)?.code).toBe('case.not-due');
  });

  it('writes down each breach once, on its day, and the decision does not write it again', () => {
    const bench = accepted('2026-03-02');
    expect(duty(bench)).toEqual({ kind: 'markOverdue', at: dayAfter('2026-03-09') });
    bench.now = dayAfter('2026-03-09');
    bench.do(samples.markOverdue);
    expect(bench.case.violations).toMatchObject([{ kind: 'promisedOverdue' }]);
    expect(bench.ask(samples.markOverdue)?.code).toBe('case.not-due');
    expect(duty(bench)?.at).toBe(dayAfter('2026-03-30'));
    bench.passDays(40).do(samples.markOverdue).do(samples.decide);
    expect(bench.case.violations.map(({ kind }) => kind)).toEqual(['promisedOverdue', 'statutoryOverdue']);
    bench.passDays(30).do(samples.markOverdue).do(samples.certify);
    expect(bench.case.violations.map(({ kind }) => kind)).toEqual([
      'promisedOverdue',
      'statutoryOverdue',
      'certificateOverdue',
    ]);
  });

  it('sees a first review and a special procedure that take too long', () => {
    const review = submittedWith({ regime: 'reportedUp', statutoryDays: 60, promisedDays: 60 }).do(samples.accept);
    review.passDays(40).do(samples.markOverdue);
    expect(review.case.violations).toMatchObject([{ kind: 'reviewOverdue' }]);
    review.do(samples.review);
    expect(review.case.violations).toHaveLength(1);
    const paused = accepted().do(samples.pause);
    expect(duty(paused)?.kind).toBe('markOverdue');
    paused.passDays(30).do(samples.markOverdue);
    expect(paused.case.violations.map(({ kind }) => kind)).toContain('pauseOverrun');
    expect(paused.do(samples.resume).case.violations.filter(({ kind }) => kind === 'pauseOverrun')).toHaveLength(1);
  });

  it('rates by default where nobody has, and never what was withdrawn', () => {
    const bench = certified('2026-03-02').do(samples.deliver);
    const due = calendar.addWorkingDays(localDate(bench.now), usualDutyParameters.defaultRatingWorkingDays).date;
    expect(duty(bench)).toEqual({ kind: 'defaultRating', at: dayAfter(due) });
    expect(bench.ask(defaultRating, { role: 'system' })).toBeUndefined();
    expect(bench.ask(defaultRating, { role: 'resident' })?.code).toBe('jurisdiction.role');
    expect(duty(bench.do(samples.rate))).toBeNull();
    expect(duty(submitted().do(samples.withdraw))).toBeNull();
    expect(duty(accepted().do(refusal))?.kind).toBe('defaultRating');
    const soon = dutyOf(certified('2026-03-02').case, calendar, bench.now, { defaultRatingWorkingDays: 5 });
    expect(soon?.at).toBe(dayAfter('2026-03-09'));
  });

  it('is always over after it has been done: no case is looked at for ever', () => {
    const begins = [submitted, accepted, approved, certified, () => accepted().do(samples.pause)];
    fc.assert(
      fc.property(fc.constantFrom(...begins), fc.integer({ min: 0, max: 200 }), (begin, days) => {
        const bench = begin().passDays(days);
        for (let round = 0; round < 6; round++) {
          const next = duty(bench);
          if (next === null || next.at > bench.now) return;
          const command = next.kind === 'defaultRating' ? defaultRating : samples[next.kind];
          const before = bench.case.seq;
          bench.do(command, { role: 'system' });
          expect(bench.case.seq).toBeGreaterThan(before);
        }
        throw new Error('six rounds were not enough');
      }),
      { numRuns: 100 },
    );
  });
});
