import fc from 'fast-check';
import { addDays, workingCalendar } from '@tongban/domain/calendar';
import { benchAt, FeedbackBench, filing, samplesOf } from './feedback.fixture.js';
import { dueAfter, feedbackTermsSchema, handlingDays, usualFeedbackTerms } from './terms.js';

const calendar = workingCalendar();
/** The slow way: day by day. */
function countedDays(from: string, days: number): string {
  let date = from;
  for (let left = days; left > 0;) {
    date = addDays(date, 1);
    if (calendar.isWorkingDay(date)) left--;
  }
  return date;
}

describe('the clocks of feedback', () => {
  it('count working days as somebody with a calendar on the wall does', () => {
    fc.assert(
      fc.property(fc.nat(600), fc.nat(60), (day, days) => {
        const on = addDays('2025-01-02', day);
        expect(dueAfter(calendar, on, days).date).toBe(countedDays(on, days));
      }),
    );
  });

  it('are those of kind and complexity, within the bounds of the city', () => {
    const terms = usualFeedbackTerms;
    expect(handlingDays(terms, 'complaint', 'general')).toEqual({ ok: true, value: 5 });
    expect(handlingDays(terms, 'consultation', 'general')).toEqual({ ok: true, value: 1 });
    expect(handlingDays(terms, 'consultation', 'complex')).toEqual({ ok: true, value: 5 });
    fc.assert(
      fc.property(fc.nat(40), fc.nat(40), fc.integer({ min: 1, max: 60 }), (least, more, asked) => {
        const own = {
          ...terms,
          complexComplaintLeastDays: least,
          complexComplaintMostDays: Math.min(60, least + more),
        };
        const set = handlingDays(own, 'complaint', 'complex', asked);
        expect(set.ok).toBe(asked >= least && asked <= own.complexComplaintMostDays);
        expect(handlingDays(own, 'complaint', 'complex')).toEqual({ ok: true, value: own.complexComplaintMostDays });
        expect(handlingDays(own, 'consultation', 'complex', asked)).toMatchObject({
          refusal: { code: 'feedback.terms' },
        });
      }),
    );
    expect(feedbackTermsSchema.safeParse({ ...terms, complexComplaintLeastDays: 20 }).success).toBe(false);
    expect(feedbackTermsSchema.safeParse({ ...terms, ratingFollowUpDays: -1 }).success).toBe(false);
  });

  it('begin with filing, again with acceptance, and are a parameter of the city', () => {
    const bench = new FeedbackBench({ ...usualFeedbackTerms, acceptanceDays: 0, complaintDays: 3 });
    const s = samplesOf('complaint');
    expect(bench.do(s.file).is.due).toEqual({ date: '2026-03-02', provisional: false });
    expect(bench.do(s.accept).is.due.date).toBe('2026-03-05');
    expect(new FeedbackBench().do(samplesOf('ratingFollowUp').open).is.due.date).toBe('2026-03-09');
    const complex = new FeedbackBench().do(s.file);
    expect(complex.ask({ ...s.accept, complexity: 'complex', days: 16 })?.code).toBe('feedback.terms');
    expect(complex.do({ ...s.accept, complexity: 'complex', days: 7 }).is.due.date).toBe('2026-03-11');
  });

  it('are extended once, by days within the bound, and not when they have run out', () => {
    const s = samplesOf('complaint');
    const bench = benchAt('complaint', 'handling')!;
    expect(bench.ask({ ...s.extend, days: 11 })?.code).toBe('feedback.terms');
    expect(bench.do(s.extend).is).toMatchObject({ extendedDays: 5, due: { date: '2026-03-16' } });
    expect(bench.ask(s.extend)?.code).toBe('feedback.terms');
    const late = benchAt('complaint', 'handling')!.passDays(8);
    expect(late.ask(s.extend)?.code).toBe('feedback.terms');
  });

  it('mark what is late exactly when a certain limit has passed, once per step', () => {
    fc.assert(
      fc.property(fc.constantFrom('filed', 'handling' as const), fc.nat(20), (status, days) => {
        const bench = benchAt('complaint', status as 'filed')!.passDays(days);
        const isLate = countedDays('2026-03-02', status === 'filed' ? 1 : 5) < addDays('2026-03-02', days);
        expect(bench.ask({ type: 'markOverdue' })?.code).toBe(isLate ? undefined : 'feedback.state');
        if (!isLate) return;
        const step = status === 'filed' ? 'acceptance' : 'handling';
        expect(bench.do({ type: 'markOverdue' }).is.overdue).toEqual([step]);
        expect(bench.ask({ type: 'markOverdue' })?.code).toBe('feedback.state');
      }),
    );
  });

  it('show a late step as late also when nobody marked it', () => {
    const s = samplesOf('consultation');
    const bench = new FeedbackBench().do(s.file).passDays(4).do(s.accept);
    expect(bench.is.overdue).toEqual(['acceptance']);
    expect(bench.passDays(7).do(s.answer).is.overdue).toEqual(['acceptance', 'handling']);
  });

  it('blame nobody for a limit in a year without a calendar', () => {
    const bench = new FeedbackBench();
    bench.now = Date.parse('2026-12-31T02:00:00Z');
    bench.do(filing('complaint'));
    expect(bench.is.due.provisional).toBe(true);
    expect(bench.passDays(20).ask({ type: 'markOverdue' })?.code).toBe('feedback.state');
  });
});
