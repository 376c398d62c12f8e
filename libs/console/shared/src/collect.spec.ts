import { collect, tableLimits, type TablePage } from './collect.js';

const never = new AbortController().signal;
const ignored = () => undefined;

/** A list of so many numbers, in pages. */
const listOf = (count: number, size: number) => (cursor: string | undefined) => {
  const begin = Number(cursor ?? 0);
  const rows = Array.from({ length: Math.min(size, count - begin) }, (_, index) => begin + index);
  return Promise.resolve<TablePage<number>>({ rows, next: begin + size < count ? String(begin + size) : null });
};

it('reads every page once and tells how far it has come', async () => {
  const told: number[] = [];
  const { rows, isCut } = await collect(listOf(5, 2), never, (count) => told.push(count));
  expect([rows, isCut, told]).toEqual([[0, 1, 2, 3, 4], false, [2, 4, 5]]);
});

it('ends at its bound and says so; a list of exactly so many is whole', async () => {
  const { mostRows } = tableLimits;
  const whole = await collect(listOf(mostRows, 200), never, ignored);
  expect([whole.rows.length, whole.isCut]).toEqual([mostRows, false]);
  const cut = await collect(listOf(mostRows + 1, 300), never, ignored);
  expect([cut.rows.length, cut.isCut]).toEqual([mostRows, true]);
});

it('does not go round in circles where a cursor stands still', async () => {
  const { isCut } = await collect(() => Promise.resolve({ rows: [1], next: 'here' }), never, ignored);
  expect(isCut).toBe(true);
});

it('stops when it is told to, also while a page is on its way', async () => {
  const control = new AbortController();
  const asked: (string | undefined)[] = [];
  const page = (cursor: string | undefined) => {
    asked.push(cursor);
    if (asked.length === 2) control.abort();
    return listOf(10, 2)(cursor);
  };
  await expect(collect(page, control.signal, ignored)).rejects.toMatchObject({ name: 'AbortError' });
  expect(asked).toHaveLength(2);
});
