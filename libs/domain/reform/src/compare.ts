import type { ServiceItem } from '@tongban/domain/catalogue';
import { ok, type Result } from '@tongban/kernel';
import { applyPlan, type Applied } from './apply.js';
import {
  add,
  amount,
  figuresOf,
  noTally,
  tallyOf,
  tallyOfItem,
  type Amount,
  type Figures,
  type Tally,
} from './figures.js';
import { reformChangeKinds, type ReformChangeKind, type ReformPlan } from './plan.js';

export interface Sides {
  readonly before: Figures;
  readonly after: Figures;
}

export interface GroupComparison extends Sides {
  readonly name: string;
  /** Of the promised time over the items that stay, in working days. */
  readonly shortened: Amount;
}

/** What the changes of one kind did together. */
export interface Contribution {
  readonly kind: ReformChangeKind;
  readonly items: number;
  readonly promisedDays: number;
  readonly materials: number;
  readonly steps: number;
  readonly trips: number;
  readonly charged: number;
  readonly cancelled: number;
}

export interface Comparison extends GroupComparison {
  readonly groups: readonly GroupComparison[];
  readonly contributions: readonly Contribution[];
  readonly cancelled: number;
  readonly delegations: number;
  /** Sentences as a report has them. */
  readonly summary: readonly string[];
}

function deltaOf(codes: readonly string[], { deltas }: Applied, kinds: readonly ReformChangeKind[]): Tally {
  let sum = noTally;
  for (const code of codes) for (const kind of kinds) sum = add(sum, deltas.get(code)?.[kind] ?? noTally);
  return sum;
}

/** The figures after are those before and what each change adds: nothing is counted a second time. */
function compareGroup(
  name: string,
  codes: readonly string[],
  before: ReadonlyMap<string, ServiceItem>,
  applied: Applied,
): GroupComparison {
  const items = codes.map((code) => before.get(code)!);
  const first = tallyOf(items);
  const last = add(first, deltaOf(codes, applied, reformChangeKinds));
  const gone = new Set(applied.cancelled);
  const stayed = items
    .filter(({ code }) => !gone.has(code))
    .map(tallyOfItem)
    .reduce(add, noTally);
  const shortened = amount(stayed.promisedDays - last.promisedDays, stayed.items);
  return { name, before: figuresOf(first), after: figuresOf(last), shortened };
}

function contributionOf(kind: ReformChangeKind, applied: Applied): Contribution | undefined {
  const codes = [...applied.deltas].filter(([, deltas]) => deltas[kind] !== undefined).map(([code]) => code);
  if (codes.length === 0) return undefined;
  const { promisedDays, materials, steps, trips, charged, items } = deltaOf(codes, applied, [kind]);
  return {
    kind,
    items: codes.length,
    promisedDays,
    materials,
    steps,
    trips,
    charged,
    cancelled: items === 0 ? 0 : -items,
  };
}

const grouped = (number: number): string => String(number).replaceAll(/\B(?=(\d{3})+(?!\d))/g, ',');

function summaryOf(whole: GroupComparison, groups: readonly GroupComparison[], cancelled: number): string[] {
  const { before, after, shortened } = whole;
  const sizes = groups.map(({ before: own }) => grouped(own.items)).join('+');
  const sentences = [
    `${sizes} 项的承诺时限由 ${grouped(before.promisedDays.total)} 个工作日压缩到 ${grouped(after.promisedDays.total)} 个工作日，保留事项平均缩短 ${shortened.mean} 个工作日。`,
    `承诺时限平均比法定时限短 ${after.belowStatutory.mean} 个工作日（原 ${before.belowStatutory.mean} 个），压缩 ${after.belowStatutory.percent}%（原 ${before.belowStatutory.percent}%）。`,
    `即办件比例由 ${before.onTheSpot.percent}% 变为 ${after.onTheSpot.percent}%，5 个工作日内办结的比例由 ${before.withinFiveDays.percent}% 变为 ${after.withinFiveDays.percent}%。`,
    `申请材料由 ${grouped(before.materials.total)} 件变为 ${grouped(after.materials.total)} 件，办理环节由 ${grouped(before.steps.total)} 个变为 ${grouped(after.steps.total)} 个。`,
  ];
  return cancelled === 0 ? sentences : [...sentences, `取消事项 ${cancelled} 项。`];
}

/** Before and after of a plan, over its stated set and group by group. Refuses as applyPlan does. */
export function comparePlan(plan: ReformPlan, newest: readonly ServiceItem[]): Result<Comparison> {
  const applied = applyPlan(plan, newest);
  if (!applied.ok) return applied;
  const before = new Map(newest.map((item) => [item.code, item]));
  const groups = plan.groups.map(({ name, items }) => compareGroup(name, items, before, applied.value));
  const codes = plan.groups.flatMap(({ items }) => items);
  const whole = compareGroup('合计', codes, before, applied.value);
  const cancelled = applied.value.cancelled.length;
  return ok({
    ...whole,
    groups,
    contributions: reformChangeKinds
      .map((kind) => contributionOf(kind, applied.value))
      .filter((contribution) => contribution !== undefined),
    cancelled,
    delegations: applied.value.delegations.length,
    summary: summaryOf(whole, groups, cancelled),
  });
}
