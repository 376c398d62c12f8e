import { isUuid, refuse, ok, type Instant, type JsonObject, type Result, type Uuid } from '@tongban/kernel';
import { z } from 'zod';

/** 督办: the province wants an answer about a case by a day. */
export interface SupervisionOrder {
  readonly kind: 'supervision';
  readonly position: number;
  readonly id: Uuid;
  /** Number of the case as the province knows it. */
  readonly number: string;
  /** What is asked; it may name persons. */
  readonly content: string;
  readonly issuedAt: Instant;
  /** YYYY-MM-DD in China, inclusive. */
  readonly due: string;
}
/** Something that this gateway does not take: it is told so and not asked for again. */
export interface UnsupportedMessage {
  readonly kind: 'unsupported';
  readonly position: number;
  readonly id: Uuid;
}
/** Kinds whose content is read when they are worked on, so that what is wrong with it can be answered field by field. */
export const contentKinds = ['application', 'rating', 'catalogue'] as const;
export type ContentKind = (typeof contentKinds)[number];
export interface ContentMessage {
  readonly kind: ContentKind;
  readonly position: number;
  readonly id: Uuid;
  /** The message without position, id and kind; it names persons. */
  readonly content: JsonObject;
}
export type InboxMessage = SupervisionOrder | ContentMessage | UnsupportedMessage;

/**
 * What the province is told of a message, in the order in which they can follow each other. `accepted` and `refused` end
 * applications, ratings and the base catalogue.
 */
export const inboxOutcomes = ['received', 'unknown', 'unsupported', 'answered', 'accepted', 'refused'] as const;
export type InboxOutcome = (typeof inboxOutcomes)[number];

export const maxInboxMessages = 100;
const longestNumber = 50;
const longestContent = 800;

const frame = z.looseObject({ position: z.int().positive(), id: z.string().refine(isUuid), kind: z.string().max(50) });
const supervision = z.object({
  position: z.int().positive(),
  id: z.string().refine(isUuid),
  kind: z.literal('supervision'),
  projectno: z.string().min(1).max(longestNumber),
  content: z.string().trim().min(1).max(longestContent),
  issued: z.iso.datetime({ offset: true }),
  due: z.iso.date(),
});
const content = z.looseObject({ kind: z.enum(contentKinds) });
const page = z.object({ messages: z.array(frame).max(maxInboxMessages) });

/**
 * A page of the inbox behind a position: a JSON value. A kind that is not known, and a message that is not as agreed, count as
 * unsupported; refuses with exchange.answer what is no page, or one that does not go forward.
 */
export function readInbox(after: number, json: unknown): Result<InboxMessage[]> {
  const read = page.safeParse(json);
  if (!read.success) return refuse('exchange.answer', '省级平台的收件箱内容不合约定');
  let last = after;
  const messages: InboxMessage[] = [];
  for (const message of read.data.messages) {
    const { position, id } = message;
    if (position <= last) return refuse('exchange.answer', '省级平台的收件箱序号没有递增');
    last = position;
    const loose = content.safeParse(message);
    if (loose.success) {
      const { position: _position, id: _id, kind, ...rest } = loose.data;
      messages.push({ kind, position, id, content: rest as JsonObject });
      continue;
    }
    const order = supervision.safeParse(message);
    if (!order.success) messages.push({ kind: 'unsupported', position, id });
    else {
      const { projectno: number, content, issued, due } = order.data;
      messages.push({ kind: 'supervision', position, id, number, content, issuedAt: Date.parse(issued), due });
    }
  }
  return ok(messages);
}
