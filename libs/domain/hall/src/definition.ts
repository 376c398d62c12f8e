import { dayNumber, isLocalDate } from '@tongban/domain/calendar';
import { ok, refuse, type Result } from '@tongban/kernel';
import { z } from 'zod';

/** Largest hall that one definition describes. */
export const maxGroups = 26;
export const maxWindows = 200;
const maxSpecialDays = 200;
const maxServed = 500;
const maxOpeningSpans = 4;
const maxNotices = 20;

const code = z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/);
const date = z.string().refine(isLocalDate, 'not a date');
/** Wall clock of China Standard Time, `HH:MM`; text order is time order. */
const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/);
const name = z.string().min(1).max(100);

/** Windows that serve the same matters share a queue; its numbers begin with the group's letter. */
const groupSchema = z.strictObject({
  code,
  name,
  letter: z.string().regex(/^[A-Z]$/),
  /** Base codes of the items served here. */
  items: z.array(z.string().regex(/^\d{12}$/)).max(maxServed),
  /** Departments whose every item is served here. */
  departments: z.array(code).max(maxServed),
  /** Length of an appointment's slot, and how many may book the same one; 0 takes no appointments. */
  slotMinutes: z.int().min(10).max(240),
  slotCapacity: z.int().min(0).max(100),
  /** What one matter takes as long as no service times are known of the day. */
  usualServiceMinutes: z.int().min(1).max(240),
});
export type WindowGroup = z.infer<typeof groupSchema>;

/**
 * A hall as its manager publishes it, in full. Opening days are the working days of the calendar or every day
 * (365 天服务), less `closedDays`, and `extraDays` beside them.
 */
export const hallDefinitionSchema = z
  .strictObject({
    name,
    address: z.string().min(1).max(200),
    phone: z.string().max(32).optional(),
    opening: z.enum(['workingDays', 'daily']),
    closedDays: z.array(date).max(maxSpecialDays).default([]),
    extraDays: z.array(date).max(maxSpecialDays).default([]),
    hours: z
      .array(z.strictObject({ from: timeOfDay, to: timeOfDay }))
      .min(1)
      .max(maxOpeningSpans),
    groups: z.array(groupSchema).min(1).max(maxGroups),
    windows: z
      .array(z.strictObject({ number: z.string().regex(/^[0-9A-Z]{1,6}$/), name, groups: z.array(code).min(1) }))
      .min(1)
      .max(maxWindows),
    /** 公告: public words for the screens and pages of the hall, shown on the days from `from` to `until`. */
    notices: z
      .array(z.strictObject({ title: name, text: z.string().min(1).max(2_000), from: date, until: date }))
      .max(maxNotices)
      .default([]),
  })
  .meta({ id: 'HallDefinition' });
export type HallDefinition = z.infer<typeof hallDefinitionSchema>;

const repeated = (values: readonly string[]): string | undefined =>
  values.find((value, index) => values.indexOf(value) !== index);

/** What a schema cannot see. Refusal hall.invalid names the first thing that is wrong. */
export function checkDefinition(hall: HallDefinition): Result<void> {
  const wrong = (detail: string): Result<never> => refuse('hall.invalid', detail);
  const codes = hall.groups.map((group) => group.code);
  const twice =
    repeated(codes) ??
    repeated(hall.groups.map(({ letter }) => letter)) ??
    repeated(hall.windows.map(({ number }) => number));
  if (twice !== undefined) return wrong(`“${twice}”重复：窗口组代码、取号字母和窗口号各须唯一`);
  for (const window of hall.windows) {
    const unknown = window.groups.find((group) => !codes.includes(group));
    if (unknown !== undefined) return wrong(`${window.number} 号窗口所属的窗口组“${unknown}”不存在`);
  }
  const unserved = codes.find((group) => !hall.windows.some(({ groups }) => groups.includes(group)));
  if (unserved !== undefined) return wrong(`窗口组“${unserved}”没有窗口`);
  for (const [index, { from, to }] of hall.hours.entries()) {
    if (from >= to) return wrong(`服务时间 ${from}–${to} 的起止颠倒`);
    if (index > 0 && hall.hours[index - 1]!.to > from) return wrong('服务时间须按先后排列，且不重叠');
  }
  const backwards = hall.notices.find(({ from, until }) => from > until);
  if (backwards !== undefined) return wrong(`公告“${backwards.title}”的起止日期颠倒`);
  const both = hall.closedDays.find((day) => hall.extraDays.includes(day));
  return both === undefined ? ok(undefined) : wrong(`${both} 不能既休息又加开`);
}

/** The group that serves an item: the one that names it, else the one of its department. */
export const groupServing = (
  hall: HallDefinition,
  item: string,
  department: string | undefined,
): WindowGroup | undefined =>
  hall.groups.find(({ items }) => items.includes(item)) ??
  hall.groups.find(({ departments }) => department !== undefined && departments.includes(department));

export const findGroup = (hall: HallDefinition, group: string): WindowGroup | undefined =>
  hall.groups.find((candidate) => candidate.code === group);

/** Days between two dates; for bounds that count calendar days. */
export const daysBetween = (from: string, to: string): number => dayNumber(to) - dayNumber(from);
