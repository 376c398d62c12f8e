import { refuse, RefusalError } from '@tongban/kernel';
import { isMessageFault } from './faults.js';

const withCode = (code: string): Error => Object.assign(new Error('…'), { code });
const refusal = (code: 'case.state' | 'service.unavailable' | 'link.parked'): RefusalError => {
  const refused = refuse(code, '…');
  if (refused.ok) throw new Error('not a refusal');
  return new RefusalError(refused.refusal);
};

describe('a message is to blame', () => {
  it.each([
    ['a rule with a bug', new TypeError('…'), true],
    ['data that no column takes', withCode('22003'), true],
    ['a violated constraint', withCode('23514'), true],
    ['a seal that cannot be opened', withCode('ERR_JWE_DECRYPTION_FAILED'), true],
    ['a seal that is none', withCode('ERR_JWE_INVALID'), true],
    ['a refusal of a rule', refusal('case.state'), true],
    ['a deadlock', withCode('40P01'), false],
    ['a full disk', withCode('53100'), false],
    ['a lost connection', withCode('ECONNRESET'), false],
    ['a service that is away', refusal('service.unavailable'), false],
    ['a record that is not written to yet', refusal('link.parked'), false],
  ])('%s: %#', (_what, error, expected) => expect(isMessageFault(error)).toBe(expected));
});
