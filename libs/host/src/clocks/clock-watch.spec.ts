import type { ClockReading } from '@tongban/federation/core';
import { nodeCode } from '@tongban/kernel';
import type { AuditEvent } from '@tongban/platform/http';
import { createMetrics } from '@tongban/platform/telemetry';
import { ClockWatch, clockWatchLimits } from './clock-watch.js';

const node = nodeCode('371102001001');
const secondMs = 1_000;

function bench() {
  const notes: AuditEvent[] = [];
  const metrics = createMetrics('test');
  const hub: { reading: ClockReading | undefined } = { reading: undefined };
  const time = { now: 1_790_000_000_000 };
  let asked = 0;
  const watch = new ClockWatch({
    clock: { now: () => time.now },
    audit: { note: (event) => void notes.push(event) },
    logger: { warn: () => undefined, info: () => undefined } as never,
    hub: async () => hub.reading,
    parent: async () => void asked++,
    ...{ metrics, node },
  });
  const told = () => notes.map(({ operation, subject, code, status }) => ({ operation, subject, code, status }));
  return { watch, told, notes, metrics, hub, time, asked: () => asked };
}
const off = (seconds: number): ClockReading => ({ aheadMs: seconds * secondMs, errorMs: 5 });

describe('the clock of a host', () => {
  it('is written down once when it is found wrong, every hour that it stays so, and when it is right again', async () => {
    const { watch, told, notes, hub, time } = bench();
    hub.reading = off(45);
    await watch.compare();
    await watch.compare();
    const wrong = { operation: 'clock.wrong', subject: 'hub +45 s', code: 'node.clock', status: 500 };
    expect(told()).toEqual([wrong]);
    expect(notes[0]).toMatchObject({ node, role: undefined, address: '' });
    time.now += clockWatchLimits.tellEveryMs;
    await watch.compare();
    expect(told()).toEqual([wrong, wrong]);
    hub.reading = off(1);
    await watch.compare();
    await watch.compare();
    expect(told().slice(2)).toEqual([
      { operation: 'clock.corrected', subject: 'hub +1 s', code: undefined, status: 200 },
    ]);
  });

  it('is told apart by whom it was compared with, and only the wrong one is written down', async () => {
    const { watch, told, hub, metrics } = bench();
    hub.reading = off(-3);
    await watch.compare();
    watch.take('parent', off(-31));
    expect(told().map(({ subject }) => subject)).toEqual(['parent -31 s']);
    expect(watch.shown()).toMatchObject([
      { reference: 'hub', aheadSeconds: -3, errorSeconds: 0.005, standing: 'apart' },
      { reference: 'parent', aheadSeconds: -31, standing: 'wrong' },
    ]);
    const text = await metrics.text();
    expect(text).toMatch(/tongban_clock_ahead_seconds\{reference="hub",[^}]*\} -3\n/);
    expect(text).toMatch(/tongban_clock_ahead_seconds\{reference="parent",[^}]*\} -31\n/);
  });

  it('is not called anything when nobody could be asked, or the answer is old', async () => {
    const { watch, hub, time, metrics, asked } = bench();
    await watch.compare();
    expect([watch.shown(), asked()]).toEqual([[], 1]);
    hub.reading = off(0);
    await watch.compare();
    expect(watch.shown()).toHaveLength(1);
    time.now += clockWatchLimits.readingHoldsMs + 1;
    expect(watch.shown()).toEqual([]);
    expect(await metrics.text()).not.toMatch(/tongban_clock_ahead_seconds\{/);
  });

  it('is compared again after a comparison that failed', async () => {
    const { watch, hub, asked } = bench();
    Object.defineProperty(hub, 'reading', {
      configurable: true,
      get: () => {
        throw new Error('no answer');
      },
    });
    await watch.compare();
    Object.defineProperty(hub, 'reading', { value: off(0) });
    await watch.compare();
    expect([watch.shown().length, asked()]).toEqual([1, 1]);
  });
});
