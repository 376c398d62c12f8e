import fc from 'fast-check';
import {
  bucketCount,
  bucketDigestBytes,
  bucketOf,
  compareKeys,
  differingBuckets,
  differingGroups,
  differingParts,
  partCount,
  partOf,
  planMend,
  type Copy,
  type RecordKey,
} from './reconcile.js';

const uuid = fc.uuid();
const hash = fc.uint8Array({ minLength: 4, maxLength: 4 });
const keys = fc.uniqueArray(fc.record<RecordKey>({ record: uuid, seq: fc.integer({ min: 1, max: 5 }), hash }), {
  selector: ({ record }) => record,
  maxLength: 20,
});

describe('comparing digests', () => {
  it('puts every record into one of 256 buckets, and into one of its 256 parts', () => {
    fc.assert(
      fc.property(uuid, (record) => {
        const bytes = Buffer.from(record.replaceAll('-', ''), 'hex');
        expect(bucketOf(record)).toBe(bytes[15]);
        expect(partOf(record)).toBe(bytes.readUInt16BE(14));
      }),
    );
  });

  it('finds the buckets that differ, and takes no records and no digests for the same', () => {
    const some = new Uint8Array(bucketCount * bucketDigestBytes);
    some[7 * bucketDigestBytes] = 1;
    some[255 * bucketDigestBytes + 7] = 2;
    expect(differingBuckets(some, new Uint8Array(some.length))).toEqual([7, 255]);
    expect(differingBuckets(new Uint8Array(), some)).toEqual([7, 255]);
    expect(differingBuckets(some, some.slice())).toEqual([]);
    expect(differingBuckets(new Uint8Array(), new Uint8Array(some.length))).toEqual([]);
  });

  it('finds the parts that differ by the last two bytes of their records', () => {
    const some = new Uint8Array(2 * partCount * bucketDigestBytes);
    some[3 * bucketDigestBytes] = 1;
    some[(partCount + 255) * bucketDigestBytes + 7] = 2;
    expect(differingParts([0x10, 0xfe], some, new Uint8Array(some.length))).toEqual([0x0310, 0xfffe]);
    expect(differingParts([0x10, 0xfe], new Uint8Array(), some)).toEqual([0x0310, 0xfffe]);
    expect(differingParts([0x10, 0xfe], some, some.slice())).toEqual([]);
    expect(differingParts([], new Uint8Array(), new Uint8Array())).toEqual([]);
  });

  it('finds the groups that differ, whichever side has them', () => {
    const group = (owner: string, root: number, records: number) => ({
      ...{ owner, recordClass: 'case', records },
      root: Uint8Array.of(root),
    });
    expect(
      differingGroups(
        [group('a', 1, 1), group('b', 1, 1), group('c', 1, 2), group('e', 1, 5)],
        [group('b', 1, 1), group('c', 2, 3), group('d', 1, 4), group('e', 2, 1)],
      ),
    ).toEqual([
      ...Object.entries({ a: 1, c: 3, e: 5, d: 4 }).map(([owner, records]) => ({
        owner,
        recordClass: 'case',
        records,
      })),
    ]);
  });

  it('finds exactly the keys that differ, and the two sides agree on who gives', () => {
    const turned = { fetch: 'give', give: 'fetch', settle: 'settle' } as const;
    fc.assert(
      fc.property(keys, keys, (mine, theirs) => {
        const shared = [
          ...mine.slice(0, 5),
          ...theirs.filter(({ record }) => mine.every((key) => key.record !== record)),
        ];
        expect(compareKeys(mine, mine)).toEqual([]);
        const found = compareKeys(mine, shared);
        expect(compareKeys(shared, mine)).toEqual(
          found.map(({ record, action }) => ({ record, action: turned[action] })),
        );
        const same = new Set(mine.slice(0, 5).map(({ record }) => record));
        expect(found.every(({ record }) => !same.has(record))).toBe(true);
        expect(found.length).toBe(new Set([...mine, ...shared].map(({ record }) => record)).size - same.size);
      }),
    );
  });
});

describe('mending a copy', () => {
  const genuine = ['a', 'b', 'c', 'd', 'e', 'f'];
  /** A copy of the genuine entries up to `length`, with rows damaged, deleted or forged behind it. */
  const copy = fc
    .record({
      length: fc.integer({ min: 0, max: genuine.length }),
      damaged: fc.uniqueArray(fc.integer({ min: 1, max: genuine.length })),
      deleted: fc.uniqueArray(fc.integer({ min: 1, max: genuine.length })),
      forged: fc.integer({ min: 0, max: 2 }),
      derivedFits: fc.boolean(),
    })
    .map(({ length, damaged, deleted, forged, derivedFits }): Copy => {
      const prints: (string | undefined)[] = genuine.slice(0, length).map((print, index) => {
        if (deleted.includes(index + 1)) return undefined;
        return damaged.includes(index + 1) ? `${print}!` : print;
      });
      for (let extra = 0; extra < forged; extra++) prints.push(`forged ${extra}`);
      while (prints.length > 0 && prints.at(-1) === undefined) prints.pop();
      const wrong = prints.findIndex((print, index) => print !== genuine[index]);
      return { prints, sound: wrong < 0 ? prints.length : wrong, derivedFits };
    });

  const applied = ({ prints }: Copy, offered: readonly string[], plan: ReturnType<typeof planMend>) => {
    if (plan.kind !== 'write') return prints;
    const rows = new Map(prints.flatMap((print, index) => (print === undefined ? [] : [[index + 1, print]])));
    for (const seq of plan.aside) expect(rows.delete(seq)).toBe(true);
    for (const seq of plan.insert) {
      expect(rows.has(seq)).toBe(false);
      rows.set(seq, offered[seq - 1]!);
    }
    return [...rows].sort(([left], [right]) => left - right).map(([, print]) => print);
  };

  it('makes any damaged copy genuine again from a complete one', () => {
    fc.assert(
      fc.property(copy, (held) => {
        const plan = planMend(held, genuine);
        if (held.prints.length === genuine.length && held.sound === genuine.length && held.derivedFits) {
          expect(plan.kind).toBe('known');
        } else expect(applied(held, genuine, plan)).toEqual(genuine);
      }),
    );
  });

  it('never loses a sound entry to a shorter offer', () => {
    fc.assert(
      fc.property(copy, fc.integer({ min: 0, max: genuine.length }), (held, length) => {
        const after = applied(held, genuine, planMend(held, genuine.slice(0, length)));
        expect(after.slice(0, held.sound)).toEqual(held.prints.slice(0, held.sound));
      }),
    );
  });

  it('writes nothing where both go on differently', () => {
    const held = { prints: ['a', 'b', 'x'], sound: 3, derivedFits: true };
    expect(planMend(held, genuine)).toEqual({ kind: 'forked', at: 3 });
  });

  it('does not take the end of a damaged copy aside for a neighbour that is behind', () => {
    expect(planMend({ prints: ['a', 'b', 'c', 'd!'], sound: 3, derivedFits: true }, ['a', 'b'])).toEqual({
      kind: 'tooShort',
    });
  });
});
