import { ok, refuse, type JsonObject, type NodeCode, type Result, type Uuid } from '@tongban/kernel';
import { z } from 'zod';
import { profileNames } from './profile.js';

const longestNumber = 50;
const longestDetail = 2_000;

const profile = z.enum(profileNames);
const number = z.string().min(1).max(longestNumber);
const item = z.string().regex(/^\d{12}$/);
const node = z.string().regex(/^[1-9]\d{11}$/) as z.ZodType<string> as z.ZodType<NodeCode>;
const uuid = z.uuid() as z.ZodType<string> as z.ZodType<Uuid>;
const code = z.string().regex(/^[a-z][a-z.-]{0,63}$/);
/** What submitting the case wants, as the node that takes it in reads it. */
const submission = z.looseObject({}) as z.ZodType<JsonObject>;
const detail = z.string().max(longestDetail);

/** What is done with an application of the provincial portal until it is a case. */
export const intakeCommandSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('file'), profile, number, item, target: node, submission }),
  z.strictObject({ type: z.literal('passUp'), to: node, code, submission }),
  z.strictObject({
    ...{ type: z.literal('accept'), case: uuid, number: z.string().min(1).max(64) },
    queryCode: z.string().regex(/^\d{6}$/),
  }),
  z.strictObject({ type: z.literal('refuse'), code, detail }),
]);
export type IntakeCommand = z.infer<typeof intakeCommandSchema>;
export type IntakeCommandOf<T extends IntakeCommand['type']> = Extract<IntakeCommand, { type: T }>;

/** Entry type → schemas of both parts; all of version 1. */
export const intakeEntrySchemas = {
  'application.filed': {
    facts: z.strictObject({ profile, number, item, target: node }),
    sealed: z.strictObject({ submission }),
  },
  'application.passedUp': { facts: z.strictObject({ to: node, code }), sealed: z.strictObject({ submission }) },
  'application.accepted': {
    facts: z.strictObject({ case: uuid, number: z.string().min(1).max(64) }),
    sealed: z.strictObject({ queryCode: z.string() }),
  },
  'application.refused': { facts: z.strictObject({ code }), sealed: z.strictObject({ detail }) },
} as const;
export type IntakeEntryType = keyof typeof intakeEntrySchemas;

export const knowsIntakeEntry = (type: string, version: number): type is IntakeEntryType =>
  version === 1 && Object.hasOwn(intakeEntrySchemas, type);

/** Refusals: link.schema (type or version not known here), request.invalid (known, and malformed). */
export function checkIntakeEntry(entry: {
  readonly type: string;
  readonly version: number;
  readonly facts: JsonObject;
}): Result<void> {
  if (!knowsIntakeEntry(entry.type, entry.version)) return refuse('link.schema', `${entry.type} v${entry.version}`);
  const checked = intakeEntrySchemas[entry.type].facts.safeParse(entry.facts);
  return checked.success ? ok(undefined) : refuse('request.invalid', z.prettifyError(checked.error));
}
