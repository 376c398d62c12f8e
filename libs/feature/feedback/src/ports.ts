import type { Commands, Transactor } from '@tongban/federation/nest';
import type { Sealer, Sql } from '@tongban/journal';
import type { Clock, NodeCode, Uuid } from '@tongban/kernel';

/** What feedback needs to know of the case that it is about: nothing by which a person is known. */
export interface AboutCase {
  readonly record: Uuid;
  readonly owner: NodeCode;
  readonly item: { readonly code: string; readonly name: string };
  readonly department: string;
  /** Pseudonymous subjects of those who handled it. */
  readonly handledBy: readonly string[];
  /** What the query code of the case hashes to. */
  readonly queryCodeHash: string;
}

export interface FeedbackTools {
  readonly commands: Commands;
  readonly transactor: Transactor;
  readonly sealer: Sealer;
  readonly clock: Clock;
  readonly secrets: {
    /** Hex HMAC of a text under the node's secret for a purpose. */
    hmac(node: NodeCode, purpose: string, text: string): string;
  };
  /** The case with a number, as any node of this host holds it. */
  findCase(sql: Sql, number: string): Promise<AboutCase | undefined>;
}

export type Log = (level: 'info' | 'warn', message: string, details?: Record<string, unknown>) => void;
export const FEEDBACK = Symbol('feedback');
