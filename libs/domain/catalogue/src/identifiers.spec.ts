import fc from 'fast-check';
import { nodeCode } from '@tongban/kernel';
import {
  demoUscc,
  isDemoUscc,
  isIdentityNumber,
  isOrganisationCode,
  isUscc,
  usccCheckCharacter,
} from './identifiers.js';

const real = ['91350100M000100Y43', '115113010833722043', '11511301008778183N', '11650000010183859F'];

describe('unified social credit code', () => {
  it.each(real)('accepts %s', (code) => {
    expect(isUscc(code)).toBe(true);
    expect(usccCheckCharacter(code.slice(0, 17))).toBe(code[17]);
  });

  it('refuses other lengths and letters that the alphabet leaves out', () => {
    expect(['', '1165000001018385', '11650000010183859f', '1165000001018385IF', 'x'.repeat(18)].map(isUscc)).toEqual(
      Array(5).fill(false),
    );
    expect(usccCheckCharacter('1165000001018385O')).toBeUndefined();
  });

  it('notices every single wrong character', () => {
    const alphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY';
    fc.assert(
      fc.property(
        fc.constantFrom(...real),
        fc.integer({ min: 0, max: 17 }),
        fc.constantFrom(...alphabet),
        (code, place, character) => {
          const changed = code.slice(0, place) + character + code.slice(place + 1);
          expect(isUscc(changed)).toBe(changed === code);
        },
      ),
    );
  });

  it('contains an organisation code', () => {
    expect(['D2143569X', '083372204'].map(isOrganisationCode)).toEqual([true, true]);
    expect(['D21435690', '08337220', 'd2143569X'].map(isOrganisationCode)).toEqual([false, false, false]);
    expect(real.map((code) => isOrganisationCode(code.slice(8, 17)))).toEqual([true, true, true, true]);
  });
});

describe('demonstration credit code', () => {
  it('is well-formed, marked and the same every time', () => {
    const code = demoUscc(nodeCode('371102001000'), 'civil-affairs');
    expect(code).toBe(demoUscc(nodeCode('371102001000'), 'civil-affairs'));
    expect(code.slice(0, 9)).toBe('11371102D');
    expect(demoUscc(nodeCode('371102001001'), 'village-committee').slice(0, 9)).toBe('54371102D');
    expect(real.map(isDemoUscc)).toEqual([false, false, false, false]);
  });

  it('differs from division to division', () => {
    const division = fc.integer({ min: 0, max: 999_999 }).map((n) => nodeCode(`371102${String(n).padStart(6, '0')}`));
    fc.assert(
      fc.property(division, division, fc.constantFrom('tax', 'market', 'village-committee'), (a, b, department) => {
        const [first, second] = [demoUscc(a, department), demoUscc(b, department)];
        expect(isDemoUscc(first) && isOrganisationCode(first.slice(8, 17))).toBe(true);
        expect(first === second).toBe(a === b);
      }),
    );
  });
});

describe('resident identity number', () => {
  it('accepts the published examples', () => {
    expect(['11010519491231002X', '440524188001010014'].map(isIdentityNumber)).toEqual([true, true]);
  });

  it.each([
    ['a wrong check character', '110105194912310021'],
    ['a small x', '11010519491231002x'],
    ['a day that does not exist', '110105194902300028'],
    ['fifteen digits', '110105491231002'],
    ['a region beginning with zero', '010105194912310028'],
  ])('refuses %s', (_, text) => {
    expect(isIdentityNumber(text)).toBe(false);
  });

  it('accepts exactly one check character', () => {
    const body = fc
      .tuple(fc.date({ min: new Date('1900-01-01'), max: new Date('2025-12-31'), noInvalidDate: true }), fc.nat(999))
      .map(([born, serial]) => {
        return `371102${born.toISOString().slice(0, 10).replaceAll('-', '')}${String(serial).padStart(3, '0')}`;
      });
    fc.assert(
      fc.property(body, (digits) => {
        expect([...'0123456789X'].filter((check) => isIdentityNumber(digits + check))).toHaveLength(1);
      }),
    );
  });
});
