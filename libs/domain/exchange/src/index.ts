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
export {
  caseStages,
  feeEvents,
  specialTypes,
  supervisionLevels,
  type CaseStage,
  type FeeEvent,
  type SpecialType,
  type SupervisionLevel,
} from './neutral.js';
export { codeOf, meaningOf, type CodeTable } from './tables.js';
export {
  nationalDatabase,
  nationalGrpc,
  nationalJson,
  profileNames,
  profileOf,
  shandongDatabase,
  type ExchangeProfile,
  type InboundTables,
  type FrontTables,
  type Verdict,
  type ProfileName,
  type ProfileOptions,
  type SendingValue,
  type TimeStyle,
} from './profile.js';
export type { ProfileCodes } from './profile-codes.js';
export type { Column, ColumnFormat, Layout, Layouts } from './columns.js';
export { chinaDateTime } from './times.js';
export type {
  CaseForExchange,
  ClosingForExchange,
  FeeForExchange,
  MaterialForExchange,
  RatingForExchange,
  SpecialForExchange,
  StepForExchange,
  SupervisionForExchange,
} from './case-for-exchange.js';
export { holdCodes, type HeldField, type HoldCode } from './held.js';
export { contentDigest, rowGuid, toRecords, type CaseRecords, type ExchangeRecord, type Obstacles } from './records.js';
export type { Columns, Flaw } from './checks.js';
export { fenOf } from './cells.js';
export {
  amountsOf,
  batchBody,
  encodeBatch,
  maxBatchRecords,
  packCases,
  type BatchBody,
  type CaseSubmission,
  type SubmittedRecord,
} from './batch.js';
export {
  compareStatements,
  statementLine,
  statementOf,
  type KindStatement,
  type Statement,
  type StatementEntry,
  type StatementGap,
} from './statement.js';
export { discreet } from './discreet.js';
export { caseAnswer, matchAnswer, readAnswer, type AnsweredRecord, type BatchAnswer } from './answer.js';
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
  taskKey,
  taskRecords,
  type HeldTaskField,
  type TaskForExchange,
  type TaskRecords,
  type TaskRow,
} from './task-records.js';
export { composeNumber, isNumberOf, numberings, numberStem, type Numbering, type NumberParts } from './numbering.js';
export {
  maxProvinceFileBytes,
  maxProvinceFiles,
  readApplication,
  type ProvinceApplication,
  type ProvinceFile,
} from './application.js';
export { baseLinesOf, maxBaseLines, readBaseLine } from './base-lines.js';
export { checkRatingTime, readRating, type ProvinceRating, type RatedCase } from './inbound-rating.js';
export {
  evolveIntake,
  intakeRecordClass,
  intakeRules,
  passedUpTo,
  type IntakeOutcome,
  type IntakeState,
} from './intake.js';
export { checkIntakeEntry, intakeCommandSchema, knowsIntakeEntry, type IntakeCommand } from './intake-schemas.js';
export {
  contentKinds,
  inboxOutcomes,
  maxInboxMessages,
  readInbox,
  type ContentKind,
  type ContentMessage,
  type InboxMessage,
  type InboxOutcome,
  type SupervisionOrder,
} from './inbox.js';
export { ratesOf, type RateCounts, type Rates } from './rates.js';
