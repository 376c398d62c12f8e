import type { ServiceItem } from '@tongban/domain/catalogue';
import { ok, type Result } from '@tongban/kernel';
import { applyPlan } from './apply.js';
import { reformChangeKinds, type ReformChangeKind, type ReformPlan } from './plan.js';

/** What of an item people ask about first. */
export interface ItemFigures {
  /** Working days. */
  readonly promisedDays: number;
  readonly materials: number;
  readonly steps: number;
  /** How often the applicant must come; absent where the item does not say. */
  readonly visits?: number;
}

/** One item of the stated set. */
export interface ItemSides {
  readonly group: string;
  readonly code: string;
  readonly name: string;
  /** In the order of `reformChangeKinds`; empty for an item that stays as it is. */
  readonly changes: readonly ReformChangeKind[];
  readonly before: ItemFigures;
  /** Absent when the item is cancelled. */
  readonly after?: ItemFigures;
}

const figuresOf = ({ promisedDays, materials, steps, visits }: ServiceItem): ItemFigures => ({
  ...{ promisedDays, materials: materials.length, steps: steps.length },
  ...(visits === undefined ? {} : { visits }),
});

/** Each item of the stated set before and after the round, in the order of the plan. Refuses as applyPlan does. */
export function compareItemsOf(plan: ReformPlan, newest: readonly ServiceItem[]): Result<ItemSides[]> {
  const applied = applyPlan(plan, newest);
  if (!applied.ok) return applied;
  const before = new Map(newest.map((item) => [item.code, item]));
  const after = new Map(applied.value.items.map((item) => [item.code, item]));
  const kinds = new Map<string, Set<ReformChangeKind>>();
  for (const { item, kind } of plan.changes) kinds.set(item, (kinds.get(item) ?? new Set()).add(kind));
  return ok(
    plan.groups.flatMap(({ name: group, items }) =>
      items.map((code): ItemSides => {
        const item = before.get(code)!;
        const next = after.get(code);
        return {
          ...{ group, code, name: item.name, before: figuresOf(item) },
          changes: reformChangeKinds.filter((kind) => kinds.get(code)?.has(kind)),
          ...(next === undefined ? {} : { after: figuresOf(next) }),
        };
      }),
    ),
  );
}
