export {
  applicantTypes,
  applyChannels,
  deliveries,
  identityTypes,
  ratingChannels,
  recordKinds,
  regimes,
  resultTypes,
  satisfactions,
  stepActions,
  type ApplicantType,
  type ApplyChannel,
  type Delivery,
  type IdentityType,
  type RatingChannel,
  type RecordKind,
  type Regime,
  type ResultType,
  type Satisfaction,
  type StepAction,
} from './neutral.js';
export { codeOf, meaningOf, type CodeTable } from './tables.js';
export {
  nationalJson,
  profileNames,
  type ExchangeProfile,
  type NationalJsonOptions,
  type ProfileName,
  type ProfileTables,
} from './profile.js';
export type {
  CaseForExchange,
  ClosingForExchange,
  MaterialForExchange,
  RatingForExchange,
  StepForExchange,
} from './case-for-exchange.js';
export { holdCodes, type HeldField, type HoldCode } from './held.js';
export { contentDigest, toRecords, type CaseRecords, type ExchangeRecord } from './records.js';
export {
  batchBody,
  encodeBatch,
  maxBatchRecords,
  packCases,
  type BatchBody,
  type CaseSubmission,
  type SubmittedRecord,
} from './batch.js';
export { compareStatements, statementOf, type Statement, type StatementEntry, type StatementGap } from './statement.js';
export { caseAnswer, readAnswer, type AnsweredRecord, type BatchAnswer } from './answer.js';
export {
  advanceReport,
  defaultReportPolicy,
  newReport,
  type ExchangeProblem,
  type ReportAnswer,
  type ReportEffect,
  type ReportEvent,
  type ReportPolicy,
  type ReportState,
  type ReportStep,
} from './report.js';
export {
  askBreaker,
  closedBreaker,
  defaultBreakerPolicy,
  settleBreaker,
  type BreakerPolicy,
  type BreakerState,
} from './breaker.js';
export {
  ed25519Signer,
  ed25519Verifier,
  signDetached,
  suites,
  verifyDetached,
  type Signer,
  type Suite,
  type Verifier,
} from './signature.js';
