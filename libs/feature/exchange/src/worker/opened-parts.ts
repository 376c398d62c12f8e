import type { Sealer } from '@tongban/journal';
import type { Clock, Instant, JsonObject, NodeCode, Result } from '@tongban/kernel';

interface Kept {
  readonly result: Result<JsonObject>;
  readonly at: Instant;
}

const mostKept = 4_000;
const longestKeptCharacters = 16_384;
const keptMs = 120_000;

/**
 * What was opened a moment ago: a case is read when it changes, when its batch is made, and when the answer is noted, and
 * opening costs more than all else. A part that was erased is another text, and is not found.
 */
export class OpenedParts {
  private readonly kept = new Map<string, Kept>();

  constructor(
    private readonly sealer: Pick<Sealer, 'open'>,
    private readonly node: NodeCode,
    private readonly clock: Clock,
  ) {}

  /** As `Sealer.open` for the node. */
  async open(sealed: string): Promise<Result<JsonObject>> {
    const now = this.clock.now();
    this.forget(now);
    const before = this.kept.get(sealed);
    if (before !== undefined) return before.result;
    const result = await this.sealer.open(sealed, this.node);
    if (result.ok && sealed.length <= longestKeptCharacters) this.kept.set(sealed, { result, at: now });
    return result;
  }

  /** The oldest stand first. */
  private forget(now: Instant): void {
    for (const [sealed, { at }] of this.kept) {
      if (this.kept.size < mostKept && now - at < keptMs) return;
      this.kept.delete(sealed);
    }
  }
}
