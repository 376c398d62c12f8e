export { ownData, type OwnPart } from './own-data.js';
export { maskAddress, maskIdentityNumber, maskParts, maskPhone, maskWords, type MaskedPart } from './mask.js';
export { checkErasable, retentionTerms, type ClosedCase, type Erasability } from './retention.js';
export { answerDays, evolvePrivacy, privacyRecordClass, privacyRules, type PrivacyState } from './rules.js';
export {
  checkPrivacyEntry,
  knowsPrivacyEntry,
  privacyCommandSchema,
  privacyCommandSchemas,
  privacyEntrySchemas,
  requestKinds,
  requestOutcomes,
  type PrivacyCommand,
  type PrivacyEntryType,
  type RequestKind,
  type RequestOutcome,
} from './schemas.js';
