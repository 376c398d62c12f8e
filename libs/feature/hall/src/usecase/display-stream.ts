import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { ok, refuse, type NodeCode, type Result } from '@tongban/kernel';
import type { HallOptions } from '../ports.js';
import { readDisplay, type Display } from './display.js';

export const streamLimits = {
  /** Screens of all halls of the process at a time. */
  maxStreams: 200,
  /** A route is cut off after thirty seconds; before that a stream ends by itself and the screen comes back. */
  lifetimeMs: 25_000,
  pollMs: 1_000,
  /** A screen asks again so long after the end of its stream. */
  retryMs: 1_000,
  heartbeatMs: 10_000,
} as const;

interface Shared {
  readonly at: number;
  readonly display: Promise<Result<Display>>;
}

/**
 * Screens follow a hall by server-sent events (HTML standard §9.2): the whole display, whenever it has changed. However
 * many screens there are, the database is asked once per hall and poll.
 */
export class DisplayStreams {
  private readonly shared = new Map<string, Shared>();
  private open = 0;

  constructor(private readonly tools: HallOptions) {}

  /** Refusals: hall.unknown, service.busy. `isServing` turns false when the process stops. */
  async follow(node: NodeCode, hall: string, isServing: () => boolean): Promise<Result<Readable>> {
    if (this.open >= streamLimits.maxStreams) return refuse('service.busy', '连接的屏幕过多，请稍后再试');
    const first = await this.current(node, hall);
    if (!first.ok) return first;
    this.open++;
    const stream = Readable.from(this.events(node, hall, first.value, isServing));
    stream.once('close', () => {
      this.open--;
    });
    return ok(stream);
  }

  private async *events(
    node: NodeCode,
    hall: string,
    first: Display,
    isServing: () => boolean,
  ): AsyncGenerator<string, void, undefined> {
    let shown = JSON.stringify(first);
    yield `retry: ${streamLimits.retryMs}\n\n${eventOf(shown)}`;
    let quietMs = 0;
    for (let passedMs = 0; passedMs < streamLimits.lifetimeMs && isServing(); passedMs += streamLimits.pollMs) {
      await sleep(streamLimits.pollMs, undefined, { ref: false });
      quietMs += streamLimits.pollMs;
      const now = await this.current(node, hall);
      if (!now.ok) return;
      const text = JSON.stringify(now.value);
      if (text === shown && quietMs < streamLimits.heartbeatMs) continue;
      yield text === shown ? ': still here\n\n' : eventOf(text);
      quietMs = 0;
      shown = text;
    }
  }

  /** One reading for all screens of a hall; readings of halls that nobody follows any more go with the next one. */
  private current(node: NodeCode, hall: string): Promise<Result<Display>> {
    const now = performance.now();
    const key = `${node} ${hall}`;
    const held = this.shared.get(key);
    if (held !== undefined && now - held.at < streamLimits.pollMs / 2) return held.display;
    for (const [other, { at }] of this.shared) if (now - at > streamLimits.lifetimeMs) this.shared.delete(other);
    const display = readDisplay(this.tools, node, hall);
    this.shared.set(key, { at: now, display });
    return display;
  }
}

const eventOf = (json: string): string => `event: display\ndata: ${json}\n\n`;
