import type { Frame } from '@tongban/contract';
import type { NodeCode } from '@tongban/kernel';

/** Called for each frame that came; resolves when it is safely stored (or was refused for good): then it may be acknowledged. */
export type FrameHandler = (frame: Frame) => Promise<void>;

/**
 * Carries frames between hosts. It may lose, double, delay and reorder them: the guarantee lies in the two databases.
 */
export interface Courier {
  readonly name: string;
  /** Whether a frame for this neighbour has a chance of being taken now. */
  reaches(peer: NodeCode): boolean;
  /** Resolves when the courier has taken the frame; rejects when it could not. */
  send(frame: Frame, peer: NodeCode): Promise<void>;
  start(handler: FrameHandler, changed: () => void): Promise<void>;
  stop(): Promise<void>;
}
