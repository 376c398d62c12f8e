import {
  delegationForms,
  delegationSchema,
  powerSchema,
  revocationSchema,
  runningCaseRules,
} from '@tongban/domain/delegation';
import { z } from 'zod';
import { usesSchema } from './draft-schemas.js';

const count = z.int().min(0);
const date = z.iso.date();

export const revocationBodySchema = revocationSchema.extend({
  revokedOn: date.meta({ description: '不再有该权限的第一天，不早于今天' }),
});
export const delegationParamsSchema = z.object({ id: z.string().min(1).max(100) });

export const revokedSchema = z
  .object({
    delegation: z.string(),
    version: count,
    revokedOn: date,
    dependents: usesSchema.shape.delegations.meta({ description: '随之失去依据的下级授权' }),
    cases: usesSchema.shape.cases.meta({ description: '受影响的在办件' }),
    casesCounted: z.boolean(),
  })
  .meta({ id: 'RevokedDelegation' });

const { id, item, from, powers, form, validFrom, validTo, version, revokedOn, quota, seal, document, revocation } =
  delegationSchema.shape;
export const listedSchema = z
  .object({
    id,
    publisher: z.string(),
    item,
    from,
    to: z.string(),
    powers,
    form,
    formName: z.string(),
    validFrom,
    validTo,
    version,
    revokedOn,
    quota,
    seal,
    document,
    revocation: revocation.unwrap().extend({ handTo: z.string().optional() }).optional(),
  })
  .meta({ id: 'Delegation' });
export const delegationsSchema = z.object({
  given: z.array(listedSchema).meta({ description: '本级授出的' }),
  received: z.array(listedSchema).meta({ description: '本级受权的' }),
});
export type ListedDelegation = z.input<typeof listedSchema>;

const grantSchema = z.object({
  delegation: z.string(),
  publisher: z.string(),
  giver: z.string(),
  form: z.enum(delegationForms),
  formName: z.string(),
  validFrom: date,
  lastDay: date.optional(),
  quota,
  seal,
  document,
});

/** What a node may do here, now, up to which step, and who does the rest. */
export const authoritySchema = z
  .object({
    on: date,
    item: z.object({ code: z.string(), version: count, name: z.string() }),
    competent: z.string().meta({ description: '主管区划' }),
    byRight: z.boolean().meta({ description: '本级即主管' }),
    upTo: powerSchema.optional().meta({ description: '不移交能办到的最后一个环节；不能收件时没有' }),
    upToName: z.string().optional(),
    summary: z.string().meta({ description: '一句话说明' }),
    steps: z.array(
      z.object({
        power: powerSchema,
        powerName: z.string(),
        node: z.string(),
        here: z.boolean(),
        grants: z.array(grantSchema),
      }),
    ),
    ending: z.array(
      z.object({
        delegation: z.string(),
        publisher: z.string(),
        powers: z.array(powerSchema),
        revokedOn: date,
        rule: z.enum(runningCaseRules),
        ruleName: z.string(),
        to: z.string().optional(),
      }),
    ),
  })
  .meta({ id: 'Authority', description: '本级对事项的权限：能办到哪一步，其余由谁办' });
export type AuthorityAnswer = z.input<typeof authoritySchema>;
