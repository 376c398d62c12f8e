import type { BatchAnswer, BatchBody, Obstacles, Statement } from '@tongban/domain/exchange';
import type { Instant, Result, Uuid } from '@tongban/kernel';
import type { TaskWriting } from './front/task-writer.js';

/**
 * How a sending ended. `failed`: nobody knows whether the province has worked on it, so the same bytes go again under the
 * same key. `refused`: the province says that it has not and will not. `waiting`: it has it and has not judged yet, so
 * the same batch is asked for again.
 */
export type Sending =
  | {
      readonly kind: 'answered';
      readonly answer: BatchAnswer;
      readonly bytes: Uint8Array;
      readonly signature: string;
    }
  | { readonly kind: 'waiting'; readonly againMs: number }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'failed'; readonly reason: string };

/** A batch on its way: the exact bytes, and what they say. */
export interface BatchOnItsWay {
  readonly id: Uuid;
  readonly bytes: Uint8Array;
  readonly body: BatchBody;
}

/** What the province objects to after the batch of the row was settled. */
export interface Objection {
  readonly rowGuid: string;
  readonly batch: Uuid;
  readonly code: string;
  readonly field: string;
  readonly message: string;
}

export interface Objections {
  readonly found: readonly Objection[];
  /** Where the next reading begins. */
  readonly position: string;
  /** Whether the page was full, whoever its rows are about. */
  readonly more: boolean;
}

/** What brings batches to one platform under one profile. */
export interface Carrier {
  /** Once, within the time-out; `stop` breaks the wait off. Never throws. */
  send(batch: BatchOnItsWay, stop: AbortSignal): Promise<Sending>;
  /** The province's side of a day (YYYY-MM-DD in China). Refuses with service.unavailable when it cannot be had. */
  statement(day: string): Promise<Result<Statement>>;
  /** What the platform's tables want and the profile does not have. */
  obstacles?(now: Instant): Promise<Obstacles>;
  /** From the position on, at most `limit`. Throws when the platform cannot be reached. */
  objections?(position: string | undefined, limit: number): Promise<Objections>;
  /** Puts an item of the catalogue into the platform's tables, whole; gives the reason where it could not. */
  writeTask?(task: TaskWriting): Promise<string | undefined>;
  close?(): Promise<void>;
}
