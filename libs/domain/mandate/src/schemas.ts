import { z } from 'zod';
import { isLocalDate } from '@tongban/domain/calendar';
import { ok, refuse, type JsonObject, type Result } from '@tongban/kernel';

/** What an agent may be allowed to do for the principal; the value is what people read. */
export const mandatePowers = {
  submit: '提出申请',
  supplement: '补正材料',
  withdraw: '撤回申请',
  receive: '代领结果',
} as const;
export type MandatePower = keyof typeof mandatePowers;

export const evidenceKinds = { signedPaper: '纸质委托书', signedOnScreen: '电子签名' } as const;
export type EvidenceKind = keyof typeof evidenceKinds;

export const revocationReasons = {
  principalRevoked: '委托人撤销',
  agentRenounced: '受托人辞去委托',
  matterCompleted: '委托事务完成',
  principalDeceased: '委托人死亡',
  other: '其他',
} as const;
export type RevocationReason = keyof typeof revocationReasons;

export const maxItems = 100;

const date = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/)
  .refine(isLocalDate, 'not a date');
const hash = z.string().regex(/^[0-9a-f]{64}$/);
const power = z.enum(['submit', 'supplement', 'withdraw', 'receive'] satisfies MandatePower[]);
const evidence = z.strictObject({
  kind: z.enum(['signedPaper', 'signedOnScreen'] satisfies EvidenceKind[]),
  /** SM3 of the scan or of the signed document, hex. */
  digest: hash,
});
/** The signed document itself, kept as an attachment of the node; its key opens it and travels sealed. */
const evidenceFile = z
  .strictObject({
    digest: hash,
    size: z.int().min(1),
    mediaType: z.string().max(100),
    key: z.string().regex(/^[\w-]{43}$/),
  })
  .optional();
const reasonCode = z.enum([
  'principalRevoked',
  'agentRenounced',
  'matterCompleted',
  'principalDeceased',
  'other',
] satisfies RevocationReason[]);

const terms = {
  /** Keyed hash of the principal's identity number, made by the caller: equal persons have equal references. */
  principalRef: hash,
  /** Pseudonymous subject of the agent's token. */
  agent: z.strictObject({ subject: z.string().min(1).max(100) }),
  /** Codes of the named items. */
  items: z
    .array(z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/))
    .min(1)
    .max(maxItems),
  powers: z.array(power).min(1).max(Object.keys(mandatePowers).length),
  /** First and last day, both included. */
  from: date,
  until: date,
  evidence,
};
const principal = z.strictObject({
  name: z.string().min(1).max(200),
  identityNumber: z.string().min(1).max(64),
  phone: z.string().min(1).max(32),
});
const witness = z.strictObject({ name: z.string().min(1).max(100), phone: z.string().max(32).optional() }).optional();

export const mandateCommandSchemas = {
  grant: z.strictObject({ type: z.literal('grant'), principal, witness, evidenceFile, ...terms }),
  revoke: z.strictObject({
    type: z.literal('revoke'),
    reasonCode,
    /** Reference of the resident who revokes, made by the caller; not for the agent. */
    principalRef: hash.optional(),
  }),
} as const;
export const mandateCommandSchema = z.discriminatedUnion('type', [
  mandateCommandSchemas.grant,
  mandateCommandSchemas.revoke,
]);
export type MandateCommand = z.infer<typeof mandateCommandSchema>;
export type GrantCommand = z.infer<typeof mandateCommandSchemas.grant>;
export type RevokeCommand = z.infer<typeof mandateCommandSchemas.revoke>;

/** Entry type → version → schemas of both parts. */
export const mandateEntrySchemas = {
  'mandate.granted': {
    1: {
      facts: z.strictObject({ ...terms, witnessed: z.boolean() }),
      sealed: z.strictObject({ principal, witness }),
    },
    /** With the signed document. */
    2: {
      facts: z.strictObject({ ...terms, witnessed: z.boolean() }),
      sealed: z.strictObject({ principal, witness, evidenceFile: evidenceFile.unwrap() }),
    },
  },
  'mandate.revoked': { 1: { facts: z.strictObject({ reasonCode, revokedOn: date }), sealed: z.undefined() } },
} as const;
export type MandateEntryType = keyof typeof mandateEntrySchemas;

interface EntrySchemas {
  readonly facts: z.ZodType;
  readonly sealed: z.ZodType;
}

/** The schemas of a type in a version; undefined where this release does not know it. */
export function mandateSchemasOf(type: string, version: number): EntrySchemas | undefined {
  if (!Object.hasOwn(mandateEntrySchemas, type)) return undefined;
  const versions: Readonly<Record<number, EntrySchemas>> = mandateEntrySchemas[type as MandateEntryType];
  return Object.hasOwn(versions, version) ? versions[version] : undefined;
}

interface EntryParts {
  readonly type: string;
  readonly version: number;
  readonly facts: JsonObject;
  readonly sealed?: JsonObject;
}

/** Refusals: link.schema (type or version not known here), request.invalid (known, and malformed). */
export function checkMandateEntry({ type, version, facts, sealed }: EntryParts): Result<void> {
  const schema = mandateSchemasOf(type, version);
  if (schema === undefined) return refuse('link.schema', `${type} v${version}`);
  const checked = schema.facts.safeParse(facts);
  if (!checked.success) return refuse('request.invalid', z.prettifyError(checked.error));
  if (sealed === undefined) return ok(undefined);
  const opened = schema.sealed.safeParse(sealed);
  return opened.success ? ok(undefined) : refuse('request.invalid', z.prettifyError(opened.error));
}
