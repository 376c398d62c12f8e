import type { SqlMigration } from '@tongban/journal';

export const auditMigrations: readonly SqlMigration[] = [
  {
    timestamp: 1_790_000_000_090,
    name: 'Audit',
    sql: `
-- Who asked for what, and what the answer was: one chain per node ('' for what names none). No personal data but the
-- pseudonymous subject and the network address, which the law wants kept (网络安全法 art. 21, six months at least).
create table audit_event (
  node text not null,
  seq bigint not null,
  at timestamptz(3) not null,
  operation text not null,
  subject text,
  role text,
  division text,
  record uuid,
  status smallint not null,
  code text,
  address text not null,
  trace_id text not null,
  prev_hash bytea not null,
  hash bytea not null,
  constraint audit_event_pk primary key (node, seq),
  constraint audit_event_positive check (seq > 0)
);
create index audit_event_at on audit_event (node, at);
create index audit_event_record on audit_event (node, record) where record is not null;

-- The end of each chain; its row is the lock of whoever appends.
create table audit_head (
  node text not null,
  seq bigint not null,
  hash bytea not null,
  constraint audit_head_pk primary key (node)
);
`,
  },
];

/** Tables that the application's database role may only insert into and read. */
export const auditInsertOnlyTables = ['audit_event'] as const;
export const auditTables = ['audit_head'] as const;
