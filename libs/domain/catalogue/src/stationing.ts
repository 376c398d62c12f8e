import { powerSchema } from '@tongban/domain/delegation';
import type { NodeCode } from '@tongban/kernel';
import { z } from 'zod';
import type { Department } from './department.js';
import type { ServiceItem } from './item.js';
import { division, itemCodeText, name, prose, slug } from './text.js';

/** 进驻情况: in the hall, not in the hall, or taken both in the hall and at the department (两头受理). */
export const stationingStatuses = ['stationed', 'notStationed', 'acceptedTwice'] as const;
export type StationingStatus = (typeof stationingStatuses)[number];
export const stationingStatusNames: Readonly<Record<StationingStatus, string>> = {
  stationed: '已进驻',
  notStationed: '未进驻',
  acceptedTwice: '两头受理',
};

const mostItems = 1000;
const mostWindows = 100;

/** What a department has brought into the hall of one division (GB/T 32169.2: 进驻要求). */
export const stationingSchema = z.strictObject({
  /** `<department>-<division>`: one per department and hall. */
  id: slug,
  version: z.int().min(1),
  hall: division,
  departmentId: slug,
  items: z
    .array(
      z.strictObject({
        item: itemCodeText,
        status: z.enum(stationingStatuses),
        /** Why it is not in the hall, or why it is taken at two places. */
        reason: prose.optional(),
        /** Windows that take it, and what the department has authorised them to do. */
        windows: z.array(name).max(mostWindows).optional(),
        authorised: z.array(powerSchema).optional(),
      }),
    )
    .max(mostItems),
  validFrom: z.iso.date(),
});
export type Stationing = z.output<typeof stationingSchema>;

export const stationingIdOf = (departmentId: string, hall: NodeCode): string => `${departmentId}-${hall}`;

export function findStationingProblems(
  { id, hall, departmentId, items }: Stationing,
  departments: readonly Department[],
  known: ReadonlyMap<string, ServiceItem>,
): string[] {
  const problems: string[] = [];
  if (id !== stationingIdOf(departmentId, hall)) problems.push(`编号应为 ${stationingIdOf(departmentId, hall)}`);
  if (!departments.some((department) => department.id === departmentId)) problems.push(`没有部门 ${departmentId}`);
  const seen = new Set<string>();
  for (const { item: code, status, reason, windows = [], authorised = [] } of items) {
    const item = known.get(code);
    if (seen.has(code)) problems.push(`事项重复：${code}`);
    seen.add(code);
    if (item === undefined) problems.push(`没有事项 ${code}`);
    else if (item.departmentId !== departmentId) problems.push(`${item.name}不是该部门的事项`);
    if (status !== 'stationed' && reason === undefined)
      problems.push(`${code} ${stationingStatusNames[status]}须说明原因`);
    if (status === 'notStationed' && windows.length + authorised.length > 0) problems.push(`${code} 未进驻却列有窗口`);
    if (status !== 'notStationed' && windows.length === 0) problems.push(`${code} 已进驻须列明窗口`);
  }
  return problems;
}

export interface StationingRates {
  /** Items of the department that the hall's division handles. */
  readonly total: number;
  readonly stationed: number;
  readonly notStationed: number;
  readonly acceptedTwice: number;
  /** Items that nothing has been said of. */
  readonly unreported: number;
  /** Items in the hall whose window may accept and decide (授权到位). */
  readonly authorised: number;
  /** 进驻率, 授权到位率 and 两头受理率, 0–1 with four decimals; absent when there is nothing to count. */
  readonly stationedRate?: number;
  readonly authorisedRate?: number;
  readonly acceptedTwiceRate?: number;
}

const decimals = 10_000;
const rate = (part: number, whole: number): number => Math.round((part / whole) * decimals) / decimals;

/** Counts only items of `handled`; what a department reports beyond them changes no rate. */
export function stationingRates(handled: readonly string[], stationing: Stationing | undefined): StationingRates {
  const said = new Map((stationing?.items ?? []).map((entry) => [entry.item, entry]));
  const entries = handled.map((code) => said.get(code));
  const count = (status: StationingStatus) => entries.filter((entry) => entry?.status === status).length;
  const acceptedTwice = count('acceptedTwice');
  const stationed = count('stationed');
  const authorised = entries.filter(
    (entry) =>
      entry !== undefined &&
      entry.status !== 'notStationed' &&
      (['accept', 'decide'] as const).every((power) => entry.authorised?.includes(power)),
  ).length;
  const inHall = stationed + acceptedTwice;
  return {
    total: handled.length,
    stationed,
    notStationed: count('notStationed'),
    acceptedTwice,
    unreported: entries.filter((entry) => entry === undefined).length,
    authorised,
    ...(handled.length === 0 ? {} : { stationedRate: rate(inHall, handled.length) }),
    ...(inHall === 0
      ? {}
      : { authorisedRate: rate(authorised, inHall), acceptedTwiceRate: rate(acceptedTwice, inHall) }),
  };
}
