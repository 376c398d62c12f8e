import type { NodeCode, Uuid } from '@tongban/kernel';
import type { NodeSecrets } from '../ports.js';

const codeSpace = 1_000_000;
const codeDigits = 6;

/** Six digits that only this node can make, offline, and makes again whenever it is asked. */
function sixDigits(secrets: NodeSecrets, node: NodeCode, purpose: string, text: string): string {
  const bits = secrets.hmac(node, purpose, text).slice(0, 12);
  return (Number.parseInt(bits, 16) % codeSpace).toString().padStart(codeDigits, '0');
}

/** With the number, what a resident asks for progress with: made at the intake, and on every receipt that it prints. */
export const queryCodeOf = (secrets: NodeSecrets, node: NodeCode, record: Uuid): string =>
  sixDigits(secrets, node, 'query-code', record);

/** What collects the result at a window: made by the node that certifies. */
export const pickUpCodeOf = (secrets: NodeSecrets, node: NodeCode, caseNumber: string): string =>
  sixDigits(secrets, node, 'pick-up-code', caseNumber);
