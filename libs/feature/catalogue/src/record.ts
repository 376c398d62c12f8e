import { catalogueSubject } from '@tongban/contract';
import { framed, sm3, type KeyDirectory, type Keystore, type SignatureValue } from '@tongban/journal';
import { isWithin, type Instant, type NodeCode, type Result } from '@tongban/kernel';

/** In the order in which records lean on each other: an item names a department and has a base, the others name items. */
export const recordKinds = ['department', 'base', 'item', 'delegation', 'localisation', 'stationing', 'agent'] as const;
export type RecordKind = (typeof recordKinds)[number];

export interface RecordId {
  readonly publisher: NodeCode;
  /** One of `recordKinds`; another word when the publisher runs a later release. */
  readonly kind: string;
  readonly key: string;
  readonly version: number;
}

/** Full state of one version of a catalogue record, as its publisher signed it. */
export interface PublishedRecord extends RecordId {
  /** Canonical JSON: exactly this text was signed. */
  readonly state: string;
  readonly publishedAt: Instant;
  /** A tombstone: from this version on the record no longer applies. */
  readonly withdrawn: boolean;
  readonly signature: SignatureValue;
}

export const idText = ({ publisher, kind, key, version }: RecordId): string => `${publisher}/${kind}/${key}@${version}`;

/**
 * Every version has a subject of its own, so a stream that keeps one message per subject keeps all versions: a host that
 * comes late gets those to which open cases are pinned and those that are yet to begin.
 */
export const subjectOf = ({ publisher, kind, key, version }: RecordId): string =>
  catalogueSubject(publisher, kind, `${key}.${version}`);

/** All subjects of one publisher. */
export const subjectsOf = (publisher: NodeCode): string => catalogueSubject(publisher, '*', '>');

const signatureDomain = 'tongban-catalogue-1';

/** SM3 over the framed fields; what the publisher signs. */
export const digestOf = (record: Omit<PublishedRecord, 'signature'>): Uint8Array =>
  sm3(
    framed([
      signatureDomain,
      record.publisher,
      record.kind,
      record.key,
      record.version,
      record.state,
      record.publishedAt,
      record.withdrawn ? 1 : 0,
    ]),
  );

export const signRecord = (keystore: Keystore, record: Omit<PublishedRecord, 'signature'>): PublishedRecord => ({
  ...record,
  signature: keystore.sign(record.publisher, digestOf(record)),
});

/** True when the publisher is one of `nodes` or stands above one: only such records are kept. */
export const concerns = (publisher: NodeCode, nodes: readonly NodeCode[]): boolean =>
  nodes.some((node) => isWithin(node, publisher));

/** Whether the publisher signed these very bytes. Refusals: link.key, link.author, link.signature. */
export const verifyRecord = (record: PublishedRecord, directory: KeyDirectory): Result<void> =>
  directory.verify(record.publisher, digestOf(record), record.signature, record.publishedAt);
