import fc from 'fast-check';
import { addDays, localDate, workingCalendar, type DueDate, type LocalDate } from '@tongban/domain/calendar';
import {
  accepted,
  acceptedWith,
  approved,
  CaseBench,
  certified,
  dayMs,
  morningOf,
  refusal,
  samples,
  submitted,
  submittedWith,
  supplementing,
} from './case.fixture.js';
import { clockOf, type CaseClock } from './clock.js';
import { dueAfter, type Standstill } from './deadlines.js';

const calendar = workingCalendar();
const clock = (bench: CaseBench, known = calendar): CaseClock => clockOf(bench.case, known, bench.now);
const colour = (bench: CaseBench): string => clock(bench).color;

/** What a clerk with a wall calendar would do: strike out one day after the other. */
function counted(from: LocalDate, days: number, unit: string, standstills: readonly Standstill[]): LocalDate {
  const stands = (date: LocalDate): boolean => standstills.some((still) => still.from < date && date <= still.to);
  let date = from;
  for (let left = days; left > 0;) {
    date = addDays(date, 1);
    if (!stands(date) && (unit === 'naturalDay' || calendar.isWorkingDay(date))) left--;
  }
  while (unit === 'naturalDay' && days > 0 && !calendar.isWorkingDay(date)) date = addDays(date, 1);
  return date;
}

const gaps = fc.array(fc.record({ wait: fc.nat({ max: 25 }), lasts: fc.nat({ max: 30 }) }), { maxLength: 5 });
const standstillsFrom = (from: LocalDate, list: readonly { wait: number; lasts: number }[]): Standstill[] => {
  let at = from;
  return list.map(({ wait, lasts }) => {
    const begins = addDays(at, wait);
    at = addDays(begins, lasts);
    return { from: begins, to: at };
  });
};

describe('a limit with standstills', () => {
  it('is the day that a slow counter finds', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: 500 }).map((day) => addDays('2024-06-01', day)),
        fc.nat({ max: 40 }),
        fc.constantFrom('workingDay' as const, 'naturalDay' as const),
        gaps,
        (from, days, unit, list) => {
          const standstills = standstillsFrom(from, list);
          expect(dueAfter(calendar, { from, days, unit }, standstills).date).toBe(
            counted(from, days, unit, standstills),
          );
        },
      ),
      { numRuns: 500 },
    );
  });

  it('never comes earlier for a standstill, and none after it has run out moves it', () => {
    fc.assert(
      fc.property(fc.nat({ max: 30 }), gaps, (days, list) => {
        const limit = { from: '2025-01-02', days, unit: 'workingDay' } as const;
        const plain = dueAfter(calendar, limit);
        expect(dueAfter(calendar, limit, standstillsFrom('2025-01-02', list)).date >= plain.date).toBe(true);
        expect(dueAfter(calendar, limit, standstillsFrom(plain.date, list))).toEqual(plain);
      }),
    );
  });
});

describe('special procedure', () => {
  it('moves both limits by the working days for which it stood still', () => {
    const bench = accepted('2026-02-12').do(samples.pause);
    expect(clock(bench)).toMatchObject({
      color: 'paused',
      pause: { reason: 'siteSurvey', from: '2026-02-12', until: { date: '2026-03-04' } },
    });
    bench.passDays(14).do(samples.resume);
    // 13 and 14 February work; 15 to 23 is the Spring Festival; 24 to 26 work: five days stood still.
    expect(bench.case).toMatchObject({
      promisedDue: { date: '2026-03-04', provisional: false },
      statutoryDue: { date: '2026-03-25', provisional: false },
      pauses: [{ procedure: 'siteSurvey', endedOn: '2026-02-26' }],
      violations: [],
    });
    expect(clock(bench).promised?.due).toEqual(bench.case.promisedDue);
  });

  it('agrees with the slow counter for any case', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: 200 }).map((day) => addDays('2026-01-05', day)),
        fc.array(fc.record({ wait: fc.nat({ max: 3 }), lasts: fc.nat({ max: 12 }) }), { maxLength: 3 }),
        (date, list) => {
          const bench = accepted(date);
          for (const { wait, lasts } of list) {
            bench.passDays(wait).do({ ...samples.pause, workingDays: 100 });
            bench.passDays(lasts).do(samples.resume);
          }
          const stood = bench.case.pauses.map(({ from, endedOn }) => ({ from, to: endedOn ?? from }));
          expect(clock(bench).statutory?.due.date).toBe(counted(date, 20, 'workingDay', stood));
          expect(bench.case.promisedDue?.date).toBe(counted(date, 5, 'workingDay', stood));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('wants a basis and a notice, comes one at a time, and lets nothing be decided meanwhile', () => {
    const bench = accepted();
    expect(bench.ask({ ...samples.pause, legalBasis: ' ' })?.code).toBe('case.reason-required');
    expect(bench.ask({ ...samples.pause, text: '' })?.code).toBe('case.reason-required');
    expect(bench.ask(samples.resume)?.code).toBe('case.not-paused');
    bench.do(samples.pause);
    for (const command of [samples.pause, samples.decide, samples.handOver, samples.askExtension])
      expect(bench.ask(command)?.code).toBe('case.paused');
    expect(bench.ask(samples.withdraw)).toBeUndefined();
    expect(bench.do(samples.urge).do(samples.resume).ask(samples.decide)).toBeUndefined();
  });

  it('stops the clock no longer than the applicant was told, and its overrun is noted', () => {
    const bench = accepted('2026-03-02').do({ ...samples.pause, workingDays: 2 });
    expect(colour(bench.passDays(2))).toBe('paused');
    expect(clock(bench.passDays(1))).toMatchObject({ color: 'yellow', pause: null });
    bench.do(samples.resume);
    expect(bench.case).toMatchObject({
      promisedDue: { date: '2026-03-11' },
      violations: [{ kind: 'pauseOverrun' }],
    });
  });

  it('heals no limit that had run out before', () => {
    const bench = accepted('2026-03-02').passDays(8).do(samples.pause).passDays(20).do(samples.resume);
    expect(bench.case.promisedDue?.date).toBe('2026-03-09');
    expect(colour(bench)).toBe('yellow');
  });
});

describe('extension', () => {
  it('is asked by one, granted by another, once, and moves both limits', () => {
    const bench = accepted('2026-03-02').do(samples.askExtension, { role: 'approver', subject: 'zhao' });
    expect(bench.ask(samples.decideExtension, { subject: 'zhao' })?.code).toBe('case.same-person');
    expect(bench.ask(samples.askExtension)?.code).toBe('case.extension');
    expect(bench.ask({ ...samples.decideExtension, reason: '' })?.code).toBe('case.reason-required');
    bench.do(samples.decideExtension);
    expect(bench.case).toMatchObject({
      promisedDue: { date: '2026-03-23' },
      statutoryDue: { date: '2026-04-14' },
      extension: { outcome: 'granted', days: 10 },
    });
    expect(bench.case.extension?.noticeNumber).toMatch(/^YQ/);
    expect(clock(bench).extendedDays).toBe(10);
    expect(bench.ask(samples.askExtension)?.code).toBe('case.extension');
    expect(bench.ask(samples.decideExtension)?.code).toBe('case.extension');
  });

  it('may be turned down and asked for again, and comes too late after the limit', () => {
    const bench = accepted('2026-03-02').do(samples.askExtension);
    bench.do({ ...samples.decideExtension, outcome: 'rejected' });
    expect(bench.case).toMatchObject({ promisedDue: { date: '2026-03-09' }, extension: { outcome: 'rejected' } });
    bench.do(samples.askExtension).passDays(60);
    expect(bench.ask(samples.decideExtension)?.code).toBe('case.extension');
    expect(accepted('2026-03-02').passDays(60).ask(samples.askExtension)?.code).toBe('case.extension');
  });
});

describe('colours', () => {
  it('go from green to red as the days go by', () => {
    const seen = [0, 3, 4, 7, 8, 28, 29].map((days) => colour(accepted('2026-03-02').passDays(days)));
    expect(seen).toEqual(['green', 'green', 'blue', 'blue', 'yellow', 'yellow', 'red']);
    expect(clock(accepted('2026-03-02').passDays(8))).toMatchObject({
      promised: { remainingDays: -1, overdue: true },
      statutory: { overdue: false },
    });
  });

  it('tell where no clock runs', () => {
    expect(colour(new CaseBench().do(samples.submit))).toBe('idle');
    expect(clock(supplementing())).toMatchObject({ color: 'paused', pause: { reason: 'supplement', until: null } });
    expect(colour(accepted().do(refusal).passDays(99))).toBe('ended');
    expect(colour(certified().do(samples.deliver))).toBe('ended');
  });

  it('are red for five silent days, a late certificate and a late delivery', () => {
    expect(clock(submitted('2026-03-02'))).toMatchObject({
      color: 'green',
      step: { step: 'accept', statutory: { due: { date: '2026-03-09' }, remainingDays: 5 } },
    });
    expect(colour(submitted('2026-03-02').passDays(8))).toBe('red');
    const bench = approved('2026-03-02').passDays(15);
    expect(clock(bench)).toMatchObject({ color: 'red', step: { step: 'certify', statutory: { overdue: true } } });
    bench.do(samples.certify);
    expect(bench.case.violations).toMatchObject([{ kind: 'certificateOverdue' }]);
    expect(clock(bench)).toMatchObject({ color: 'red', step: { step: 'deliver' } });
  });

  it('show the share of a step, and both clocks of a case that goes up', () => {
    const steps = [
      { name: '初审', power: 'review', days: 2 } as const,
      { name: '审查', power: 'decide', days: 3 } as const,
    ];
    const bench = submittedWith({ regime: 'reportedUp', steps }, '2026-03-02').do(samples.accept);
    expect(clock(bench)).toMatchObject({
      step: { step: 'review', promised: { due: { date: '2026-03-04' } }, statutory: { due: { date: '2026-03-30' } } },
      promised: { due: { date: '2026-03-09' } },
    });
    bench.passDays(1).do(samples.review).do(samples.handOver).take();
    expect(clock(bench).step).toMatchObject({ step: 'decide', since: '2026-03-03', statutory: null });
    expect(clock(bench).step?.promised?.due.date).toBe('2026-03-06');
    expect(colour(bench.passDays(4))).toBe('yellow');
    // Decided without a first review below, the step has both shares.
    expect(clock(acceptedWith({ steps }, '2026-03-02')).step?.promised?.due.date).toBe('2026-03-09');
    const late = submittedWith({ regime: 'reportedUp' }, '2026-03-02').do(samples.accept).passDays(40);
    expect(late.do(samples.review).case.violations).toMatchObject([{ kind: 'reviewOverdue' }]);
  });
});

describe('a year whose holidays are not published', () => {
  const known = workingCalendar({ coveredYears: [2027], offDays: ['2027-01-01'] });

  it('makes limits provisional, and they become certain by themselves', () => {
    const bench = accepted('2026-12-29');
    expect(clock(bench)).toMatchObject({ color: 'provisional', provisional: true });
    expect(clock(bench.passDays(60)).color).toBe('provisional');
    const certain: DueDate = { date: '2027-01-06', provisional: false };
    expect(clock(bench, known)).toMatchObject({ color: 'red', promised: { due: certain }, provisional: false });
  });

  it('is written down anew once it is known, and blames then', () => {
    const bench = accepted('2026-12-29');
    expect(bench.ask(samples.recount)?.code).toBe('case.nothing-to-recount');
    expect(accepted().ask(samples.recount)?.code).toBe('case.nothing-to-recount');
    bench.calendar(known).do(samples.recount);
    expect(bench.case.promisedDue).toEqual({ date: '2027-01-06', provisional: false });
    expect(bench.ask(samples.recount)?.code).toBe('case.nothing-to-recount');
    const kinds = (each: CaseBench): string[] => each.do(samples.decide).case.violations.map(({ kind }) => kind);
    expect(kinds(bench.passDays(60))).toEqual(['promisedOverdue', 'statutoryOverdue']);
    const silent = accepted('2026-12-29').calendar(known).passDays(60);
    expect(kinds(silent)).toEqual(['promisedOverdue', 'statutoryOverdue']);
  });
});

it('reads clocks of any open case without failing', () => {
  fc.assert(
    fc.property(fc.integer({ min: -400, max: 2_000 }), fc.constantFrom('workingDay', 'naturalDay'), (days, unit) => {
      const bench = acceptedWith({ timeUnit: unit as 'workingDay' });
      const read = clockOf(bench.case, calendar, morningOf('2026-03-02') + days * dayMs);
      expect(localDate(bench.now)).toBe('2026-03-02');
      expect(read.promised?.remainingDays).toEqual(expect.any(Number));
    }),
    { numRuns: 50 },
  );
});
