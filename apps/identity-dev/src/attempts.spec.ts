import { Attempts } from './attempts.js';

const rules = {
  failureFactor: 3,
  waitIncrementSeconds: 60,
  maxFailureWaitSeconds: 150,
  maxDeltaTimeSeconds: 3600,
  quickLoginCheckMilliSeconds: 1000,
  minimumQuickLoginWaitSeconds: 40,
};
const typingMs = 1_000;
const clock = { at: 0, now: () => clock.at };
let attempts = new Attempts(rules, clock);
const fail = (times: number, name = 'wang'): void => {
  for (let i = 0; i < times; i++) {
    clock.at += typingMs;
    attempts.failed(name);
  }
};
beforeEach(() => {
  clock.at = 1_000_000;
  attempts = new Attempts(rules, clock);
});

describe('failed passwords', () => {
  it('lock the name at the limit and not before', () => {
    fail(2);
    expect(attempts.isLocked('wang')).toBe(false);
    fail(1);
    expect(attempts.isLocked('wang')).toBe(true);
    expect(attempts.isLocked('li')).toBe(false);
    clock.at += 60_000;
    expect(attempts.isLocked('wang')).toBe(false);
  });

  it('lock for longer each time, up to the longest wait', () => {
    const lockedFor = [1, 2, 3, 4].map(() => {
      fail(3);
      const from = clock.at;
      while (attempts.isLocked('wang')) clock.at += 1000;
      return (clock.at - from) / 1000;
    });
    expect(lockedFor).toEqual([60, 120, 150, 150]);
  });

  it('lock the name at once when they come faster than a person types', () => {
    attempts.failed('wang');
    clock.at += 999;
    attempts.failed('wang');
    expect(attempts.isLocked('wang')).toBe(true);
    clock.at += 39_999;
    expect(attempts.isLocked('wang')).toBe(true);
    clock.at += 1;
    expect(attempts.isLocked('wang')).toBe(false);
  });

  it('are forgotten after success and after a long time', () => {
    fail(2);
    attempts.succeeded('wang');
    fail(2);
    expect(attempts.isLocked('wang')).toBe(false);
    clock.at += 3_600_001;
    fail(2);
    expect(attempts.isLocked('wang')).toBe(false);
  });

  it('are remembered for a bounded number of names', () => {
    fail(3);
    for (let i = 0; i < 10_000; i++) fail(1, `invented-${i}`);
    expect(attempts.isLocked('wang')).toBe(false);
    fail(2, 'invented-9999');
    expect(attempts.isLocked('invented-9999')).toBe(true);
  });
});
