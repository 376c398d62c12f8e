import type { WorkingCalendar } from '@tongban/domain/calendar';
import type { CaseCommand, CaseState } from '@tongban/domain/casework';
import {
  checkFeedbackEntry,
  feedbackCommandSchema,
  feedbackRules,
  feedbackSpecs,
  knowsFeedbackEntry,
  type FeedbackCommand,
  type FeedbackState,
  type FeedbackTerms,
} from '@tongban/domain/feedback';
import type { RecordClassBinding } from '@tongban/federation/nest';
import { ok, refuse, type NodeCode } from '@tongban/kernel';
import { loadFeedback, saveFeedback } from './store/feedback-store.js';
import { noteRatings } from './store/rating-store.js';

export interface FeedbackBindingOptions {
  readonly calendar: WorkingCalendar;
  /** The city's limits. */
  readonly terms: FeedbackTerms;
}

/** Where it was filed and every node that was to handle it: supervisors above read the facts alone. */
export const recipientsOf = ({ handlers, owner }: FeedbackState): NodeCode[] => [...new Set([...handlers, owner])];

/** Class `feedback` in the journal: it flows up like cases, so that every level above sees what is asked below. */
export function feedbackBinding(options: FeedbackBindingOptions): RecordClassBinding<FeedbackState, FeedbackCommand> {
  return {
    rules: feedbackRules(options),
    knows: knowsFeedbackEntry,
    check: (entry) => checkFeedbackEntry(entry),
    parseCommand(json) {
      const parsed = feedbackCommandSchema.safeParse(json);
      if (!parsed.success) return refuse('request.invalid', '请求内容不符合要求');
      const { from, name } = feedbackSpecs[parsed.data.type];
      // Only what may be asked from anywhere is taken from another node; beginning is never asked for.
      return from === 'anywhere' && parsed.data.type !== 'file'
        ? ok(parsed.data)
        : refuse('feedback.not-owner', `“${name}”只能在办理机关办理`);
    },
    guard: () => Promise.resolve(ok(undefined)),
    recipients: recipientsOf,
    load: loadFeedback,
    save: saveFeedback,
  };
}

/** A binding of cases that also notes, in the same transaction, how a case was rated and what is to be followed up. */
export const withRatingsNoted = (
  cases: RecordClassBinding<CaseState, CaseCommand>,
): RecordClassBinding<CaseState, CaseCommand> => ({
  ...cases,
  async save(sql, node, changes, now) {
    await cases.save(sql, node, changes, now);
    await noteRatings(sql, node, changes, now);
  },
});
