import fc from 'fast-check';
import { compareStatements, statementOf, type StatementEntry } from './statement.js';

const entry = fc.record({
  kind: fc.constantFrom('accept' as const, 'process' as const, 'result' as const),
  businessKey: fc.string({ minLength: 1, maxLength: 12 }),
  dataVersion: fc.integer({ min: 1, max: 9 }),
  outcome: fc.constantFrom('acknowledged' as const, 'rejected' as const),
});
const entries = fc.array(entry, { minLength: 1, maxLength: 30 });

describe('daily statement', () => {
  it('does not depend on the order of the rows', () => {
    fc.assert(
      fc.property(entries, (rows) => {
        expect(compareStatements(statementOf(rows), statementOf([...rows].reverse()))).toEqual([]);
      }),
    );
  });

  it('shows a row that one side does not have, under its kind', () => {
    fc.assert(
      fc.property(entries, ([missing, ...rows]) => {
        const gaps = compareStatements(statementOf([missing!, ...rows]), statementOf(rows));
        expect(gaps.map(({ kind }) => kind)).toEqual([missing!.kind]);
      }),
    );
  });

  it('shows a version that one side has behind', () => {
    const row: StatementEntry = { kind: 'result', businessKey: 'result/1', dataVersion: 1, outcome: 'acknowledged' };
    const gaps = compareStatements(statementOf([row]), statementOf([{ ...row, dataVersion: 2 }]));
    expect(gaps).toMatchObject([{ kind: 'result', ours: { acknowledged: 1 }, theirs: { acknowledged: 1 } }]);
  });
});
