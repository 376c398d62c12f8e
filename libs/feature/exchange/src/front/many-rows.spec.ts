import fc from 'fast-check';
import type { FrontValue } from './front-database.js';
import { deleteRows, insertRows, portions } from './many-rows.js';

it('portions hold everything in order and come in few sizes', () => {
  fc.assert(
    fc.property(fc.array(fc.integer(), { maxLength: 300 }), (items) => {
      const found = [...portions(items)];
      expect(found.flat()).toEqual(items);
      for (const { length } of found) expect([64, 8, 1]).toContain(length);
    }),
  );
});

it('has a place for every value', async () => {
  const asked: { text: string; params: readonly FrontValue[] }[] = [];
  const sql = {
    query: async (text: string, params: readonly FrontValue[] = []) => {
      asked.push({ text, params });
      return [];
    },
  };
  const rows = Array.from({ length: 9 }, (_unused, place) => [place, null]);
  await deleteRows(sql, 'T', ['a', 'b'], rows);
  await insertRows(sql, 'T', ['a', 'b'], rows);
  for (const { text, params } of asked) expect(text.split('?')).toHaveLength(params.length + 1);
  expect(asked.map(({ params }) => params.length)).toEqual([16, 2, 16, 2]);
  expect(asked[1]!.text).toBe('delete from T where (a = ? and b = ?)');
  expect(asked[3]!.text).toBe('insert into T (a, b) values (?, ?)');
});
