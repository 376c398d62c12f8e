import type { Clock } from '@tongban/kernel';
import type { Logger } from '@tongban/platform/telemetry';
import type { Pool } from 'pg';
import type { Front } from './front/front.js';
import type { ClientKeys, ReceiptKey } from './keys.js';

/** What the routes work with. */
export interface SandboxContext {
  readonly pool: Pool;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly clientKeys: ClientKeys;
  readonly receiptKey: ReceiptKey;
  readonly reportWithinMs: number;
  readonly misbehaviourAllowed: boolean;
  /** The front-end database, where this platform has one. */
  readonly front: Front | undefined;
}
