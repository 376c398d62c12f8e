import type { CaseState } from '@tongban/domain/casework';
import type { Entry, KeyDirectory, Keystore, SealedTexts, SignatureValue, Sql } from '@tongban/journal';
import type { Clock, JsonObject, NodeCode, Result, Role, Uuid } from '@tongban/kernel';

export interface ArchiveReader {
  readonly node: NodeCode;
  readonly subject: string;
  readonly role: Role;
  readonly purpose: string;
}

/** What only those may see who may open the dossier. */
export interface OpenedDossier {
  readonly parts: readonly { readonly seq: number; readonly content: JsonObject }[];
  /** Every document of the case, as PDF/A with the node's seal over its digest. */
  readonly documents: readonly {
    readonly id: string;
    readonly bytes: Buffer;
    readonly digest: Uint8Array;
    readonly signature: SignatureValue;
  }[];
}

export interface ArchiveTools {
  readonly transactor: { run<T>(work: (sql: Sql) => Promise<T>): Promise<T> };
  readonly clock: Clock;
  readonly texts: Pick<SealedTexts, 'seal'>;
  readonly keystore: Pick<Keystore, 'get' | 'sign'>;
  readonly directory: Pick<KeyDirectory, 'find'>;
  readonly findCase: (
    node: NodeCode,
    record: Uuid,
  ) => Promise<{ readonly state: CaseState; readonly seq: number; readonly headHash: string } | undefined>;
  readonly readEntries: (node: NodeCode, record: Uuid) => Promise<readonly Entry[]>;
  /** The reading is recorded first. Refusals: case.unknown, dossier.not-recipient. */
  readonly openDossier: (reader: ArchiveReader, record: Uuid) => Promise<Result<OpenedDossier>>;
  /** Refusals: attachment.unknown, attachment.not-here. */
  readonly openAttachment: (node: NodeCode, digest: string, key: string) => Promise<Result<Buffer>>;
}
