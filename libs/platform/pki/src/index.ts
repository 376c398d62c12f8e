export {
  hubRoles,
  hubTrust,
  issueHubUser,
  newHubSecrets,
  parseHubSecrets,
  revokeHubUser,
  type HubRole,
  type HubSecrets,
  type HubTemplate,
  type HubUser,
  type HubUserWanted,
} from './hub-keys.js';
export {
  hubAccess,
  hubUri,
  readCredentials,
  type HubAccess,
  type HubCredentials,
  type HubSecurity,
} from './hub-access.js';
export {
  issueCertificate,
  newAuthority,
  parseAuthority,
  readRevocations,
  revocationList,
  revokeCertificate,
  type Authority,
  type CertificateWanted,
  type IssuedCertificate,
} from './authority.js';
export { readIdentity, TlsIdentity, type TlsFiles, type TlsLog, type TlsMaterial } from './tls-identity.js';
