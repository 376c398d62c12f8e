import { delegationForms, powerSchema, tierNames } from '@tongban/domain/delegation';
import { isNodeCode, nodeCode, tiers } from '@tongban/kernel';
import { z } from 'zod';

const mostItems = 5_000;
const mostChanges = 20_000;
const mostGroups = 50;
const mostDays = 1_000;
const mostTrips = 20;

const item = z.string().regex(/^\d{12}$/, '应为 12 位基本编码');
const text = z.string().min(1).max(500);
const note = { note: text.optional() };
const taker = z.union([
  z.enum(tiers),
  z
    .string()
    .refine(isNodeCode, `应为层级（${Object.keys(tierNames).join('、')}）或 12 位区划代码`)
    .transform((code) => nodeCode(code)),
]);

/** One thing that a round does to one item. */
export const reformChangeSchema = z.discriminatedUnion('kind', [
  /** 压缩时限: the promised time in working days; 0 makes the item one that is done on the spot. */
  z.strictObject({ kind: z.literal('compress'), item, promisedDays: z.int().min(0).max(mostDays), ...note }),
  /** 精简材料: codes of the materials that are no longer wanted. */
  z.strictObject({ kind: z.literal('cutMaterials'), item, materials: z.array(z.string()).min(1), ...note }),
  /** 取消收费. */
  z.strictObject({ kind: z.literal('cutFee'), item, ...note }),
  /** 精简环节: names of the steps that are left out. */
  z.strictObject({ kind: z.literal('cutSteps'), item, steps: z.array(z.string()).min(1), ...note }),
  /** 减少跑动: how often the applicant must still come. */
  z.strictObject({ kind: z.literal('cutTrips'), item, visits: z.int().min(0).max(mostTrips), ...note }),
  /** 下放: powers given to a tier below or to one node below. */
  z.strictObject({
    kind: z.literal('delegate'),
    item,
    from: z.enum(tiers),
    to: taker,
    powers: z.array(powerSchema).min(1),
    form: z.enum(delegationForms),
    ...note,
  }),
  /** 取消: the item is no longer offered. */
  z.strictObject({ kind: z.literal('cancel'), item, ...note }),
]);
export type ReformChange = z.output<typeof reformChangeSchema>;
export type ReformChangeKind = ReformChange['kind'];

export const reformChangeNames: Readonly<Record<ReformChangeKind, string>> = {
  compress: '压缩时限',
  cutMaterials: '精简材料',
  cutFee: '取消收费',
  cutSteps: '精简环节',
  cutTrips: '减少跑动',
  delegate: '下放权限',
  cancel: '取消事项',
};
export const reformChangeKinds = Object.keys(reformChangeNames) as [ReformChangeKind, ...ReformChangeKind[]];

/**
 * A round of reform: what it changes, and the stated set of items over which its figures are taken, changed or not. The
 * set is given in groups, e.g. permits and public services, which are told apart in the figures.
 */
export const reformPlanSchema = z.strictObject({
  title: z.string().min(1).max(200),
  /** Document on which the round rests. */
  basis: text,
  /** First day of the new versions, `YYYY-MM-DD`. */
  effectiveOn: z.iso.date(),
  groups: z
    .array(z.strictObject({ name: z.string().min(1).max(100), items: z.array(item).min(1).max(mostItems) }))
    .min(1)
    .max(mostGroups),
  changes: z.array(reformChangeSchema).min(1).max(mostChanges),
});
export type ReformPlan = z.output<typeof reformPlanSchema>;
export type ReformPlanInput = z.input<typeof reformPlanSchema>;

/** Codes of the stated set, in the order of the groups. */
export const scopeOf = ({ groups }: Pick<ReformPlan, 'groups'>): string[] => groups.flatMap(({ items }) => items);
