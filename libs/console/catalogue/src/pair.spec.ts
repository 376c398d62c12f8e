import { pairOf, type Pair } from './pair.js';

const cases: readonly (readonly [string, readonly number[], string | null, string | null, Pair])[] = [
  ['the newest with the one before', [5, 3, 1], null, null, { from: 3, to: 5 }],
  ['what the address names', [5, 3, 1], '1', '3', { from: 1, to: 3 }],
  ['the one before what the address names', [5, 3, 1], null, '3', { from: 1, to: 3 }],
  ['not what the item does not have', [5, 3], '4', 'x', { from: 3, to: 5 }],
  ['the oldest with itself', [5, 3], null, '3', { from: 3, to: 3 }],
  ['nothing of nothing', [], '1', '2', { from: undefined, to: undefined }],
];

it.each(cases)('compares %s', (_what, numbers, from, to, pair) => {
  expect(pairOf(numbers, from, to)).toEqual(pair);
});
