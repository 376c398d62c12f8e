import { ancestorAt, ok, refuse, tierOf, tiers, type NodeCode, type Result, type Tier } from '@tongban/kernel';
import { inForce, powerNames, tierNames, type Delegation, type Power } from './delegation.js';
import type { RoutedItem } from './route.js';

export interface DelegationProblem {
  readonly id: string;
  readonly version: number;
  readonly message: string;
}

type Taker = Tier | NodeCode;

const isTier = (taker: Taker): taker is Tier => tiers.some((tier) => tier === taker);
const tierOfTaker = (taker: Taker): Tier => (isTier(taker) ? taker : tierOf(taker));
const depth = (taker: Taker): number => tiers.indexOf(tierOfTaker(taker));

/** True when the giver's tier, as far as it concerns the delegation, is among the takers: all of it or the one node. */
function isGiverAmong(takers: ReadonlySet<Taker>, { from, to }: Delegation): boolean {
  if (takers.has(from)) return true;
  if (isTier(to)) return [...takers].some((taker) => tierOfTaker(taker) === from);
  const giver = ancestorAt(to, from);
  return giver !== undefined && takers.has(giver);
}

/** Everybody who holds the power when the top of `level` has it; givers stand above takers, so one pass is enough. */
function takersOf(power: Power, level: Tier, given: readonly Delegation[]): Set<Taker> {
  const takers = new Set<Taker>([level]);
  const topDown = [...given].sort((a, b) => depth(a.from) - depth(b.from));
  for (const delegation of topDown) {
    const isSubmitByAccept = power === 'submit' && delegation.powers.includes('accept');
    if (!delegation.powers.includes(power) && !isSubmitByAccept) continue;
    if (isGiverAmong(takers, delegation)) takers.add(delegation.to);
  }
  return takers;
}

function dateProblem({ to, validFrom, validTo, revokedOn, revocation }: Delegation): string | undefined {
  if (validTo !== undefined && validTo < validFrom) return '截止日期早于生效日期';
  if (revokedOn !== undefined && revokedOn < validFrom) return '撤销日期早于生效日期';
  if (revocation === undefined) return undefined;
  if (revokedOn === undefined) return '撤销须有日期';
  if ((revocation.runningCases === 'handOver') !== (revocation.handTo !== undefined)) {
    return '移交在办件须指定接收单位，其他处理方式不须指定';
  }
  return revocation.handTo === to ? '在办件不能移交给被撤销授权的单位自己' : undefined;
}

function problemOf(delegation: Delegation, level: Tier, all: readonly Delegation[]): string | undefined {
  const { from, to, validFrom } = delegation;
  const dates = dateProblem(delegation);
  if (dates !== undefined) return dates;
  // Downwards only: that no circle of delegations is possible follows from it.
  if (depth(to) <= depth(from)) return '只能授予下级';
  if (depth(from) < tiers.indexOf(level)) return `事项由${tierNames[level]}主管，${tierNames[from]}没有可授出的权限`;
  const given = inForce(all, delegation.item, validFrom).filter((other) => depth(other.to) > depth(other.from));
  const missing = delegation.powers.filter((power) => !isGiverAmong(takersOf(power, level, given), delegation));
  return missing.length === 0
    ? undefined
    : `授出方在生效日不具有权限：${missing.map((power) => powerNames[power]).join('、')}`;
}

/** Everything wrong with the delegations of a catalogue: who gives must hold the power, and only downwards. */
export function findDelegationProblems(
  items: readonly RoutedItem[],
  delegations: readonly Delegation[],
): readonly DelegationProblem[] {
  const levels = new Map(items.map(({ code, level }) => [code, level]));
  const problems: DelegationProblem[] = [];
  const seen = new Set<string>();
  for (const delegation of delegations) {
    const { id, version, item } = delegation;
    const report = (message: string) => problems.push({ id, version, message });
    const key = `${id}@${version}`;
    if (seen.has(key)) report('同一版本出现两次');
    seen.add(key);
    if (new Set(delegation.powers).size < delegation.powers.length) report('权限重复');
    const level = levels.get(item);
    const message = level === undefined ? `没有事项 ${item}` : problemOf(delegation, level, delegations);
    if (message !== undefined) report(message);
  }
  return problems;
}

/** Refuses `delegation.invalid` with every problem in `params.problems`. */
export function checkDelegations(
  items: readonly RoutedItem[],
  delegations: readonly Delegation[],
): Result<readonly Delegation[]> {
  const problems = findDelegationProblems(items, delegations);
  if (problems.length === 0) return ok(delegations);
  const lines = problems.map(({ id, version, message }) => `${id}@${version}: ${message}`);
  return refuse('delegation.invalid', `${lines.length} 处授权不符合要求`, { problems: lines });
}
