import { isLocalDate } from '@tongban/domain/calendar';
import { maskPersonalNumbers, oneOf, ratingChannels, ratingLevels } from '@tongban/domain/casework';
import { ok, ownershipTypes, refuse, type Draft, type JsonObject, type NodeCode, type Result } from '@tongban/kernel';
import { z } from 'zod';
import * as codes from './codes.js';

export const maxTextLength = 4_000;
export const maxComplainedOf = 10;

// The pattern is that of isNodeCode, so the brand is earned.
const nodeCodeField = z.string().regex(/^[1-9]\d{11}$/) as z.ZodType<string> as z.ZodType<NodeCode>;
const dueDate = z.strictObject({ date: z.string().refine(isLocalDate, 'not a date'), provisional: z.boolean() });
const code = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/);
/** The pseudonymous subject of a token: no name. */
const subject = z.string().min(1).max(100);
const hash = z.string().regex(/^[0-9a-f]{64}$/);
const number = z.string().regex(/^[A-Z]{2}\d{25}[0-9A-Z]$/);
const documentNumber = z.string().max(40);
/** Text that every holder reads, and that may be published: identity and mobile numbers are refused. */
const publicText = z
  .string()
  .trim()
  .min(1)
  .max(maxTextLength)
  .refine((text) => maskPersonalNumbers(text) === text, '公开内容不得含身份证号或手机号');
const text = z.string().trim().min(1).max(maxTextLength);

export const contactSchema = z.strictObject({
  name: z.string().min(1).max(100),
  phone: z.string().min(5).max(32),
  address: z.string().max(500).optional(),
});
const itemSchema = z.strictObject({ code, name: z.string().min(1).max(200) });
const filedContent = z.strictObject({ text, contact: contactSchema.optional() });

/** What both ways to begin have in common. */
const about = {
  number,
  queryCodeHash: hash,
  item: itemSchema.optional(),
  department: code.optional(),
  /** Record of the case that it is about. */
  case: z.uuid().optional(),
  /** Subjects of those whose acts it is about; they do not handle it. */
  complainedOf: z.array(subject).max(maxComplainedOf),
};
const ratingSchema = z.strictObject({
  level: oneOf(ratingLevels),
  channel: oneOf(ratingChannels),
  reasonCodes: z.array(z.string().max(64)).max(20),
  /** Milliseconds since 1970. */
  at: z.int().nonnegative(),
});

const nothing = z.undefined();
const sealedText = z.strictObject({ text });

/** Entry type → version → schemas of both parts. */
export const feedbackEntrySchemas = {
  'feedback.filed': {
    1: {
      facts: z.strictObject({
        ...about,
        kind: z.enum(['complaint', 'consultation', 'suggestion']),
        channel: oneOf(codes.feedbackChannels),
        anonymous: z.boolean(),
        /** The node that is to handle it. */
        handler: nodeCodeField,
        due: dueDate,
      }),
      sealed: filedContent,
    },
  },
  'feedback.opened': {
    1: {
      facts: z.strictObject({ ...about, case: z.uuid(), rating: ratingSchema, due: dueDate }),
      sealed: nothing,
    },
  },
  'feedback.accepted': {
    1: {
      facts: z.strictObject({
        complexity: oneOf(codes.complexities),
        due: dueDate,
        complainedOf: z.array(subject).max(maxComplainedOf),
      }),
      sealed: nothing,
    },
  },
  'feedback.notAccepted': {
    1: { facts: z.strictObject({ reasonCode: oneOf(codes.notAcceptedReasons) }), sealed: sealedText },
  },
  'feedback.forwarded': {
    1: {
      facts: z.strictObject({ to: nodeCodeField, reason: oneOf(codes.forwardReasons) }),
      // Sealed again, for the node that is to handle it now.
      sealed: filedContent.partial({ text: true }).extend({ note: text.optional() }),
    },
  },
  'feedback.assigned': {
    1: { facts: z.strictObject({ department: code, subject: subject.optional() }), sealed: nothing },
  },
  'feedback.calledBack': {
    1: { facts: z.strictObject({ outcome: oneOf(codes.callBackOutcomes) }), sealed: sealedText },
  },
  'feedback.classified': {
    1: { facts: z.strictObject({ classification: oneOf(codes.classifications) }), sealed: sealedText },
  },
  'feedback.exclusionDecided': {
    1: { facts: z.strictObject({ conclusion: oneOf(codes.exclusionConclusions) }), sealed: sealedText },
  },
  'feedback.rectified': { 1: { facts: z.strictObject({}), sealed: sealedText } },
  'feedback.explained': { 1: { facts: z.strictObject({}), sealed: sealedText } },
  'feedback.investigated': {
    1: { facts: z.strictObject({ finding: oneOf(codes.findings) }), sealed: sealedText },
  },
  'feedback.answered': { 1: { facts: z.strictObject({ documentNumber }), sealed: sealedText } },
  'feedback.reviewed': {
    1: { facts: z.strictObject({ conclusion: oneOf(codes.reviewConclusions) }), sealed: sealedText },
  },
  'feedback.closed': {
    1: { facts: z.strictObject({ satisfaction: oneOf(codes.satisfactionAnswers) }), sealed: nothing },
  },
  'feedback.rated': {
    1: { facts: z.strictObject({ level: oneOf(ratingLevels) }), sealed: sealedText.optional() },
  },
  'feedback.extended': {
    1: { facts: z.strictObject({ days: z.int().positive(), due: dueDate }), sealed: sealedText },
  },
  'feedback.published': {
    1: { facts: z.strictObject({ question: publicText, answer: publicText }), sealed: nothing },
  },
  'feedback.overdue': {
    1: { facts: z.strictObject({ step: z.enum(['acceptance', 'handling']), dueOn: z.string() }), sealed: nothing },
  },
  'feedback.withdrawn': { 1: { facts: z.strictObject({}), sealed: nothing } },
  [ownershipTypes.offered]: {
    1: { facts: z.object({ to: nodeCodeField, reason: z.string().max(200).optional() }), sealed: nothing },
  },
  [ownershipTypes.taken]: { 1: { facts: z.looseObject({}), sealed: nothing } },
} as const;
export type FeedbackEntryType = keyof typeof feedbackEntrySchemas;
export type FeedbackFacts<T extends FeedbackEntryType> = z.infer<(typeof feedbackEntrySchemas)[T][1]['facts']>;
export type FeedbackSealed<T extends FeedbackEntryType> = z.infer<(typeof feedbackEntrySchemas)[T][1]['sealed']>;

const isEntryType = (type: string): type is FeedbackEntryType => Object.hasOwn(feedbackEntrySchemas, type);

/** False for an entry from a later release. */
export const knowsFeedbackEntry = (type: string, version: number): boolean => isEntryType(type) && version === 1;

/** Facts of an entry that has passed checkFeedbackEntry. */
export function factsOf<T extends FeedbackEntryType>(type: T, facts: JsonObject): FeedbackFacts<T> {
  return feedbackEntrySchemas[type][1].facts.parse(facts) as FeedbackFacts<T>;
}

interface EntryParts {
  readonly type: string;
  readonly version: number;
  readonly facts: JsonObject;
  readonly sealed?: JsonObject;
}

/** Refusals: link.schema (type or version not known here), request.invalid (known, and malformed). */
export function checkFeedbackEntry({ type, version, facts, sealed }: EntryParts): Result<void> {
  if (!isEntryType(type) || version !== 1) return refuse('link.schema', `${type} v${version}`);
  const schema: { readonly facts: z.ZodType; readonly sealed: z.ZodType } = feedbackEntrySchemas[type][version];
  const checked = schema.facts.safeParse(facts);
  if (!checked.success) return refuse('request.invalid', z.prettifyError(checked.error));
  if (sealed === undefined) return ok(undefined);
  const opened = schema.sealed.safeParse(sealed);
  return opened.success ? ok(undefined) : refuse('request.invalid', z.prettifyError(opened.error));
}

/** A draft with the parts that its type wants. */
export function draft<T extends FeedbackEntryType>(
  type: T,
  facts: FeedbackFacts<T> & JsonObject,
  ...[sealed]: undefined extends FeedbackSealed<T>
    ? [(FeedbackSealed<T> & JsonObject)?]
    : [FeedbackSealed<T> & JsonObject]
): Draft {
  return sealed === undefined ? { type, version: 1, facts } : { type, version: 1, facts, sealed };
}

const command = <T extends string, S extends z.ZodRawShape>(type: T, shape: S) =>
  z.strictObject({ type: z.literal(type), ...shape });
const begins = {
  ...about,
  /** Told to the one who asks; facts carry only its hash. */
  queryCodeHash: hash,
};

/** Commands by their type; number, query code and who is complained of are made where the command is. */
export const feedbackCommandSchemas = {
  file: command('file', {
    ...begins,
    kind: z.enum(['complaint', 'consultation', 'suggestion']),
    channel: oneOf(codes.feedbackChannels).exclude(['rating']),
    anonymous: z.boolean(),
    handler: nodeCodeField,
    text,
    contact: contactSchema.optional(),
  }),
  open: command('open', { ...begins, case: z.uuid(), rating: ratingSchema }),
  accept: command('accept', {
    complexity: oneOf(codes.complexities),
    days: z.int().positive().max(60).optional(),
    complainedOf: z.array(subject).max(maxComplainedOf).default([]),
  }),
  notAccept: command('notAccept', { reasonCode: oneOf(codes.notAcceptedReasons), text }),
  forward: command('forward', {
    to: nodeCodeField,
    reason: oneOf(codes.forwardReasons),
    note: text.optional(),
    content: filedContent.optional(),
  }),
  assign: command('assign', { department: code, subject: subject.optional() }),
  callBack: command('callBack', { outcome: oneOf(codes.callBackOutcomes), text }),
  classify: command('classify', { classification: oneOf(codes.classifications), text }),
  decideExclusion: command('decideExclusion', { conclusion: oneOf(codes.exclusionConclusions), text }),
  rectify: command('rectify', { text }),
  explain: command('explain', { text }),
  investigate: command('investigate', { finding: oneOf(codes.findings), text }),
  answer: command('answer', { text }),
  review: command('review', { conclusion: oneOf(codes.reviewConclusions), text }),
  close: command('close', { satisfaction: oneOf(codes.satisfactionAnswers) }),
  rate: command('rate', { level: oneOf(ratingLevels), text: text.optional(), queryCodeHash: hash }),
  extend: command('extend', { days: z.int().positive().max(60), text }),
  publish: command('publish', { question: publicText, answer: publicText }),
  markOverdue: command('markOverdue', {}),
  withdraw: command('withdraw', { queryCodeHash: hash }),
} as const;
const { file, open, accept, ...others } = feedbackCommandSchemas;
const [first, ...rest] = Object.values(others);
export const feedbackCommandSchema = z.discriminatedUnion('type', [file, open, accept, first!, ...rest]);
export type FeedbackCommand = z.output<(typeof feedbackCommandSchemas)[keyof typeof feedbackCommandSchemas]>;
export type FeedbackCommandOf<T extends FeedbackCommand['type']> = Extract<FeedbackCommand, { readonly type: T }>;
