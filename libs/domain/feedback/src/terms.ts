import type { DueDate, LocalDate, WorkingCalendar } from '@tongban/domain/calendar';
import { ok, refuse, type Result } from '@tongban/kernel';
import { z } from 'zod';
import type { Complexity, FeedbackKind } from './codes.js';

const days = z.int().min(0).max(60);

/**
 * A city's limits in working days. No law sets them: 国办发〔2019〕51号 asks for follow-up of bad ratings without a number,
 * GB/T 36113-2018 orders complaints; the defaults are what cities publish.
 */
export const feedbackTermsSchema = z
  .strictObject({
    /** From a bad rating to its answer. */
    ratingFollowUpDays: days,
    /** Until acceptance or non-acceptance of what was filed. */
    acceptanceDays: days,
    complaintDays: days,
    /** Bounds of what may be set at acceptance for a complex complaint. */
    complexComplaintLeastDays: days,
    complexComplaintMostDays: days,
    consultationDays: days,
    complexConsultationDays: days,
    suggestionDays: days,
    /** Added once, by an approver. */
    maxExtensionDays: days,
  })
  .refine(
    (terms) => terms.complexComplaintLeastDays <= terms.complexComplaintMostDays,
    'complexComplaintLeastDays must not exceed complexComplaintMostDays',
  );
export type FeedbackTerms = z.infer<typeof feedbackTermsSchema>;

export const usualFeedbackTerms: FeedbackTerms = {
  ratingFollowUpDays: 5,
  acceptanceDays: 1,
  complaintDays: 5,
  complexComplaintLeastDays: 7,
  complexComplaintMostDays: 15,
  consultationDays: 1,
  complexConsultationDays: 5,
  suggestionDays: 15,
  maxExtensionDays: 10,
};

/**
 * Working days from acceptance to the answer. `asked` sets the days of a complex complaint within its bounds and is
 * refused elsewhere: feedback.terms.
 */
export function handlingDays(
  terms: FeedbackTerms,
  kind: FeedbackKind,
  complexity: Complexity,
  asked?: number,
): Result<number> {
  const { complexComplaintLeastDays: least, complexComplaintMostDays: most } = terms;
  if (kind === 'complaint' && complexity === 'complex') {
    const set = asked ?? most;
    return set >= least && set <= most
      ? ok(set)
      : refuse('feedback.terms', `复杂投诉的办理期限为 ${least} 至 ${most} 个工作日`, { least, most });
  }
  if (asked !== undefined) return refuse('feedback.terms', '只有复杂投诉可以另定办理期限');
  switch (kind) {
    case 'complaint':
      return ok(terms.complaintDays);
    case 'consultation':
      return ok(complexity === 'complex' ? terms.complexConsultationDays : terms.consultationDays);
    case 'suggestion':
      return ok(terms.suggestionDays);
    case 'ratingFollowUp':
      return ok(terms.ratingFollowUpDays);
  }
}

/** The last working day of a limit; the day on which it begins is not counted (Civil Code, article 201). */
export const dueAfter = (calendar: WorkingCalendar, on: LocalDate, workingDays: number): DueDate =>
  calendar.addWorkingDays(on, workingDays);
