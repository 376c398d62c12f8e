import { freshDatabase } from '@tongban/testkit';
import fc from 'fast-check';
import pg from 'pg';
import { bigintArray, bytesArray, instantArray, integerArray, jsonArray, textArray, uuidArray } from './sql-array.js';

const connectionsOf = async (): Promise<pg.Pool> => new pg.Pool({ connectionString: await freshDatabase(), max: 2 });
const runs = { numRuns: 40 };
const instantRange = {
  min: new Date('1900-01-01T00:00:00Z'),
  max: new Date('2999-12-31T23:59:59Z'),
  noInvalidDate: true,
};

describe('binary arrays as parameters', () => {
  let pool: pg.Pool;

  beforeAll(async () => {
    pool = await connectionsOf();
  });

  afterAll(() => pool.end());

  /** What the server makes of a parameter, element by element. */
  async function read<T>(type: string, array: Buffer): Promise<T[]> {
    const { rows } = await pool.query<{ v: T }>(
      `select v from unnest($1::${type}[]) with ordinality as u(v, place) order by place`,
      [array],
    );
    return rows.map(({ v }) => v);
  }

  const holds = <T>(
    type: string,
    one: fc.Arbitrary<T>,
    made: (values: (T | null)[]) => Buffer,
    text = (v: T): unknown => v,
  ) =>
    fc.assert(
      fc.asyncProperty(fc.array(fc.option(one), { maxLength: 12 }), async (values) => {
        const wanted = values.map((value) => (value === null ? null : text(value)));
        expect(await read(type, made(values))).toEqual(wanted);
      }),
      runs,
    );

  // PostgreSQL's text knows no NUL, and no half of a surrogate pair.
  const texts = fc.string({ unit: 'grapheme' }).filter((value) => !value.includes('\0'));

  test('text of any script, quotes and backslashes', () => holds('text', texts, textArray));

  test('JSON stays as it was written, to the byte', () =>
    holds(
      'json',
      fc.json().filter((json) => !json.includes('\\u0000')),
      jsonArray,
      (json) => JSON.parse(json),
    ));

  test('bytes', () => holds('bytea', fc.uint8Array({ maxLength: 80 }), bytesArray, (bytes) => Buffer.from(bytes)));

  test('integers', () => holds('int4', fc.integer(), integerArray));

  test('big integers', () => holds('int8', fc.maxSafeInteger(), bigintArray, String));

  test('UUIDs', () => holds('uuid', fc.uuid(), uuidArray));

  test('instants to the millisecond, before 2000 too', () =>
    holds(
      'timestamptz',
      fc.date(instantRange).map((date) => date.getTime()),
      instantArray,
      (at) => new Date(at),
    ));

  test('JSON text is not rewritten', async () => {
    const { rows } = await pool.query<{ v: string }>('select v::text as v from unnest($1::json[]) as u(v)', [
      jsonArray(['{"b" : 1,  "a":"办"}']),
    ]);
    expect(rows).toEqual([{ v: '{"b" : 1,  "a":"办"}' }]);
  });

  test('an array of another type than its place is refused', async () => {
    await expect(read('int4', textArray(['1']))).rejects.toMatchObject({ code: '42804' });
  });

  test('what is no UUID does not get as far as the server', () => {
    for (const wrong of [
      '',
      'not-a-uuid',
      '123e4567-e89b-12d3-a456-42661417400',
      'zz3e4567-e89b-12d3-a456-426614174000',
    ])
      expect(() => uuidArray([wrong])).toThrow(RangeError);
  });
});
