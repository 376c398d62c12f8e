import { feedbackTermsSchema, usualFeedbackTerms, type FeedbackTerms } from '@tongban/domain/feedback';
import { z } from 'zod';

/** What a city sets of the limits of feedback, as JSON; the rest is usual. */
export const readFeedbackTerms: z.ZodType<FeedbackTerms, string | undefined> = z
  .string()
  .optional()
  .transform((text, context): FeedbackTerms => {
    if (text === undefined) return usualFeedbackTerms;
    const read = feedbackTermsSchema.safeParse(withUsual(text));
    if (read.success) return read.data;
    context.addIssue({ code: 'custom', message: read.error.issues.map(({ path }) => path.join('.')).join(', ') });
    return z.NEVER;
  });

function withUsual(text: string): unknown {
  try {
    const set: unknown = JSON.parse(text);
    return typeof set === 'object' && set !== null && !Array.isArray(set) ? { ...usualFeedbackTerms, ...set } : set;
  } catch {
    return undefined;
  }
}
