import fc from 'fast-check';
import {
  callsBefore,
  estimatedMinutes,
  lanesFrom,
  mostCallsBefore,
  nextToCall,
  rotation,
  serviceMinutes,
  type Lane,
  type LaneCounts,
  type Waiting,
} from './calling.js';

type Named = Waiting & { readonly name: string };
const lane = fc.constantFrom<Lane>(...rotation);
const queue = fc
  .array(fc.record({ lane, place: fc.nat(20) }), { minLength: 1, maxLength: 40 })
  .map((list): Named[] => list.map((one, sequence) => ({ ...one, sequence, name: `n${sequence}` })));

const aheadOf = (one: Waiting, list: readonly Waiting[]): number =>
  list.filter(
    (other) =>
      other.lane === one.lane &&
      (other.place < one.place || (other.place === one.place && other.sequence < one.sequence)),
  ).length;
const countsOf = (list: readonly Waiting[]): LaneCounts => {
  const count = (wanted: Lane): number => list.filter((one) => one.lane === wanted).length;
  return { priority: count('priority'), appointment: count('appointment'), ordinary: count('ordinary') };
};

describe('the calling order', () => {
  it('gives each lane one turn in three', () => {
    expect([0, 1, 2, 3].map((calls) => lanesFrom(calls)[0])).toEqual([
      ...['priority', 'appointment', 'ordinary', 'priority'],
    ]);
    for (const calls of [0, 1, 2]) expect(new Set(lanesFrom(calls))).toEqual(new Set(rotation));
    expect(nextToCall([], 0)).toBeUndefined();
  });

  it('never passes over an earlier one of the same lane, and always calls somebody', () => {
    fc.assert(
      fc.property(queue, fc.nat(100), (waiting, calls) => {
        const next = nextToCall(waiting, calls);
        expect(next).toBeDefined();
        expect(aheadOf(next!, waiting)).toBe(0);
        const first = lanesFrom(calls).find((each) => waiting.some((one) => one.lane === each));
        expect(next!.lane).toBe(first);
      }),
    );
  });

  it('starves nobody: whoever comes later, a number with k before it is called within 3(k+1) calls', () => {
    fc.assert(
      fc.property(queue, fc.nat(100), fc.array(lane, { maxLength: 300 }), (start, calls, arrivals) => {
        const target = start[start.length - 1]!;
        const bound = mostCallsBefore(aheadOf(target, start));
        let waiting = [...start];
        for (let made = 0; made <= bound; made++) {
          const next = nextToCall(waiting, calls + made)!;
          if (next.name === target.name) return;
          waiting = waiting.filter((one) => one !== next);
          // Two newcomers of any lane at every call: more than a window can ever serve.
          for (const each of [arrivals[2 * made], arrivals[2 * made + 1]])
            if (each !== undefined)
              waiting.push({ lane: each, place: 1_000 + made, sequence: 1_000 + made, name: `later ${made}` });
        }
        throw new Error(`not called within ${bound + 1} calls`);
      }),
      { numRuns: 300 },
    );
  });

  it('estimates the calls before a number as the rotation makes them', () => {
    fc.assert(
      fc.property(queue, fc.nat(100), fc.nat(39), (start, calls, index) => {
        const target = start[index % start.length]!;
        let waiting = [...start];
        let made = 0;
        for (;;) {
          const next = nextToCall(waiting, calls + made)!;
          if (next === target) break;
          waiting = waiting.filter((one) => one !== next);
          made++;
        }
        expect(callsBefore(target.lane, aheadOf(target, start), countsOf(start), calls)).toBe(made);
      }),
    );
  });

  it('estimates minutes by what services took, and by what is usual without experience', () => {
    expect(serviceMinutes([60_000, 60_000], 10)).toBe(10);
    expect(serviceMinutes([240_000, 360_000, 300_000], 10)).toBe(5);
    expect(serviceMinutes([1_000, 1_000, 1_000], 10)).toBe(1);
    expect([estimatedMinutes(5, 6, 2), estimatedMinutes(5, 6, 0), estimatedMinutes(0, 6, 2)]).toEqual([15, 30, 0]);
  });
});
