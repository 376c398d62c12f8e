import { findItemProblems, type ServiceItem } from '@tongban/domain/catalogue';
import type { Delegation } from '@tongban/domain/delegation';
import { ok, refuse, type Result } from '@tongban/kernel';
import { changeItem } from './change-item.js';
import { add, noTally, subtract, tallyOfItem, type Tally } from './figures.js';
import { reformChangeNames, scopeOf, type ReformChange, type ReformChangeKind, type ReformPlan } from './plan.js';

/** What a plan makes of a set of items. */
export interface Applied {
  /** The stated set as it will be, without what is cancelled, in the order of the plan. */
  readonly items: readonly ServiceItem[];
  /** New versions to be published: of what changes, and of what is cancelled with its last day. */
  readonly versions: readonly ServiceItem[];
  readonly delegations: readonly Delegation[];
  readonly cancelled: readonly string[];
  /** What the changes of each kind add to the figures, by code of the item. */
  readonly deltas: ReadonlyMap<string, Readonly<Partial<Record<ReformChangeKind, Tally>>>>;
}

const mostProblemsTold = 200;

/** The day before, `YYYY-MM-DD`. */
function dayBefore(day: string): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() - 1);
  return date.toISOString().slice(0, 10);
}

function repeated(values: readonly string[]): string[] {
  const seen = new Set<string>();
  return [...new Set(values.filter((value) => seen.size === seen.add(value).size))];
}

function findPlanProblems(plan: ReformPlan, items: ReadonlyMap<string, ServiceItem>): string[] {
  const scope = scopeOf(plan);
  const inScope = new Set(scope);
  const changed = new Set(plan.changes.filter(({ kind }) => kind !== 'delegate').map(({ item }) => item));
  const problems = repeated(scope).map((code) => `事项 ${code} 在范围中出现两次`);
  for (const code of inScope) {
    const item = items.get(code);
    if (item === undefined) problems.push(`没有本级发布的事项 ${code}`);
    else if (item.validTo !== undefined && item.validTo < plan.effectiveOn) problems.push(`事项 ${code} 届时已停办`);
    else if (changed.has(code) && item.validFrom >= plan.effectiveOn) {
      problems.push(`事项 ${code} 的现行版本自 ${item.validFrom} 起生效，改革须晚于这一天`);
    }
  }
  const touched = plan.changes.map(({ kind, item }) =>
    kind === 'delegate' ? undefined : `${reformChangeNames[kind]} ${item}`,
  );
  for (const twice of repeated(touched.filter((one) => one !== undefined))) problems.push(`${twice}：出现两次`);
  const cancelled = new Set(plan.changes.filter(({ kind }) => kind === 'cancel').map(({ item }) => item));
  for (const { kind, item } of plan.changes) {
    if (!inScope.has(item)) problems.push(`${reformChangeNames[kind]} ${item}：事项不在统计范围内`);
    if (kind !== 'cancel' && cancelled.has(item)) problems.push(`${reformChangeNames[kind]} ${item}：事项同时被取消`);
  }
  return problems;
}

function delegationOf(change: ReformChange & { kind: 'delegate' }, plan: ReformPlan, ordinal: number): Delegation {
  const { item, from, to, powers, form } = change;
  return {
    id: `reform-${plan.effectiveOn}-${item}-${ordinal}`,
    ...{ item, from, to, powers, form },
    validFrom: plan.effectiveOn,
    version: 1,
  };
}

/** A change of an item that begins with the round. */
const nextVersion = (item: ServiceItem, effectiveOn: string): ServiceItem => ({
  ...item,
  version: item.version + 1,
  validFrom: effectiveOn,
});

interface Outcome {
  readonly after: ServiceItem | undefined;
  readonly deltas: Partial<Record<ReformChangeKind, Tally>>;
}

function applyAll(item: ServiceItem, changes: readonly ReformChange[], problems: string[]): Outcome {
  let current: ServiceItem | undefined = item;
  const deltas: Partial<Record<ReformChangeKind, Tally>> = {};
  for (const change of changes) {
    if (current === undefined) break;
    const before: ServiceItem = current;
    const changed: Result<ServiceItem | undefined> = changeItem(before, change);
    if (!changed.ok) {
      problems.push(`${reformChangeNames[change.kind]} ${item.code} ${item.name}：${changed.refusal.detail}`);
      continue;
    }
    current = changed.value;
    const now = current === undefined ? noTally : tallyOfItem(current);
    deltas[change.kind] = add(deltas[change.kind] ?? noTally, subtract(now, tallyOfItem(before)));
  }
  return { after: current, deltas };
}

/** The last version of a cancelled item holds for the day before the round only: what was before stays as it was. */
function ending(item: ServiceItem, effectiveOn: string, problems: string[]): ServiceItem {
  const lastDay = dayBefore(effectiveOn);
  if (lastDay <= item.validFrom) problems.push(`取消事项 ${item.code}：须在生效满一日之后`);
  return { ...item, version: item.version + 1, validFrom: lastDay, validTo: lastDay };
}

/**
 * Applies a plan to the newest versions of the items that the node has published. Pure, so that a round can be computed
 * again at any time from what was kept of it. Refuses reform.invalid with every problem in `params.problems`.
 */
export function applyPlan(plan: ReformPlan, newest: readonly ServiceItem[]): Result<Applied> {
  const byCode = new Map(newest.map((item) => [item.code, item]));
  const problems = findPlanProblems(plan, byCode);
  if (problems.length > 0) return invalid(problems);
  const changesOf = new Map<string, ReformChange[]>();
  for (const change of plan.changes) changesOf.set(change.item, [...(changesOf.get(change.item) ?? []), change]);
  const items: ServiceItem[] = [];
  const versions: ServiceItem[] = [];
  const cancelled: string[] = [];
  const deltas = new Map<string, Partial<Record<ReformChangeKind, Tally>>>();
  for (const code of scopeOf(plan)) {
    const item = byCode.get(code)!;
    const changes = changesOf.get(code) ?? [];
    const outcome = applyAll(item, changes, problems);
    if (changes.length > 0) deltas.set(code, outcome.deltas);
    if (outcome.after === undefined) {
      cancelled.push(code);
      versions.push(ending(item, plan.effectiveOn, problems));
    } else if (changes.some(({ kind }) => kind !== 'delegate')) {
      const next = nextVersion(outcome.after, plan.effectiveOn);
      for (const { path, message } of findItemProblems(next))
        problems.push(`事项 ${code} ${item.name}：${path} ${message}`);
      items.push(next);
      versions.push(next);
    } else items.push(item);
  }
  if (problems.length > 0) return invalid(problems);
  const given = plan.changes.filter((change) => change.kind === 'delegate');
  const delegations = given.map((change, index) => delegationOf(change, plan, index + 1));
  return ok({ items, versions, delegations, cancelled, deltas });
}

const invalid = (problems: readonly string[]): Result<never> =>
  refuse('reform.invalid', `方案有 ${problems.length} 处不符合要求`, { problems: problems.slice(0, mostProblemsTold) });
