export { bearerToken } from './bearer.js';
export { keyLimits, type KeyLimits } from './limits.js';
export { fileKeyStore, memoryKeyStore, type KeyStore } from './key-store.js';
export type { KeyProblem, KeyStatus } from './signing-keys.js';
export type { Person, TokenVerifier } from './person.js';
export { GrantManagerVerifier, type GrantManagerVerifierOptions } from './grant-manager-verifier.js';
export { deviceKeySchema, issueGrant, thumbprintOf, type DeviceKey, type OfflineGrant } from './offline/grant.js';
export { maxGrantHours, offlineRoles } from './offline/limits.js';
export { OfflineVerifier, type GrantStore, type OfflineVerifierOptions } from './offline/offline-verifier.js';
