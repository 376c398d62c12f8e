import fc from 'fast-check';
import {
  askBreaker,
  closedBreaker,
  defaultBreakerPolicy as policy,
  settleBreaker,
  type BreakerState,
} from './breaker.js';

const fail = (state: BreakerState, now: number): BreakerState => settleBreaker(state, false, now, policy);
const opened = Array.from({ length: policy.failuresToOpen }).reduce<BreakerState>(
  (state) => fail(state, 0),
  closedBreaker,
);

describe('circuit breaker', () => {
  it('opens after failures in a row and forgets them on success', () => {
    expect(opened).toEqual({ name: 'open', until: policy.openMs, openings: 1 });
    const once = fail(closedBreaker, 0);
    expect(settleBreaker(once, true, 0, policy)).toEqual(closedBreaker);
  });

  it('lets one probe through, which closes it or opens it for longer', () => {
    expect(askBreaker(opened, policy.openMs - 1, policy).permitted).toBe(false);
    const probe = askBreaker(opened, policy.openMs, policy);
    expect(probe).toMatchObject({ permitted: true, state: { name: 'halfOpen' } });
    expect(askBreaker(probe.state, policy.openMs + 1, policy).permitted).toBe(false);
    expect(settleBreaker(probe.state, true, policy.openMs, policy)).toEqual(closedBreaker);
    expect(fail(probe.state, 0)).toEqual({ name: 'open', until: 2 * policy.openMs, openings: 2 });
  });

  it('gives up a probe nobody settled', () => {
    const probe = askBreaker(opened, policy.openMs, policy).state;
    expect(askBreaker(probe, policy.openMs + policy.probeMs, policy).permitted).toBe(true);
  });

  it('while everything fails, never permits twice within the opening, and always permits again in bounded time', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 400_000 }), { maxLength: 200 }), (waits) => {
        let state: BreakerState = opened;
        let now = 0;
        let refusedSince: number | undefined;
        for (const wait of waits) {
          now += wait;
          const asked = askBreaker(state, now, policy);
          state = asked.permitted ? fail(asked.state, now) : asked.state;
          if (asked.permitted) {
            refusedSince = now;
            expect(state).toMatchObject({ name: 'open' });
          } else if (refusedSince !== undefined) expect(now - refusedSince).toBeLessThan(policy.openMaxMs);
        }
      }),
    );
  });
});
