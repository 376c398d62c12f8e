import type { CaseState } from '@tongban/domain/casework';
import type { OwnPart } from '@tongban/domain/privacy';
import type { Commands, Transactor } from '@tongban/federation/nest';
import type { Sealer, Sql } from '@tongban/journal';
import type { NodeCode, Result, Role, Uuid } from '@tongban/kernel';

export interface DossierReader {
  readonly node: NodeCode;
  readonly subject: string;
  readonly role: Role;
  readonly purpose: string;
}

/** Somebody opened the papers of a case at a node. */
export interface Access {
  readonly subject: string;
  readonly role: Role;
  readonly purpose: string;
  readonly what: string;
  readonly readAt: number;
}

/** What the rights of persons need of the cases on this host. */
export interface PrivacyCases {
  find(sql: Sql, node: NodeCode, record: Uuid): Promise<{ readonly state: CaseState } | undefined>;
  /** Recorded before it is answered. Refusals: case.unknown, dossier.*. */
  open(reader: DossierReader, record: Uuid): Promise<Result<readonly OwnPart[]>>;
  accesses(sql: Sql, node: NodeCode, record: Uuid): Promise<readonly Access[]>;
  recordAccess(sql: Sql, reader: DossierReader, record: Uuid, what: string): Promise<void>;
}

export interface PrivacyTools {
  readonly commands: Commands;
  readonly transactor: Transactor;
  readonly sealer: Pick<Sealer, 'open' | 'texts'>;
  readonly clock: { now(): number };
  readonly cases: PrivacyCases;
}
