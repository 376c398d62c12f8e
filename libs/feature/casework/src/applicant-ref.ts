import type { IdentityType } from '@tongban/domain/casework';
import type { NodeCode } from '@tongban/kernel';
import type { NodeSecrets } from './ports.js';

const applicantPurpose = 'applicant';

/** A person at a node, by a keyed hash that only that node can make. */
export const applicantRefOf = (
  secrets: NodeSecrets,
  node: NodeCode,
  identityType: IdentityType,
  identityNumber: string,
): string => secrets.hmac(node, applicantPurpose, `${identityType}:${identityNumber.toUpperCase()}`);
