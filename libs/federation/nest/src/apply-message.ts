import type { Message } from '@tongban/federation/transport';
import { ok, type NodeCode, type Result, type Uuid } from '@tongban/kernel';
import type { Answers, KnownAnswers } from './answers.js';
import type { Work } from './work.js';

/** What one genuine message does at the node of `work`. */
export async function applyMessage(
  answers: Answers,
  work: Work,
  sender: NodeCode,
  message: Message,
  known: KnownAnswers,
): Promise<Result<void>> {
  switch (message.kind) {
    case 'entry':
      return work.applyRemote(message.entry, sender);
    case 'request':
      await answers.take(work, message.request, known, sender);
      return ok(undefined);
    case 'refusal':
      return answers.passRefusal(work, message.refusal);
    case 'recovered':
      return ok(undefined);
  }
}

/** The records that a message is about. */
export function recordsOf(message: Message | undefined): { record: string; recordClass: string }[] {
  switch (message?.kind) {
    case 'entry':
      return [message.entry];
    case 'request':
      return [message.request];
    case 'refusal':
      return [{ record: message.refusal.record, recordClass: '' }];
    default:
      return [];
  }
}

/** Where a parked message belongs: an entry has a place in its record, anything else none. */
export function whereOf(message: Message): { readonly record?: Uuid; readonly entrySeq?: number } {
  const [about] = recordsOf(message);
  if (about === undefined) return {};
  return message.kind === 'entry' ? { record: about.record, entrySeq: message.entry.seq } : { record: about.record };
}
