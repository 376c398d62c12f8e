export { ok, refuse, RefusalError, unwrap, type Refusal, type Result } from './result.js';
export { refusalCodes, refusalKind, type RefusalCode, type RefusalKind } from './refusal-codes.js';
export {
  addressTokens,
  ancestorAt,
  isNodeCode,
  isWithin,
  nextHop,
  nodeCode,
  parentOf,
  pathBetween,
  prefixOf,
  tierOf,
  tiers,
  type NodeCode,
  type Tier,
} from './node-code.js';
export { isoInstant, type Clock, type Instant, type Random } from './clock.js';
export { isUuid, uuidv7, type Uuid } from './ids.js';
export { canonicalJson, type Json, type JsonObject } from './json.js';
export {
  ownershipTypes,
  roles,
  separateRoles,
  type Actor,
  type DecisionContext,
  type Draft,
  type EntryView,
  type RecordRules,
  type Role,
} from './record.js';
