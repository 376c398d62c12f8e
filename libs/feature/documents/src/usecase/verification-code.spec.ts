import fc from 'fast-check';
import { verificationCodeOf } from './verification-code.js';

const hash = fc.uint8Array({ minLength: 32, maxLength: 32 });

describe('the verification code', () => {
  it('is eight characters that are not mistaken for each other, and depends on number and entry', () => {
    fc.assert(
      fc.property(hash, hash, fc.stringMatching(/^ZS\d{26}$/), (left, right, number) => {
        const code = verificationCodeOf(number, left);
        expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{8}$/);
        expect(verificationCodeOf(number, left)).toBe(code);
        fc.pre(Buffer.compare(left, right) !== 0);
        expect(verificationCodeOf(number, right)).not.toBe(code);
        expect(verificationCodeOf(`${number}0`, left)).not.toBe(code);
      }),
    );
  });
});
