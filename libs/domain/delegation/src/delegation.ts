import { z } from 'zod';
import { nodeCode, tiers, type Tier } from '@tongban/kernel';

/** What a node may do with a case: take it in for the resident, accept, review, decide, certify, deliver the result. */
export const powers = ['submit', 'accept', 'review', 'decide', 'certify', 'deliver'] as const;
export type Power = (typeof powers)[number];
export const powerNames: Readonly<Record<Power, string>> = {
  submit: '收件',
  accept: '受理',
  review: '审核',
  decide: '决定',
  certify: '制证',
  deliver: '送达',
};
export const powerSchema = z.enum(powers);

/** 授权 authorised, 委托 entrusted, 下放 devolved, 代办 agency (submitting for the resident). */
export const delegationForms = ['authorised', 'entrusted', 'devolved', 'agency'] as const;
export type DelegationForm = (typeof delegationForms)[number];
export const delegationFormNames: Readonly<Record<DelegationForm, string>> = {
  authorised: '授权',
  entrusted: '委托',
  devolved: '下放',
  agency: '代办',
};

export const tierNames: Readonly<Record<Tier, string>> = {
  province: '省级',
  city: '市级',
  district: '县级',
  township: '乡级',
  village: '村级',
};

/** `YYYY-MM-DD` in China; such texts compare as dates do. */
export type CivilDate = string;

const node = z
  .string()
  .regex(/^[1-9]\d{11}$/, 'not a tier and not a 12-digit division code')
  .transform(nodeCode);

/** What becomes of the cases that run when a delegation ends: they are finished where they are, go back to the giver, or go to a named node. */
export const runningCaseRules = ['finishHere', 'handBack', 'handOver'] as const;
export type RunningCaseRule = (typeof runningCaseRules)[number];
export const runningCaseRuleNames: Readonly<Record<RunningCaseRule, string>> = {
  finishHere: '由原承办单位办结',
  handBack: '退回授权单位办理',
  handOver: '移交指定单位办理',
};

const reasonLength = 1000;
const mostCases = 1_000_000;

export const revocationSchema = z.strictObject({
  runningCases: z.enum(runningCaseRules),
  /** Whom the running cases go to; with `handOver` only. */
  handTo: node.optional(),
  reason: z.string().trim().min(1).max(reasonLength),
});
export type Revocation = z.output<typeof revocationSchema>;

/** Whose seal is on the documents: the taker's own, or the giver's in the giver's name. */
export const sealOwners = ['own', 'giver'] as const;

/**
 * A power given downwards. `from` is a tier: each node of that tier gives to what lies below it. `to` a tier covers
 * all its nodes, `to` a node only that one. Full state with a version: a higher version replaces the lower one from
 * its own first day. Dates are inclusive, except that `revokedOn` is the first day without the power.
 */
export const delegationSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, 'not a slug'),
  item: z.string().regex(/^\d{12}$/, 'not a 12-digit item code'),
  from: z.enum(tiers),
  to: z.union([z.enum(tiers), node]),
  powers: z.array(powerSchema).min(1),
  form: z.enum(delegationForms),
  validFrom: z.iso.date(),
  validTo: z.iso.date().optional(),
  version: z.int().min(1),
  revokedOn: z.iso.date().optional(),
  /** How many cases each taker may take under it, and over what time. */
  quota: z.strictObject({ cases: z.int().min(1).max(mostCases), per: z.enum(['day', 'month', 'year']) }).optional(),
  seal: z.strictObject({ owner: z.enum(sealOwners), name: z.string().min(1).max(200) }).optional(),
  /** The document by which it was given: 授权书 or 委托书 with its number. */
  document: z.string().min(1).max(200).optional(),
  /** Goes with `revokedOn`. Without it running cases go back to the giver. */
  revocation: revocationSchema.optional(),
});
export type Delegation = Readonly<z.output<typeof delegationSchema>>;

function isCurrent({ validFrom, validTo, revokedOn }: Delegation, on: CivilDate): boolean {
  return validFrom <= on && (validTo === undefined || on <= validTo) && (revokedOn === undefined || on < revokedOn);
}

/** The delegations of an item that count on a day: of each id the highest version begun by then, if still current. */
export function inForce(delegations: readonly Delegation[], item: string, on: CivilDate): Delegation[] {
  const latest = new Map<string, Delegation>();
  for (const delegation of delegations) {
    if (delegation.item !== item || delegation.validFrom > on) continue;
    const known = latest.get(delegation.id);
    if (known === undefined || known.version < delegation.version) latest.set(delegation.id, delegation);
  }
  return [...latest.values()].filter((delegation) => isCurrent(delegation, on));
}
