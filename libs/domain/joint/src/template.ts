import { z } from 'zod';
import { applicantFormSchema, audiences } from '@tongban/domain/catalogue';
import { tiers } from '@tongban/kernel';
import { branchKinds } from './codes.js';
import {
  codeField,
  daysField,
  fieldName,
  itemCode,
  maxBranches,
  maxSharedFields,
  maxSharedMaterials,
  maxStages,
  nameField,
  oneOf,
} from './fields.js';

const branchSchema = z.strictObject({
  code: codeField,
  name: nameField,
  /** Base code of the service item; each branch is an ordinary case of it. */
  item: itemCode,
  stage: codeField,
  kind: oneOf(branchKinds),
  /** Branches that have to be granted before this one is submitted. */
  after: z.array(codeField).max(maxBranches),
  /** True where the site is looked at, together with the other branches that want it. */
  inspect: z.boolean(),
  /** 一表通: the item's field ← the shared field. */
  form: z.record(fieldName, z.strictObject({ from: fieldName, required: z.boolean() })),
  /** The item's material ← the shared material. */
  materials: z.array(z.strictObject({ code: codeField, from: codeField, required: z.boolean() })).max(100),
});
export type TemplateBranch = z.infer<typeof branchSchema>;

/**
 * 联办模板: a graph of service items over one form. The whole template is kept by each joint case, so that a case goes on
 * under the version it began with.
 */
export const jointTemplateSchema = z.strictObject({
  code: codeField,
  version: z.int().positive(),
  name: nameField,
  description: z.string().min(1).max(1000),
  /** Where the leading node (牵头) sits: it takes in every branch. */
  leadTier: z.enum(tiers),
  audience: z.array(z.enum(audiences)).min(1),
  /** Working days in the hands of the authorities, all branches together (审批用时). */
  promisedDays: daysField.min(1),
  /** The document that the promise follows. */
  basis: z.string().min(1).max(500),
  stages: z
    .array(
      z.strictObject({
        code: codeField,
        name: nameField,
        /** `atOnce`: begins with the joint case. `onApplication`: the applicant says when, with what it needs. */
        opens: z.enum(['atOnce', 'onApplication']),
      }),
    )
    .min(1)
    .max(maxStages),
  fields: applicantFormSchema.shape.properties.refine((all) => Object.keys(all).length <= maxSharedFields),
  materials: z.array(z.strictObject({ code: codeField, name: nameField })).max(maxSharedMaterials),
  branches: z.array(branchSchema).min(2).max(maxBranches),
});
export type JointTemplate = z.infer<typeof jointTemplateSchema>;

const twice = (values: readonly string[]): string[] => [
  ...new Set(values.filter((value, at) => values.indexOf(value) !== at)),
];

/** The branches in an order in which each comes after those it waits for; undefined where they wait in a circle. */
export function executionOrder(
  branches: readonly Pick<TemplateBranch, 'code' | 'after'>[],
): readonly string[] | undefined {
  const done = new Set<string>();
  let left = [...branches];
  while (left.length > 0) {
    const free = left.filter(({ after }) => after.every((code) => done.has(code)));
    if (free.length === 0) return undefined;
    for (const { code } of free) done.add(code);
    left = left.filter(({ code }) => !done.has(code));
  }
  return [...done];
}

/** What the schema cannot say; an empty list means the template may be used. */
export function findTemplateProblems(template: JointTemplate): string[] {
  const { branches, stages, fields, materials } = template;
  const codes = new Set(branches.map(({ code }) => code));
  const problems = [
    ...twice(branches.map(({ code }) => code)).map((code) => `分支重复：${code}`),
    ...twice(stages.map(({ code }) => code)).map((code) => `阶段重复：${code}`),
    ...twice(materials.map(({ code }) => code)).map((code) => `共享材料重复：${code}`),
  ];
  for (const { code, stage, after, form, materials: wanted, kind } of branches) {
    if (!stages.some((candidate) => candidate.code === stage)) problems.push(`${code}：没有阶段 ${stage}`);
    for (const before of after) {
      const found = branches.find((candidate) => candidate.code === before);
      if (!codes.has(before)) problems.push(`${code}：没有前置分支 ${before}`);
      else if (kind !== 'optional' && found?.kind === 'optional')
        problems.push(`${code}：必办事项不能以选办事项 ${before} 为前置`);
    }
    for (const [field, { from }] of Object.entries(form))
      if (fields[from] === undefined) problems.push(`${code}：${field} 没有共享字段 ${from}`);
    for (const { from } of wanted)
      if (!materials.some((shared) => shared.code === from)) problems.push(`${code}：没有共享材料 ${from}`);
  }
  for (const { code } of stages)
    if (!branches.some(({ stage }) => stage === code)) problems.push(`阶段 ${code} 没有分支`);
  if (!stages.some(({ opens }) => opens === 'atOnce')) problems.push('没有随联办件启动的阶段');
  if (!branches.some(({ kind }) => kind === 'key')) problems.push('没有关键事项');
  const whole = branches.every(({ after }) => after.every((before) => codes.has(before)));
  if (whole && executionOrder(branches) === undefined) problems.push('前置关系成环');
  const used = new Set(branches.flatMap(({ form }) => Object.values(form).map(({ from }) => from)));
  for (const field of Object.keys(fields)) if (!used.has(field)) problems.push(`共享字段 ${field} 没有分支使用`);
  const handed = new Set(branches.flatMap((branch) => branch.materials.map(({ from }) => from)));
  for (const { code } of materials) if (!handed.has(code)) problems.push(`共享材料 ${code} 没有分支使用`);
  return problems;
}
