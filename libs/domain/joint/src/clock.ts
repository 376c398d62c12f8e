import type { DueDate, LocalDate, WorkingCalendar } from '@tongban/domain/calendar';
import { isChosen } from './graph.js';
import type { JointState, Span } from './state.js';

/** Time in the hands of the authorities, in working days. */
export interface JointClock {
  readonly limitDays: number;
  readonly usedDays: number;
  /** Negative when the limit is passed. */
  readonly remainingDays: number;
  readonly running: boolean;
  readonly overdue: boolean;
  /** When the limit ends if nothing stops the clock; null while it stands still. */
  readonly due: DueDate | null;
  readonly provisional: boolean;
}
export interface DepartmentClock extends JointClock {
  readonly department: string;
  readonly branches: readonly string[];
}

type Closed = { readonly from: LocalDate; readonly to: LocalDate };

/** Days that several branches were in hand together count once. */
function merged(spans: readonly Closed[]): Closed[] {
  const sorted = [...spans].filter(({ from, to }) => from < to).sort((a, b) => (a.from < b.from ? -1 : 1));
  const union: Closed[] = [];
  for (const span of sorted) {
    const last = union.at(-1);
    if (last === undefined || span.from > last.to) union.push(span);
    else if (span.to > last.to) union[union.length - 1] = { from: last.from, to: span.to };
  }
  return union;
}

/** The clock over spans up to `today`; also its days are counted once where spans overlap. */
export function clockOver(
  calendar: WorkingCalendar,
  spans: readonly Span[],
  limitDays: number,
  today: LocalDate,
): JointClock {
  const counts = merged(spans.map(({ from, to }) => ({ from, to: to === null || to > today ? today : to }))).map(
    ({ from, to }) => calendar.workingDaysBetween(from, to),
  );
  const usedDays = counts.reduce((sum, { days }) => sum + days, 0);
  const running = spans.some(({ to }) => to === null);
  const remainingDays = limitDays - usedDays;
  const due = running && remainingDays >= 0 ? calendar.addWorkingDays(today, remainingDays) : null;
  return {
    ...{ limitDays, usedDays, remainingDays, running, due },
    overdue: remainingDays < 0,
    provisional: counts.some(({ provisional }) => provisional) || due?.provisional === true,
  };
}

const spansOf = (state: JointState, codes: readonly string[]): Span[] =>
  codes.flatMap((code) => (state.branches[code]?.attempts ?? []).flatMap(({ spans }) => spans));

/** One clock over all, against the template's promise. */
export const overallClock = (calendar: WorkingCalendar, state: JointState, today: LocalDate): JointClock =>
  clockOver(calendar, spansOf(state, Object.keys(state.branches)), state.template.promisedDays, today);

/** One clock for each department over its own branches, against what it promises for them. */
export function departmentClocks(calendar: WorkingCalendar, state: JointState, today: LocalDate): DepartmentClock[] {
  const chosen = state.template.branches.filter((branch) => isChosen(state, branch));
  const departments = [...new Set(chosen.flatMap(({ code }) => state.pins[code]?.department ?? []))];
  return departments.map((department) => {
    const branches = chosen.map(({ code }) => code).filter((code) => state.pins[code]?.department === department);
    const limitDays = branches.reduce((sum, code) => sum + (state.pins[code]?.promisedDays ?? 0), 0);
    return { department, branches, ...clockOver(calendar, spansOf(state, branches), limitDays, today) };
  });
}
