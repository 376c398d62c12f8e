import { clockStanding, type ClockReading, type ClockStanding } from '@tongban/federation/core';
import type { NodeCode } from '@tongban/kernel';
import type { AuditPort } from '@tongban/platform/http';
import { Gauge, type Logger, type Metrics } from '@tongban/platform/telemetry';

export const clockWatchLimits = {
  compareEveryMs: 60_000,
  /** A clock that stays wrong is written down this often. */
  tellEveryMs: 3_600_000,
  /** A reading is shown and counted no longer than this. */
  readingHoldsMs: 600_000,
} as const;

/** With whose clock this host's own is compared. */
export const clockReferences = ['hub', 'parent'] as const;
export type ClockReference = (typeof clockReferences)[number];

interface Held extends ClockReading {
  readonly standing: ClockStanding;
  readonly at: number;
  /** When the audit log was told that it is wrong; undefined while it is not. */
  readonly toldAt: number | undefined;
}

/** Seconds; how far the other clock is ahead of this host's. */
export interface ShownClock {
  readonly reference: ClockReference;
  readonly aheadSeconds: number;
  readonly errorSeconds: number;
  readonly standing: ClockStanding;
  readonly at: string;
}

interface Parts {
  readonly clock: { now(): number };
  readonly audit: Pick<AuditPort, 'note'>;
  readonly logger: Pick<Logger, 'warn' | 'info'>;
  readonly metrics: Metrics;
  /** In whose audit log it stands. */
  readonly node: NodeCode;
  /** Asks the hub. */
  readonly hub: () => Promise<ClockReading | undefined>;
  /** Asks the parent, which answers by way of {@link ClockWatch.take}. */
  readonly parent: () => Promise<unknown>;
}

const secondMs = 1_000;
const fault = 500;
const seconds = (ms: number): number => Math.round(ms) / secondMs;

/** Compares the host's clock with the hub's and the parent's: shown, measured, and in the audit log where it is wrong. */
export class ClockWatch {
  private readonly held = new Map<ClockReference, Held>();
  private timer: NodeJS.Timeout | undefined;
  private comparing: Promise<void> = Promise.resolve();

  constructor(private readonly parts: Parts) {
    const shown = (): ShownClock[] => this.shown();
    new Gauge({
      name: 'tongban_clock_ahead_seconds',
      help: 'How far the clock of the hub or of the parent is ahead of this host.',
      labelNames: ['reference'],
      registers: [parts.metrics.registry],
      collect() {
        this.reset();
        for (const { reference, aheadSeconds } of shown()) this.set({ reference }, aheadSeconds);
      },
    });
  }

  start(): void {
    const compare = (): void => void (this.comparing = this.comparing.then(() => this.compare()));
    this.timer = setInterval(compare, clockWatchLimits.compareEveryMs);
    this.timer.unref();
    compare();
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.comparing;
  }

  async compare(): Promise<void> {
    const { logger } = this.parts;
    try {
      const reading = await this.parts.hub();
      if (reading !== undefined) this.take('hub', reading);
      await this.parts.parent();
    } catch (error) {
      logger.warn({ err: error }, 'clocks could not be compared');
    }
  }

  take(reference: ClockReference, reading: ClockReading): void {
    const { clock, logger } = this.parts;
    const at = clock.now();
    const standing = clockStanding(reading);
    const before = this.held.get(reference);
    let toldAt = before?.toldAt;
    if (standing !== (before?.standing ?? 'together'))
      logger[standing === 'together' ? 'info' : 'warn']({ reference, standing, ...reading }, 'clocks were compared');
    if (standing === 'wrong') {
      const since = toldAt === undefined ? Infinity : Math.abs(at - toldAt);
      if (since >= clockWatchLimits.tellEveryMs) {
        this.tell('clock.wrong', reference, reading);
        toldAt = at;
      }
    } else if (toldAt !== undefined) {
      this.tell('clock.corrected', reference, reading);
      toldAt = undefined;
    }
    this.held.set(reference, { ...reading, standing, at, toldAt });
  }

  /** What was found lately. */
  shown(): ShownClock[] {
    const now = this.parts.clock.now();
    return clockReferences.flatMap((reference) => {
      const held = this.held.get(reference);
      if (held === undefined || Math.abs(now - held.at) > clockWatchLimits.readingHoldsMs) return [];
      const { aheadMs, errorMs, standing, at } = held;
      const figures = { aheadSeconds: seconds(aheadMs), errorSeconds: seconds(errorMs) };
      return [{ reference, ...figures, standing, at: new Date(at).toISOString() }];
    });
  }

  private tell(
    operation: 'clock.wrong' | 'clock.corrected',
    reference: ClockReference,
    { aheadMs }: ClockReading,
  ): void {
    const wrong = operation === 'clock.wrong';
    const sign = aheadMs < 0 ? '' : '+';
    this.parts.audit.note({
      ...{ operation, node: this.parts.node, subject: `${reference} ${sign}${Math.round(aheadMs / secondMs)} s` },
      ...{ role: undefined, division: undefined, record: undefined, address: '', traceId: '' },
      ...(wrong ? { status: fault, code: 'node.clock' } : { status: 200, code: undefined }),
    });
  }
}
