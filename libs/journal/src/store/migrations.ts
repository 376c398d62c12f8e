import type { SqlMigration } from './sql.js';

export const journalMigrations: readonly SqlMigration[] = [
  {
    timestamp: 1_790_000_000_001,
    name: 'Journal',
    sql: `
create table entry (
  node text not null,
  record uuid not null,
  seq integer not null,
  epoch integer not null,
  id uuid not null,
  record_class text not null,
  type text not null,
  version integer not null,
  author text not null,
  actor_subject text not null,
  actor_role text not null,
  actor_division text not null,
  on_behalf_of text,
  occurred_at timestamptz(3) not null,
  recorded_at timestamptz(3) not null,
  applied_at timestamptz(3) not null,
  -- json, not jsonb: the text is kept exactly as it was hashed
  facts json not null,
  sealed json,
  prev_hash bytea not null,
  hash bytea not null,
  suite text not null,
  key_id text not null,
  signature bytea not null,
  traceparent text,
  constraint entry_pk primary key (node, record, seq),
  constraint entry_id_once unique (node, id),
  constraint entry_seq_positive check (seq > 0),
  constraint entry_hash_size check (length(hash) = 32 and length(prev_hash) = 32)
);

create table record (
  node text not null,
  record uuid not null,
  record_class text not null,
  owner text not null,
  epoch integer not null,
  seq integer not null,
  hash bytea not null,
  members text[] not null,
  offered_to text,
  changed_at timestamptz(3) not null,
  constraint record_pk primary key (node, record)
);
create index record_offered on record (node, changed_at) where offered_to is not null;
`,
  },
  {
    timestamp: 1_790_000_000_120,
    name: 'DataKeys',
    sql: `
-- Keys of sealed columns, each wrapped as a JWE for the node itself: they open with the node's key file only.
create table data_key (
  node text not null,
  id integer not null,
  wrapped text not null,
  -- The command that asked for it; none asked for a node's first.
  begun_by uuid,
  made_at timestamptz(3) not null,
  constraint data_key_pk primary key (node, id),
  constraint data_key_once unique (node, begun_by),
  constraint data_key_positive check (id > 0)
);
`,
  },
  {
    timestamp: 1_790_000_000_130,
    name: 'JournalStorage',
    sql: `
-- Ciphertext does not get smaller by compression; most entries fit beside others on one page, which saves the second
-- table and its index.
alter table entry alter column sealed set storage external;
alter table entry set (toast_tuple_target = 4080);
`,
  },
];

/** Tables that the application's database role may only insert into and read (see platform/database). */
export const journalInsertOnlyTables = ['entry'] as const;
export const journalTables = ['record', 'data_key'] as const;
