import { findFormProblems, type ApplicantForm, type FormProblem } from '@tongban/domain/catalogue';
import type { JsonObject } from '@tongban/kernel';
import { isChosen } from './graph.js';
import type { JointState } from './state.js';
import type { JointTemplate, TemplateBranch } from './template.js';

/** 一表通: the branches whose papers are asked for, and what of them has been given before. */
export interface Wanted {
  readonly template: JointTemplate;
  readonly branches: readonly TemplateBranch[];
  readonly given: readonly string[];
}

export const branchesOfStages = (
  { template, chosen }: Pick<JointState, 'template' | 'chosen'>,
  stages: readonly string[],
): TemplateBranch[] =>
  template.branches.filter((branch) => stages.includes(branch.stage) && isChosen({ chosen }, branch));

/** The one form of several branches: each field once, and not again when it has been given. */
export function sharedForm({ template, branches, given }: Wanted): ApplicantForm {
  const uses = branches.flatMap(({ form }) => Object.values(form));
  const names = [...new Set(uses.map(({ from }) => from))];
  return {
    type: 'object',
    properties: Object.fromEntries(names.map((name) => [name, template.fields[name]!])),
    required: names.filter(
      (name) => !given.includes(name) && uses.some(({ from, required }) => from === name && required),
    ),
  };
}

export const sharedFormProblems = (wanted: Wanted, filled: JsonObject): FormProblem[] =>
  findFormProblems(sharedForm(wanted), filled);

/** Shared materials that the branches cannot do without and nobody has handed in. */
export function missingMaterials(branches: readonly TemplateBranch[], handedIn: readonly string[]): string[] {
  const needed = branches.flatMap(({ materials }) => materials.filter(({ required }) => required));
  return [...new Set(needed.map(({ from }) => from))].filter((code) => !handedIn.includes(code));
}

/** The form of one branch's item, cut from the shared one. */
export function branchForm({ form }: TemplateBranch, shared: JsonObject): JsonObject {
  const filled: Record<string, JsonObject[string]> = {};
  for (const [field, { from }] of Object.entries(form)) if (shared[from] !== undefined) filled[field] = shared[from];
  return filled;
}

/** What is handed in for one branch's item; the newest paper where one was handed in again. */
export function branchMaterials<A extends { readonly material: string }>(
  { materials }: TemplateBranch,
  shared: readonly A[],
): A[] {
  return materials.flatMap(({ code, from }) => {
    const newest = shared.findLast(({ material }) => material === from);
    return newest === undefined ? [] : [{ ...newest, material: code }];
  });
}
