export { feedbackBinding, withRatingsNoted, type FeedbackBindingOptions } from './feedback-binding.js';
export { feedbackModule } from './feedback.module.js';
export type { AboutCase, FeedbackTools } from './ports.js';
export { feedbackInsertOnlyTables, feedbackMigrations, feedbackTables } from './store/migrations.js';
export { handlersOf } from './store/rating-store.js';
export { followUpLimits, followUpOf, FollowUps } from './usecase/follow-ups.js';
