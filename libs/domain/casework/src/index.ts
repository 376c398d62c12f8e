export {
  applicantTypes,
  caseStatuses,
  channels,
  closings,
  correctionReasons,
  deliveryMethods,
  handOverReasons,
  identityTypes,
  nonAcceptanceReasons,
  outcomes,
  ratingChannels,
  ratingLevels,
  refusalReasons,
  regimes,
  reportOutcomes,
  resultKinds,
  routePowers,
  timeUnits,
  violationKinds,
  withdrawalReasons,
  type ApplicantType,
  type CaseStatus,
  type Channel,
  type Closing,
  type CorrectionReason,
  type DeliveryMethod,
  type HandOverReason,
  type IdentityType,
  type NonAcceptanceReason,
  type Outcome,
  type RatingChannel,
  type RatingLevel,
  type RefusalReason,
  type Regime,
  type ReportOutcome,
  type ResultKind,
  type RoutePower,
  type TimeUnit,
  type ViolationKind,
  type WithdrawalReason,
} from './codes.js';
export {
  feeLineSchema,
  maskPersonalNumbers,
  oneOf,
  jointBranchSchema,
  itemPinSchema,
  pinnedStepSchema,
  routeSchema,
  type Attachment,
  type BilledLine,
  type CaseRoute,
  type FeeLine,
  type ItemPin,
  type JointBranch,
  type MaterialFact,
} from './fields.js';
export {
  clockColours,
  clockSteps,
  coverReasons,
  extensionOutcomes,
  feeMovementKinds,
  feeStatuses,
  opinionConclusions,
  paymentMethods,
  refundReasons,
  reviewConclusions,
  specialProcedures,
  type ClockColour,
  type ClockStep,
  type CoverReason,
  type ExtensionOutcome,
  type FeeMovementKind,
  type FeeStatus,
  type OpinionConclusion,
  type PaymentMethod,
  type RefundReason,
  type ReviewConclusion,
  type SpecialProcedure,
} from './procedure-codes.js';
export {
  openConference,
  runningPause,
  type Conference,
  type Cover,
  type Extension,
  type FeeMovement,
  type FeeNotice,
  type FeeState,
  type Opinion,
  type Pause,
  type Review,
  type Urge,
} from './procedure-state.js';
export {
  clockOf,
  needsFirstReview,
  reminderWorkingDays,
  stepOf,
  type CaseClock,
  type LimitClock,
  type PauseClock,
  type StepClock,
} from './clock.js';
export { feeCounterDepartment, isCharged } from './fees.js';
export { settle, type SettledMovement, type SettlementSheet, type Total } from './settlement.js';
export {
  caseEntrySchemas,
  checkCaseEntry,
  isCaseEntryType,
  knowsCaseEntry,
  type CaseEntryType,
  type CaseFacts,
  type CaseSealed,
} from './entry-schemas.js';
export {
  caseCommandSchema,
  caseCommandSchemas,
  caseCommandTypes,
  type CaseCommand,
  type CaseCommandOf,
  type CaseCommandType,
} from './command-schemas.js';
export {
  completeState,
  type CaseState,
  type Certificate,
  type Correction,
  type Decision,
  type Delivery,
  type HandledStep,
  type Handler,
  type Rating,
  type ReportState,
  type SupplementRound,
} from './state.js';
export { caseStages, caseTable, commandSpecs, type CaseStage, type CaseTable, type Cell, type Lead } from './table.js';
export { mod37Hybrid36 } from './check-character.js';
export { caseRecordClass, caseRules, type CaseRules } from './rules.js';
export { awaitedStatuses, permittedCommands, type PermittedContext } from './permitted.js';
export type { Catalogue } from './probes.js';
export {
  callBackOutcomes,
  materialFaults,
  preReviewOutcomes,
  rerouteCauses,
  rerouteRules,
  serviceMarks,
  trustLevels,
  type CallBackOutcome,
  type MaterialFault,
  type PreReviewOutcome,
  type RerouteCause,
  type RerouteRule,
  type ServiceMark,
  type TrustLevel,
} from './reception-codes.js';
export { type FoundFault, type KnownMaterial, type Mark, type PreReview, type Reroute } from './reception-state.js';
export { isRelied, needsConfirmation } from './reception.js';
export { powersToUse } from './rerouting.js';
export { offerKnown, type EarlierCase, type KnownOffer, type NamedMaterial } from './known-materials.js';
export {
  agencyProgress,
  agencySteps,
  agentSightDays,
  isInAgentSight,
  type AgencyProgress,
  type AgencyStep,
} from './agency.js';
export { dutyOf, usualDutyParameters, type Duty, type DutyKind, type DutyParameters } from './duties.js';
export { handOverReasonName, nextHandOver } from './submission.js';
export {
  certificateWorkingDays,
  duesOf,
  firstReviewWorkingDays,
  maxExtensionDays,
  maxPauseWorkingDays,
  noticeWorkingDays,
  type Dues,
} from './deadlines.js';
export { backDatingMs, clockSkewMs, maxOfflineMs } from './times.js';
export {
  documentKinds,
  hashPickUpCode,
  hashQueryCode,
  isQueryCode,
  makeCaseNumber,
  makeDocumentNumber,
  maxDailySequence,
  parseCaseNumber,
  parseDocumentNumber,
  type DocumentKind,
  type DocumentNumberParts,
  type NumberParts,
} from './numbers.js';
export {
  describeProgress,
  progressSteps,
  type Progress,
  type ProgressStep,
  type ProgressStepCode,
} from './progress.js';
