import type { WorkingCalendar } from '@tongban/domain/calendar';
import type { Transactor } from '@tongban/federation/nest';
import type { Sql } from '@tongban/journal';
import type { Clock, NodeCode, Uuid } from '@tongban/kernel';

export interface HallOptions {
  readonly transactor: Transactor;
  readonly clock: Clock;
  readonly calendar: WorkingCalendar;
  readonly secrets: {
    /** Hex HMAC of a text under the node's secret for a purpose. */
    hmac(node: NodeCode, purpose: string, text: string): string;
  };
  /** Department of an item that the node offers; undefined when it offers none of this code. */
  departmentOf(node: NodeCode, item: string): string | undefined;
  /** Whether the node holds a case, to which a served number is linked. */
  holdsCase(sql: Sql, node: NodeCode, record: Uuid): Promise<boolean>;
}

export const HALL = Symbol('hall');
