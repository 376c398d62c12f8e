import { addDays, workingCalendar, type LocalDate } from '@tongban/domain/calendar';
import fc from 'fast-check';
import { clockOver, departmentClocks, overallClock } from './clock.js';
import { JointBench } from './joint.fixture.js';
import type { Span } from './state.js';

const calendar = workingCalendar();
const start = '2026-01-01';
const span = fc.record({ from: fc.nat(120), length: fc.option(fc.nat(60)) }).map(({ from, length }): Span => {
  const begun = addDays(start, from);
  return { from: begun, to: length === null ? null : addDays(begun, length) };
});

/** A slow counter that looks at every day. */
function naive(spans: readonly Span[], today: LocalDate): number {
  let days = 0;
  for (let at = 0; at <= 200; at++) {
    const day = addDays(start, at);
    const isIn = spans.some(({ from, to }) => day > from && day <= (to === null || to > today ? today : to));
    if (isIn && calendar.isWorkingDay(day)) days++;
  }
  return days;
}

describe('the overall clock', () => {
  it('counts each working day once, however many branches were in hand on it', () => {
    fc.assert(
      fc.property(fc.array(span, { maxLength: 12 }), fc.nat(180), (spans, offset) => {
        const today = addDays(start, offset);
        const seen = spans.filter(({ from }) => from <= today);
        const clock = clockOver(calendar, seen, 30, today);
        expect(clock.usedDays).toBe(naive(seen, today));
        expect(clock.remainingDays).toBe(30 - clock.usedDays);
        expect(clock.overdue).toBe(clock.usedDays > 30);
        if (clock.due === null) expect(clock.running && !clock.overdue).toBe(false);
        else expect(calendar.workingDaysBetween(today, clock.due.date).days).toBe(clock.remainingDays);
      }),
    );
  });

  it('stands still while the applicant has the papers, and between stages', () => {
    const bench = JointBench.of([
      { code: 'a', kind: 'key' },
      { code: 'b', after: ['a'] },
    ]);
    bench.start('a', '2026-03-02').note('a', 'supplementing', null, { on: '2026-03-04' });
    expect(overallClock(calendar, bench.joint, '2026-03-20')).toMatchObject({ usedDays: 2, running: false, due: null });
    bench
      .note('a', 'submitted', null, { on: '2026-03-10' })
      .note('a', 'accepted', null, { on: '2026-03-11', paused: true });
    expect(overallClock(calendar, bench.joint, '2026-03-20')).toMatchObject({ usedDays: 3, running: false });
    bench.note('a', 'approved', null, { on: '2026-03-12' }).note('a', 'closed', 'certified', { on: '2026-03-13' });
    expect(overallClock(calendar, bench.joint, '2026-06-01')).toMatchObject({ usedDays: 4, remainingDays: 16 });
  });

  it('has one beside it for each department', () => {
    const bench = JointBench.of([{ code: 'a', kind: 'key' }, { code: 'b' }]);
    bench.start('a', '2026-03-02').start('b', '2026-03-02');
    bench.note('a', 'closed', 'certified', { on: '2026-03-03' });
    expect(departmentClocks(calendar, bench.joint, '2026-03-13')).toMatchObject([
      { department: 'dept-a', branches: ['a'], limitDays: 5, usedDays: 1, overdue: false },
      { department: 'dept-b', usedDays: 9, remainingDays: -4, overdue: true, due: null },
    ]);
    expect(overallClock(calendar, bench.joint, '2026-03-13')).toMatchObject({ usedDays: 9, overdue: false });
  });
});
