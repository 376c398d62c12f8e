import { EntitySchema } from 'typeorm';

/** A link message that was not applied: kept as it came until an operator or an upgrade resolves it. */
export interface QuarantinedMessage {
  readonly node: string;
  readonly id: string;
  readonly peer: string;
  readonly incarnation: string;
  readonly linkSeq: string;
  readonly record: string | null;
  readonly entrySeq: number | null;
  readonly code: string;
  readonly detail: string;
  readonly payload: Buffer;
  readonly quarantinedAt: Date;
}

export const quarantineEntity = new EntitySchema<QuarantinedMessage>({
  name: 'quarantine',
  tableName: 'quarantine',
  columns: {
    node: { type: 'text', primary: true, primaryKeyConstraintName: 'quarantine_pk' },
    id: { type: 'bigint', primary: true, primaryKeyConstraintName: 'quarantine_pk' },
    peer: { type: 'text' },
    incarnation: { type: 'text' },
    linkSeq: { name: 'link_seq', type: 'bigint' },
    record: { type: 'uuid', nullable: true },
    entrySeq: { name: 'entry_seq', type: 'integer', nullable: true },
    code: { type: 'text' },
    detail: { type: 'text' },
    payload: { type: 'bytea', select: false },
    quarantinedAt: { name: 'quarantined_at', type: 'timestamptz', precision: 3 },
  },
  indices: [{ name: 'quarantine_record', columns: ['node', 'record', 'entrySeq'] }],
  uniques: [{ name: 'quarantine_once', columns: ['node', 'peer', 'incarnation', 'linkSeq'] }],
});
