import type { Names } from '@tongban/domain/document';
import type { CaseState } from '@tongban/domain/casework';
import type { SignatureValue, Sql } from '@tongban/journal';
import type { Clock, Instant, JsonObject, NodeCode, Result, Role, Uuid } from '@tongban/kernel';

export interface HeldCase {
  readonly record: Uuid;
  readonly state: CaseState;
  readonly seq: number;
}

export interface DossierReader {
  readonly node: NodeCode;
  readonly subject: string;
  readonly role: Role;
  readonly purpose: string;
}

/** What documents need of the cases that this host holds. */
export interface CaseSource {
  find(node: NodeCode, record: Uuid): Promise<HeldCase | undefined>;
  findByNumber(number: string): Promise<HeldCase | undefined>;
  /** One for each node of this host that holds the case, the newest first. */
  findByCertificate(certificateNumber: string): Promise<readonly (HeldCase & { readonly node: NodeCode })[]>;
  /** The sealed parts, opened; the reading is recorded first. Refusals: case.unknown, dossier.not-recipient. */
  open(
    reader: DossierReader,
    record: Uuid,
  ): Promise<Result<readonly { readonly seq: number; readonly content: JsonObject }[]>>;
  /** What the case's intake gave to the applicant; any other node computes something else. */
  queryCodeOf(intake: NodeCode, record: Uuid): string;
}

/**
 * Puts the seal of a node to a document: what a city's electronic seal service does. The bytes say which document of
 * which case it is, and the SM3 of its file; see sealedBytes.
 */
export interface SealProvider {
  seal(node: NodeCode, bytes: Uint8Array): Promise<SignatureValue>;
}

/** One transaction per call; it may run `work` again. */
export interface Transactor {
  run<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
}

export interface DocumentTools {
  readonly transactor: Transactor;
  readonly clock: Clock;
  readonly cases: CaseSource;
  readonly seals: SealProvider;
  /**
   * Names as the catalogue of a node has them for the item version that a case is pinned to.
   * @param at when the paper was issued: places are called as they were called then
   */
  namesFor(node: NodeCode, state: CaseState, at: Instant): Names;
  /** True for the nodes that this host serves. */
  serves(node: NodeCode): boolean;
  /** Where residents reach this host: `https://host`, without a path. */
  readonly publicUrl: string;
}
