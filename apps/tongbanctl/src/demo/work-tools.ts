import type { NodeCode } from '@tongban/kernel';
import type { Api } from './api.js';

/** What everybody who works in the main job has at hand. */
export interface WorkTools {
  readonly api: Api;
  readonly signal: AbortSignal;
  readonly now: () => number;
  readonly nameOfNode: (node: NodeCode) => string;
}
