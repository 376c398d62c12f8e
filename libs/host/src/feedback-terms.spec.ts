import { usualFeedbackTerms } from '@tongban/domain/feedback';
import { readFeedbackTerms } from './feedback-terms.js';

describe('TONGBAN_FEEDBACK_TERMS', () => {
  it('changes what it names and leaves the rest as usual', () => {
    expect(readFeedbackTerms.parse(undefined)).toEqual(usualFeedbackTerms);
    expect(readFeedbackTerms.parse('{"ratingFollowUpDays":7}')).toEqual({
      ...usualFeedbackTerms,
      ratingFollowUpDays: 7,
    });
  });

  it.each(['', 'seven', '[]', '7', '{"ratingFollowUpDays":"7"}', '{"days":7}', '{"complexComplaintMostDays":3}'])(
    'refuses %s',
    (text) => expect(readFeedbackTerms.safeParse(text).success).toBe(false),
  );
});
