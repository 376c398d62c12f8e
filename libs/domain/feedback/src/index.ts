export {
  callBackOutcomes,
  classifications,
  complexities,
  exclusionConclusions,
  feedbackChannels,
  feedbackClosings,
  feedbackKinds,
  feedbackStatuses,
  findings,
  forwardReasons,
  notAcceptedReasons,
  reviewConclusions,
  satisfactionAnswers,
  type FeedbackChannel,
  type FeedbackClosing,
  type FeedbackKind,
  type FeedbackStatus,
} from './codes.js';
export { dueAfter, feedbackTermsSchema, handlingDays, usualFeedbackTerms, type FeedbackTerms } from './terms.js';
export {
  cellOf,
  feedbackCommandTypes,
  feedbackSpecs,
  feedbackStages,
  feedbackTable,
  needsReview,
  type FeedbackCell,
  type FeedbackCommandSpec,
  type FeedbackCommandType,
  type FeedbackStage,
} from './table.js';
export {
  checkFeedbackEntry,
  contactSchema,
  feedbackCommandSchema,
  feedbackCommandSchemas,
  feedbackEntrySchemas,
  knowsFeedbackEntry,
  type FeedbackCommand,
  type FeedbackCommandOf,
} from './schemas.js';
export { type FeedbackState } from './state.js';
export { isLate } from './evolve.js';
export { answerNumber, hashFeedbackCode, isFeedbackNumber, makeFeedbackNumber, numberPrefixes } from './numbers.js';
export { feedbackRecordClass, feedbackRules, handlingNode, isBadRating, type FeedbackRules } from './rules.js';
