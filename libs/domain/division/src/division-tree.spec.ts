import fc from 'fast-check';
import { isWithin, nodeCode, parentOf, tierOf } from '@tongban/kernel';
import { parseDivisions } from './division-tree.js';

const division = (code: string, kind = 'official') => ({
  code,
  name: `division ${code}`,
  tier: tierOf(nodeCode(code)),
  parent: parentOf(nodeCode(code)),
  kind,
});
const file = (...codes: string[]) => ({
  city: '371100000000',
  source: 'test',
  divisions: codes.map((code) => division(code)),
});
const sample = file(
  '371100000000',
  '371102000000',
  '371102001000',
  '371102001001',
  '371102001002',
  '371102002000',
  '371102002001',
  '371171000000',
);
const codes = (found: readonly { code: string }[]) => found.map(({ code }) => code);

describe('division tree', () => {
  const tree = parseDivisions(sample);

  it('finds divisions, children and villages', () => {
    expect(tree.get('371102001001').name).toBe('division 371102001001');
    expect(tree.find('371102001999')).toBeUndefined();
    expect(() => tree.get('371102001999')).toThrow('no division 371102001999');
    expect(codes(tree.children(nodeCode('371100000000')))).toEqual(['371102000000', '371171000000']);
    expect(codes(tree.villagesOf(nodeCode('371102000000')))).toEqual(['371102001001', '371102001002', '371102002001']);
    expect(codes(tree.villagesOf(nodeCode('371102001002')))).toEqual(['371102001002']);
    expect(tree.count()).toEqual({ province: 0, city: 1, district: 2, township: 2, village: 3 });
  });

  it('selects by codes and prefixes', () => {
    expect(codes(tree.within('371102*', 'township'))).toEqual(['371102001000', '371102002000']);
    expect(codes(tree.within('371102002*, 371102001001'))).toEqual(['371102001001', '371102002000', '371102002001']);
    expect(codes(tree.within(['371171000000']))).toEqual(['371171000000']);
    expect(() => tree.within('3711?2')).toThrow('not a division code or a prefix');
    expect(() => tree.within('371199000000')).toThrow('no division 371199000000');
  });

  it('agrees with the addresses, whatever the prefix', () => {
    fc.assert(
      fc.property(fc.constantFrom(...sample.divisions), fc.integer({ min: 1, max: 12 }), ({ code }, digits) => {
        const prefix = code.slice(0, digits);
        expect(codes(tree.within(`${prefix}*`))).toEqual(
          codes(sample.divisions).filter((candidate) => candidate.startsWith(prefix)),
        );
        for (const village of tree.villagesOf(nodeCode(code))) {
          expect(isWithin(village.code, nodeCode(code))).toBe(true);
        }
      }),
    );
  });

  it.each([
    ['a code too short', { ...sample, city: '3711' }, 'not a 12-digit division code'],
    ['a city that is none', { ...sample, city: '371102000000' }, 'not the code of a city'],
    ['a division twice', file('371100000000', '371102000000', '371102000000'), 'is twice or not in order'],
    ['a stranger', file('371100000000', '371202000000'), 'does not lie in'],
    ['an orphan', file('371100000000', '371102001000'), 'has no parent in the file'],
    ['a wrong tier', { ...sample, divisions: [{ ...division('371100000000'), tier: 'village' }] }, 'is not a village'],
    ['no city', file('371102000000'), 'has no parent'],
    ['an unknown kind', { ...sample, divisions: [division('371100000000', 'rumoured')] }, 'kind'],
  ])('refuses %s', (_, json, message) => {
    expect(() => parseDivisions(json)).toThrow(message);
  });
});
