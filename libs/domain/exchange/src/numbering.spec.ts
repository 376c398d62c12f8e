import { unwrap } from '@tongban/kernel';
import fc from 'fast-check';
import { fullCase } from './case.fixture.js';
import { composeNumber, isNumberOf, longestSequence } from './numbering.js';
import { profileNames, profileOf } from './profile.js';
import { toRecords } from './records.js';

const parts = { implementationCode: '11650000010183859F2650116013001', day: '20181228', applyType: '1' };

describe('the number of a case at the province', () => {
  it('is composed as the unified numbering service does', () => {
    expect(unwrap(composeNumber(parts, 1))).toBe('11650000010183859F265011601300120181228100000001');
  });

  it('has 48 characters, names its parts, and no two sequences share one', () => {
    const sequence = fc.integer({ min: 1, max: longestSequence });
    fc.assert(
      fc.property(sequence, sequence, (one, other) => {
        const number = unwrap(composeNumber(parts, one));
        expect(number).toHaveLength(48);
        expect(isNumberOf(parts, number)).toBe(true);
        expect(isNumberOf({ ...parts, day: '20181229' }, number)).toBe(false);
        expect(number === unwrap(composeNumber(parts, other))).toBe(one === other);
      }),
    );
  });

  it.each([
    ['a sequence that is used up', parts, longestSequence + 1],
    ['no sequence', parts, 0],
    ['half an implementation code', { ...parts, implementationCode: '11650000010183859F' }, 1],
    ['a day with dashes', { ...parts, day: '2018-12-28' }, 1],
    ['a way of applying of two digits', { ...parts, applyType: '10' }, 1],
    ['a letter that credit codes do not have', { ...parts, implementationCode: 'I1650000010183859F2650116013001' }, 1],
  ])('is not made of %s', (_what, given, sequence) => {
    expect(composeNumber(given, sequence).ok).toBe(false);
  });

  it.each(profileNames)('stands in every row and key of %s, and is missed by name where there is none', (name) => {
    const profile = profileOf[name]({ province: '37' });
    const provinceNumber = unwrap(composeNumber(parts, 7));
    const { ready, held } = toRecords({ ...fullCase, provinceNumber }, profile);
    const columns = ready.map((record) => record.columns['project_no'] ?? record.columns['PROJID']);
    expect(held).toEqual([]);
    expect(new Set(columns)).toEqual(new Set([provinceNumber]));
    for (const { businessKey } of ready) expect(businessKey.split('/')[1]).toBe(provinceNumber);
    const without = toRecords({ ...fullCase, provinceNumber: '' }, profile);
    expect(without.ready).toEqual([]);
    expect(without.held[0]).toMatchObject({
      code: 'missing',
      message: expect.stringMatching(/办件编号|申办号/) as string,
    });
  });
});
