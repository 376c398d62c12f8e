import { setTimeout as sleep } from 'node:timers/promises';
import { hosts } from '../e2e/city.js';
import type { Backups } from './backups.js';
import type { Dice } from './dice.js';
import { faults, type Fault, type Hurt } from './faults.js';
import { kill } from './site/database-server.js';
import { programNames } from './site/plan.js';
import type { Site } from './site/site.js';
import { SmallDisk } from './site/small-disk.js';
import type { Timeline } from './timeline.js';

const mostAtOnce = 3;
const leastPauseMs = 300;
const mostPauseMs = 3_000;
const busyPauseMs = 200;
/** A drawn fault may want what another one holds: drawn again so many times. */
const mostDraws = 12;

/** Hurts a site by chance: a deck of all kinds of faults, shuffled again when it is used up. */
export class Driver {
  readonly counts: Record<string, number> = {};
  /** Why a kind could not be done here. */
  readonly skipped: Record<string, string> = {};
  readonly failures: string[] = [];
  private readonly held = new Set<string>();
  private readonly running = new Set<Promise<void>>();
  private deck: Fault[] = [];
  private over = new AbortController();

  constructor(
    private readonly site: Site,
    private readonly dice: Dice,
    readonly backups: Backups,
    private readonly timeline: Timeline,
  ) {}

  /** Hurts until `untilMs` of performance.now(), then lets every fault end early. */
  async hurtUntil(untilMs: number): Promise<void> {
    while (performance.now() < untilMs) {
      if (this.running.size >= mostAtOnce) {
        await sleep(busyPauseMs);
        continue;
      }
      this.beginOne();
      await sleep(this.dice.between(leastPauseMs, mostPauseMs));
    }
    this.over.abort();
    await Promise.all(this.running);
  }

  /** Whatever a fault may have left: lines, frozen processes, held servers, clocks. */
  async healAll(): Promise<void> {
    this.site.healLines();
    if (this.site.disk instanceof SmallDisk) this.site.disk.free();
    kill(this.site.hubPid, 'SIGCONT');
    for (const host of hosts) for (const pid of this.site.database(host).processes()) kill(pid, 'SIGCONT');
    for (const name of programNames) {
      this.site.program(name).signal('SIGCONT');
      this.site.program(name).release();
    }
    this.timeline.note('healed');
    await this.site.waitUntilReady();
  }

  private beginOne(): void {
    const drawn = this.draw();
    if (drawn === undefined) return;
    const { fault, hurt } = drawn;
    for (const lock of hurt.holds) this.held.add(lock);
    const lasting = this.dice.between(fault.leastMs, fault.mostMs);
    const running = this.inflict(fault, hurt, lasting).finally(() => {
      for (const lock of hurt.holds) this.held.delete(lock);
      this.running.delete(running);
    });
    this.running.add(running);
  }

  private draw(): { readonly fault: Fault; readonly hurt: Hurt } | undefined {
    for (let turn = 0; turn < mostDraws; turn++) {
      if (this.deck.length === 0) this.deck = shuffled(faults, this.dice);
      const fault = this.deck.shift()!;
      const hurt = fault.draw({ site: this.site, dice: this.dice, backups: this.backups });
      if (typeof hurt === 'string') this.skipped[fault.kind] = hurt;
      else if (hurt.holds.some((lock) => this.held.has(lock))) this.deck.push(fault);
      else return { fault, hurt };
    }
    return undefined;
  }

  private async inflict(fault: Fault, hurt: Hurt, lastingMs: number): Promise<void> {
    const name = `${fault.kind}: ${hurt.what}`;
    this.timeline.note(`begin ${name} for ${lastingMs} ms`);
    try {
      await hurt.begin();
      await sleep(lastingMs, undefined, { signal: this.over.signal }).catch(() => undefined);
      await hurt.end();
      this.counts[fault.kind] = (this.counts[fault.kind] ?? 0) + 1;
      this.timeline.note(`end ${name}`);
    } catch (error) {
      const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
      this.failures.push(`${name}: ${reason}`);
      this.timeline.note(`failed ${name}: ${reason}`);
      await hurt.end().catch((again: unknown) => this.timeline.note(`not ended either: ${String(again)}`));
    }
  }
}

function shuffled<T>(list: readonly T[], dice: Dice): T[] {
  const left = [...list];
  const mixed: T[] = [];
  while (left.length > 0) mixed.push(...left.splice(dice.between(0, left.length - 1), 1));
  return mixed;
}
