import fc from 'fast-check';
import { idleAt, kioskIdle } from './idle.js';

it('warns before it clears, and says how much time is left', () => {
  expect(idleAt(0, 0, kioskIdle)).toEqual({ kind: 'active', secondsLeft: 90 });
  expect(idleAt(0, 59_999, kioskIdle)).toEqual({ kind: 'active', secondsLeft: 31 });
  expect(idleAt(0, 60_000, kioskIdle)).toEqual({ kind: 'warned', secondsLeft: 30 });
  expect(idleAt(0, 89_001, kioskIdle)).toEqual({ kind: 'warned', secondsLeft: 1 });
  expect(idleAt(0, 90_000, kioskIdle)).toEqual({ kind: 'over' });
});

it('never takes a step back while nobody touches anything', () => {
  const order = { active: 0, warned: 1, over: 2 } as const;
  fc.assert(
    fc.property(fc.nat(200_000), fc.nat(200_000), (first, more) => {
      const earlier = idleAt(0, first, kioskIdle);
      const later = idleAt(0, first + more, kioskIdle);
      expect(order[later.kind]).toBeGreaterThanOrEqual(order[earlier.kind]);
      if (earlier.kind !== 'over' && later.kind !== 'over')
        expect(later.secondsLeft).toBeLessThanOrEqual(earlier.secondsLeft);
    }),
  );
});

it('is over after the time however late one looks, and not because a clock was set back', () => {
  expect(idleAt(0, 86_400_000, kioskIdle).kind).toBe('over');
  expect(idleAt(50_000, 0, kioskIdle)).toEqual({ kind: 'active', secondsLeft: 90 });
});
