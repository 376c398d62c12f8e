import fc from 'fast-check';
import { nationalDatabase } from './profile.js';
import { compareStatements, statementLine, statementOf, type StatementEntry } from './statement.js';

const entry = fc.record({
  kind: fc.constantFrom('accept' as const, 'process' as const, 'result' as const),
  line: fc.string({ minLength: 1, maxLength: 12 }),
  amountFen: fc.integer({ min: 0, max: 10_000 }),
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
    const row: StatementEntry = { kind: 'result', line: 'result/1 1', outcome: 'acknowledged' };
    const gaps = compareStatements(statementOf([row]), statementOf([{ ...row, line: 'result/1 2' }]));
    expect(gaps).toMatchObject([{ kind: 'result', ours: { acknowledged: 1 }, theirs: { acknowledged: 1 } }]);
  });

  it('adds up the money of the rows that were taken, and shows a fen of difference', () => {
    const fee = (amountFen: number): StatementEntry => ({
      ...{ kind: 'fee', line: 'fee/1 1', outcome: 'acknowledged', amountFen },
    });
    const rejected: StatementEntry = { ...fee(500), line: 'fee/2 1', outcome: 'rejected' };
    expect(statementOf([fee(1500), rejected]).fee).toMatchObject({ acknowledged: 1, rejected: 1, amountFen: 1500 });
    expect(compareStatements(statementOf([fee(1500)]), statementOf([fee(1501)]))).toMatchObject([{ kind: 'fee' }]);
  });

  it('names a row as its platform can: by key and version, or by row and batch', () => {
    const row = { record: 'r', businessKey: 'fee/1/1', dataVersion: 3, batch: '01900000-0000-7000-8000-0000000000b1' };
    expect(statementLine({}, row)).toBe('fee/1/1 3');
    expect(statementLine(nationalDatabase({ province: '37' }), row)).toMatch(
      /^[0-9a-f]{32} 019000000000700080000000000000b1$/,
    );
  });
});
