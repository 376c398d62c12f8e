import fc from 'fast-check';
import { profileNames, profileOf } from './profile.js';
import {
  applicantTypeTables,
  codeOf,
  deliveryTable,
  identityTypeTable,
  meaningOf,
  projectTypeTables,
  resultTypeTables,
  satisfactionTables,
  type CodeTable,
} from './tables.js';

describe('code tables', () => {
  it('number satisfaction in opposite directions', () => {
    const { gbt39046, ratingInterface } = satisfactionTables;
    expect([codeOf(gbt39046, 'verySatisfied'), codeOf(ratingInterface, 'verySatisfied')]).toEqual(['1', '5']);
    expect([meaningOf(gbt39046, '5'), meaningOf(ratingInterface, '5')]).toEqual(['veryDissatisfied', 'verySatisfied']);
    for (const level of Object.keys(gbt39046.codes) as (keyof typeof gbt39046.codes)[])
      expect(Number(gbt39046.codes[level]) + Number(ratingInterface.codes[level])).toBe(6);
  });

  it('number the regime in four ways', () => {
    const { gbt39046, shandong, itemLibrary, ratingInterface } = projectTypeTables;
    const tables = [gbt39046, shandong, itemLibrary, ratingInterface];
    expect(tables.map((table) => codeOf(table, 'onTheSpot'))).toEqual(['1', '1', '2', '2']);
    expect(tables.map((table) => codeOf(table, 'joint'))).toEqual(['9', '3', '4', null]);
    expect(tables.map((table) => meaningOf(table, '1'))).toEqual(['onTheSpot', 'onTheSpot', 'promised', 'promised']);
    expect(meaningOf(gbt39046, '9')).toBeUndefined();
  });

  it('swap government and other organisations between the two lists of applicants', () => {
    const { gbt39046, c0109 } = applicantTypeTables;
    expect([codeOf(gbt39046, 'governmentAgency'), codeOf(c0109, 'governmentAgency')]).toEqual(['5', '6']);
    expect([meaningOf(gbt39046, '6'), meaningOf(c0109, '6')]).toEqual(['other', 'governmentAgency']);
    expect(meaningOf(c0109, '5')).toBe('unincorporated');
  });

  it('give the digits 1, 5 and 6 of a result two meanings', () => {
    const { stepDone, businessIndex } = resultTypeTables;
    expect(['1', '5', '6'].map((code) => meaningOf(stepDone, code))).toEqual(['refused', 'returned', 'notAccepted']);
    expect(['1', '5', '6'].map((code) => meaningOf(businessIndex, code))).toEqual([
      'returned',
      'supplementExpired',
      'finished',
    ]);
    expect(codeOf(businessIndex, 'refused')).toBeNull();
  });

  it('use the published document types and the agreed code for organisations', () => {
    const table = identityTypeTable('001');
    expect(codeOf(table, 'residentIdentityCard')).toBe('111');
    expect(codeOf(table, 'passport')).toBe('414');
    expect(codeOf(table, 'usccOrganisation')).toBe('001');
    expect(meaningOf(table, '990')).toBe('other');
  });

  it('do not guess what a code cannot tell', () => {
    expect(codeOf(deliveryTable, 'post')).toBe('1');
    expect(meaningOf(deliveryTable, '1')).toBeUndefined();
    expect(meaningOf(deliveryTable, '7')).toBeUndefined();
  });

  it('read back what they write, unless several meanings share the code', () => {
    const tables = profileNames.flatMap(
      (name) => Object.values(profileOf[name]({ province: '37' }).codes) as CodeTable<string>[],
    );
    fc.assert(
      fc.property(fc.constantFrom(...tables), fc.nat(), (table, pick) => {
        const meanings = Object.keys(table.codes);
        const meaning = meanings[pick % meanings.length]!;
        const code = codeOf(table, meaning);
        if (code === null) return;
        const sharing = meanings.filter((other) => codeOf(table, other) === code);
        const read = meaningOf(table, code);
        if (sharing.length === 1) expect(read).toBe(meaning);
        else expect(read === undefined || sharing.includes(read)).toBe(true);
      }),
    );
  });
});
