import { z } from 'zod';
import { isLocalDate } from '@tongban/domain/calendar';
import { ok, refuse, type JsonObject, type Result, type Uuid } from '@tongban/kernel';

/** What a person may ask for besides seeing and copying, which are answered at once (PIPL 44, 46, 47). */
export const requestKinds = {
  correction: '更正、补充',
  deletion: '删除',
  restriction: '限制处理',
  objection: '拒绝处理',
} as const;
export type RequestKind = keyof typeof requestKinds;

export const requestOutcomes = { granted: '同意', refused: '不同意' } as const;
export type RequestOutcome = keyof typeof requestOutcomes;

const maxTextCharacters = 2_000;
const maxBasisCharacters = 500;

const uuid = z.uuid() as z.ZodType<string> as z.ZodType<Uuid>;
const date = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/)
  .refine(isLocalDate, 'not a date');
const kind = z.enum(['correction', 'deletion', 'restriction', 'objection'] satisfies RequestKind[]);
const outcome = z.enum(['granted', 'refused'] satisfies RequestOutcome[]);
const text = z.string().trim().min(2).max(maxTextCharacters);
const basis = z.string().trim().min(2).max(maxBasisCharacters);

export const privacyCommandSchemas = {
  ask: z.strictObject({ type: z.literal('ask'), case: uuid, kind, text }),
  answer: z.strictObject({
    type: z.literal('answer'),
    outcome,
    text,
    /** Required of a refusal: statute and article. */
    legalBasis: basis.optional(),
  }),
} as const;
export const privacyCommandSchema = z.discriminatedUnion('type', [
  privacyCommandSchemas.ask,
  privacyCommandSchemas.answer,
]);
export type PrivacyCommand = z.infer<typeof privacyCommandSchema>;
export type AskCommand = z.infer<typeof privacyCommandSchemas.ask>;
export type AnswerCommand = z.infer<typeof privacyCommandSchemas.answer>;

/** Entry type → schemas of both parts; all of version 1. */
export const privacyEntrySchemas = {
  'privacy.asked': { facts: z.strictObject({ case: uuid, kind, answerBy: date }), sealed: z.strictObject({ text }) },
  'privacy.answered': {
    facts: z.strictObject({ outcome, legalBasis: basis.optional(), erases: z.boolean() }),
    sealed: z.strictObject({ text }),
  },
} as const;
export type PrivacyEntryType = keyof typeof privacyEntrySchemas;

export const knowsPrivacyEntry = (type: string, version: number): type is PrivacyEntryType =>
  version === 1 && Object.hasOwn(privacyEntrySchemas, type);

/** Refusals: link.schema (type or version not known here), request.invalid (known, and malformed). */
export function checkPrivacyEntry(entry: {
  readonly type: string;
  readonly version: number;
  readonly facts: JsonObject;
}): Result<void> {
  if (!knowsPrivacyEntry(entry.type, entry.version)) return refuse('link.schema', `${entry.type} v${entry.version}`);
  const checked = privacyEntrySchemas[entry.type].facts.safeParse(entry.facts);
  return checked.success ? ok(undefined) : refuse('request.invalid', z.prettifyError(checked.error));
}
