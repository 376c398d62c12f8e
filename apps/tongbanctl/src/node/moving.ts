import type { NodeCode } from '@tongban/kernel';
import type { HubAccess } from '@tongban/platform/pki';
import type { OwnerDatabase } from './database.js';
import type { Settings } from './env-file.js';

/** A move under way: both hosts' settings and databases. */
export interface Move {
  readonly node: NodeCode;
  readonly from: Settings;
  readonly to: Settings;
  readonly fromFile: string;
  readonly toFile: string;
  readonly old: OwnerDatabase;
  readonly made: OwnerDatabase;
  /** The hub's administrator, as whom consumers are made. */
  readonly administrator: HubAccess;
  readonly say: (line: string) => void;
}
