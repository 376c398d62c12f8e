import { statementRows } from './statement-rows.js';

const side = (acknowledged: number) => ({ acknowledged, rejected: 0, amountFen: 0, digest: String(acknowledged) });

it('has every kind of either side once, differences first', () => {
  const rows = statementRows({
    day: '2026-11-22',
    ours: { accept: side(1), apply: side(2) },
    theirs: { apply: side(1), result: side(3), accept: side(1) },
    differences: [
      { kind: 'apply', ours: side(2), theirs: side(1) },
      { kind: 'result', ours: side(0), theirs: side(3) },
    ],
  });
  expect(rows.map(({ kind, differs }) => [kind, differs])).toEqual([
    ['apply', true],
    ['result', true],
    ['accept', false],
  ]);
  expect(rows[1]).toMatchObject({ ours: undefined, theirs: side(3) });
});

it('is empty on a day without records', () => {
  expect(statementRows({ day: '2026-11-22', ours: {}, theirs: {}, differences: [] })).toEqual([]);
});
