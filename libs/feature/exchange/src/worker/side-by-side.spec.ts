import fc from 'fast-check';
import { sideBySide } from './side-by-side.js';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('does all of it, no more than so much at once, and keeps the order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(3)), fc.integer({ min: 1, max: 5 }), async (turns, atOnce) => {
      let running = 0;
      let most = 0;
      const results = await sideBySide([...turns.entries()], atOnce, async ([place, waits]) => {
        most = Math.max(most, ++running);
        for (let time = 0; time < waits; time++) await turn();
        running--;
        return place;
      });
      expect(results).toEqual([...turns.keys()]);
      expect(most).toBeLessThanOrEqual(atOnce);
    }),
    { numRuns: 50 },
  );
});

it('fails with what failed, begins nothing more, and leaves nothing running', async () => {
  const begun: number[] = [];
  let running = 0;
  const work = async (item: number): Promise<void> => {
    begun.push(item);
    running++;
    await turn();
    running--;
    if (item === 1) throw new Error('one');
  };
  await expect(sideBySide([0, 1, 2, 3, 4, 5], 2, work)).rejects.toThrow('one');
  expect(running).toBe(0);
  expect(begun.length).toBeLessThan(6);
});
