import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { batchesOf } from './batches.js';

const lingerMs = 5;
const longPauseMs = 40;

async function collect<T>(batches: AsyncIterable<T[]>): Promise<T[][]> {
  const all: T[][] = [];
  for await (const batch of batches) all.push(batch);
  return all;
}

describe('batches of a source', () => {
  it('hold every value once, in order, and no more than the limit', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat()), fc.integer({ min: 1, max: 7 }), async (values, limit) => {
        async function* source() {
          yield* values;
        }
        const batches = await collect(batchesOf(source(), limit, lingerMs));
        expect(batches.flat()).toEqual(values);
        expect(batches.every((batch) => batch.length > 0 && batch.length <= limit)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  it('are given out when the source falls silent, without waiting for its next value', async () => {
    async function* source() {
      yield* [1, 2];
      await sleep(longPauseMs);
      yield 3;
    }
    expect(await collect(batchesOf(source(), 10, lingerMs))).toEqual([[1, 2], [3]]);
  });

  it('read one value ahead at most while a batch is being worked on', async () => {
    let given = 0;
    async function* source() {
      while (given < 100) yield ++given;
    }
    for await (const batch of batchesOf(source(), 4, lingerMs)) {
      await sleep(1);
      expect(given).toBeLessThanOrEqual(batch.at(-1)! + 1);
    }
  });

  it('end with the failure of the source, after what came before it', async () => {
    async function* source() {
      yield 1;
      throw new Error('gone');
    }
    const seen: number[] = [];
    const reading = async () => {
      for await (const batch of batchesOf(source(), 10, lingerMs)) seen.push(...batch);
    };
    await expect(reading()).rejects.toThrow('gone');
    expect(seen).toEqual([1]);
  });
});
