import fc from 'fast-check';
import { blocksOf, blockSize, drawn, indices, moved, scrolledTo } from './geometry.js';

const size = { rows: 2_000, columns: 1_741 };
const key = (name: string, ctrlKey = false) => ({ key: name, ctrlKey });

it('draws what is seen and a little more, never the whole axis', () => {
  expect(drawn(0, 440, 44, 2_000)).toEqual({ from: 0, to: 13 });
  expect(drawn(44_000, 440, 44, 2_000)).toEqual({ from: 997, to: 1_013 });
  expect(drawn(88_000, 440, 44, 2_000)).toEqual({ from: 1_997, to: 1_999 });
  expect(drawn(0, 440, 44, 0)).toEqual({ from: 0, to: -1 });
  fc.assert(
    fc.property(fc.nat(200_000), fc.nat(1_200), fc.nat(2_000), (offset, extent, count) => {
      const { from, to } = drawn(offset, extent, 44, count);
      expect(to - from).toBeLessThan(extent / 44 + 10);
      expect([from >= 0, to < count]).toEqual([true, true]);
    }),
  );
});

it('draws the cell with the focus wherever it is, once', () => {
  expect(indices({ from: 3, to: 5 }, undefined)).toEqual([3, 4, 5]);
  expect(indices({ from: 3, to: 5 }, 4)).toEqual([3, 4, 5]);
  expect(indices({ from: 3, to: 5 }, 0)).toEqual([0, 3, 4, 5]);
  expect(indices({ from: 3, to: 5 }, 90)).toEqual([3, 4, 5, 90]);
  expect(indices({ from: 0, to: -1 }, undefined)).toEqual([]);
});

it('asks for the blocks that hold what is drawn', () => {
  expect(blocksOf({ from: 0, to: blockSize - 1 })).toEqual([0]);
  expect(blocksOf({ from: blockSize - 1, to: blockSize })).toEqual([0, 1]);
  expect(blocksOf({ from: 0, to: -1 })).toEqual([]);
});

it('moves by the keys of a grid and stops at its edges', () => {
  const at = { row: 10, column: 10 };
  expect(moved(key('ArrowDown'), at, size, 9)).toEqual({ row: 11, column: 10 });
  expect(moved(key('ArrowLeft'), { row: 0, column: 0 }, size, 9)).toEqual({ row: 0, column: 0 });
  expect(moved(key('PageDown'), at, size, 9)).toEqual({ row: 19, column: 10 });
  expect(moved(key('PageUp'), at, size, 90)).toEqual({ row: 0, column: 10 });
  expect(moved(key('End'), at, size, 9)).toEqual({ row: 10, column: 1_740 });
  expect(moved(key('End', true), at, size, 9)).toEqual({ row: 1_999, column: 1_740 });
  expect(moved(key('Home', true), at, size, 9)).toEqual({ row: 0, column: 0 });
  expect(moved(key('a'), at, size, 9)).toBeUndefined();
});

it('scrolls as little as is needed to show a cell', () => {
  expect(scrolledTo(5, 0, 440, 44)).toBe(0);
  expect(scrolledTo(10, 0, 440, 44)).toBe(44);
  expect(scrolledTo(3, 440, 440, 44)).toBe(132);
});
