import type { OfferedItem } from './api.js';

type FeeProject = NonNullable<OfferedItem['fees']>[number];
/** A project that a payment notice can count with. */
type BilledProject = FeeProject & { readonly code: string };

export const isBilled = (project: FeeProject): project is BilledProject =>
  project.code !== undefined && project.amountFen !== undefined && project.unit !== undefined;

/**
 * What the clerk bills: everything where the standards leave no choice; otherwise one project of each choice, one unit
 * of what is measured.
 */
export function projectsOf(billed: readonly BilledProject[]): { projects?: { code: string; quantity?: number }[] } {
  if (billed.every(({ choice, measured }) => choice === undefined && measured !== true)) return {};
  const first = billed.filter(
    ({ choice }, index) => choice === undefined || billed.findIndex((other) => other.choice === choice) === index,
  );
  return { projects: first.map(({ code, measured }) => ({ code, ...(measured === true ? { quantity: 1 } : {}) })) };
}
