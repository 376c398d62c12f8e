export {
  checkMandateEntry,
  evidenceKinds,
  mandateCommandSchema,
  mandateCommandSchemas,
  mandateEntrySchemas,
  mandatePowers,
  mandateSchemasOf,
  maxItems,
  revocationReasons,
  type EvidenceKind,
  type GrantCommand,
  type MandateCommand,
  type MandateEntryType,
  type MandatePower,
  type RevocationReason,
  type RevokeCommand,
} from './schemas.js';
export { type MandateState } from './state.js';
export { mandateRecordClass, mandateRules, maxBackDatedDays, maxTermYears, type MandateRules } from './rules.js';
export { covers, type ClaimedAct } from './covers.js';
