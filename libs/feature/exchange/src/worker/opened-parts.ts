import type { Sealer } from '@tongban/journal';
import type { Clock, Instant, JsonObject, NodeCode, Result } from '@tongban/kernel';

interface Kept {
  readonly result: Result<JsonObject>;
  readonly at: Instant;
}

/** How much lies open in memory, and for how long: what a look into the process could find at most. */
export const openedPartsLimits = {
  parts: 4_000,
  charactersEach: 16_384,
  /** Of the sealed parts together, which are longer than what is in them. */
  charactersTogether: 16_000_000,
  keptMs: 120_000,
} as const;

/**
 * What was opened a moment ago: a case is read when it changes, when its batch is made, and when the answer is noted, and
 * opening costs more than all else. A part that was erased is another text, and is not found. Nothing of it is written
 * anywhere, and it is dropped in time also where nobody asks for anything any more.
 */
export class OpenedParts {
  private readonly kept = new Map<string, Kept>();
  private characters = 0;
  private timer: NodeJS.Timeout | undefined;
  private cleared = 0;

  constructor(
    private readonly sealer: Pick<Sealer, 'open'>,
    private readonly node: NodeCode,
    private readonly clock: Clock,
  ) {}

  /** As `Sealer.open` for the node. */
  async open(sealed: string): Promise<Result<JsonObject>> {
    this.forget(this.clock.now());
    const before = this.kept.get(sealed);
    if (before !== undefined) return before.result;
    const { cleared } = this;
    const result = await this.sealer.open(sealed, this.node);
    // What was being opened while all was dropped is not kept either.
    if (result.ok && sealed.length <= openedPartsLimits.charactersEach && cleared === this.cleared)
      this.keep(sealed, result);
    return result;
  }

  /** Parts that lie open now. */
  get size(): number {
    return this.kept.size;
  }

  /** Drops all of it. */
  clear(): void {
    this.cleared++;
    clearTimeout(this.timer);
    this.timer = undefined;
    this.kept.clear();
    this.characters = 0;
  }

  private keep(sealed: string, result: Result<JsonObject>): void {
    this.drop(sealed);
    const now = this.clock.now();
    this.kept.set(sealed, { result, at: now });
    this.characters += sealed.length;
    this.forget(now);
    this.watch();
  }

  /** The oldest stand first. */
  private forget(now: Instant): void {
    const { parts, charactersTogether, keptMs } = openedPartsLimits;
    for (const [sealed, { at }] of this.kept) {
      if (this.kept.size <= parts && this.characters <= charactersTogether && now - at < keptMs) return;
      this.drop(sealed);
    }
  }

  private drop(sealed: string): void {
    if (this.kept.delete(sealed)) this.characters -= sealed.length;
  }

  /** Looks again when the oldest is due, as long as there is one. */
  private watch(): void {
    if (this.timer !== undefined || this.kept.size === 0) return;
    const [oldest] = this.kept.values();
    const waitMs = Math.max(1, oldest!.at + openedPartsLimits.keptMs - this.clock.now());
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.forget(this.clock.now());
      this.watch();
    }, waitMs);
    this.timer.unref();
  }
}
