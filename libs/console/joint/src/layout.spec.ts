import { layoutOf } from './layout.js';

const branch = (code: string, stage: string, ...after: string[]) => ({ code, stage, after });
const stages = [{ code: 'begin' }, { code: 'licence' }];

it('puts a branch right of what it waits for and of earlier stages', () => {
  const { placed, edges, columns, rows } = layoutOf(stages, [
    branch('name', 'begin'),
    branch('register', 'begin', 'name'),
    branch('food', 'licence', 'register'),
    branch('sign', 'licence'),
  ]);
  expect(placed).toEqual([
    { code: 'name', column: 0, row: 0 },
    { code: 'register', column: 1, row: 0 },
    { code: 'food', column: 2, row: 0 },
    { code: 'sign', column: 2, row: 1 },
  ]);
  expect(edges).toEqual([
    { from: 'name', to: 'register' },
    { from: 'register', to: 'food' },
  ]);
  expect([columns, rows]).toEqual([3, 2]);
});

it('gives every branch a place of its own, whatever comes', () => {
  const strange = [branch('a', 'begin', 'b'), branch('b', 'begin', 'a'), branch('c', 'nowhere', 'gone')];
  const { placed, edges } = layoutOf(stages, strange);
  expect(new Set(placed.map(({ column, row }) => `${column} ${row}`)).size).toBe(3);
  expect(edges.every(({ from }) => from !== 'gone')).toBe(true);
  expect(layoutOf([], []).placed).toEqual([]);
});
