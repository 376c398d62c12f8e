import type { SqlMigration } from '@tongban/journal';

export const reformMigrations: readonly SqlMigration[] = [
  {
    timestamp: 1_790_000_000_040,
    name: 'Reform',
    sql: `
-- What happened to a round of reform, entry by entry; its state is the fold over them.
create table reform_entry (
  node text not null,
  round uuid not null,
  seq integer not null,
  action text not null,
  -- Key and digest of the command; the outcome of a publication has none of its own.
  key uuid,
  digest bytea,
  plan json,
  -- The items of the stated set as they were when the round was proposed: what its figures are computed from for ever.
  baseline json,
  note text,
  actor_subject text not null,
  actor_role text not null,
  actor_division text not null,
  at timestamptz(3) not null,
  constraint reform_entry_pk primary key (node, round, seq),
  constraint reform_entry_once unique (node, key),
  constraint reform_entry_positive check (seq > 0)
);
`,
  },
  {
    timestamp: 1_790_000_000_197,
    name: 'ReformNames',
    sql: `
-- Personal, in the clear: the names of the staff who write, approve and publish, as they stand on a paper file.
alter table reform_entry add column actor_name text;
`,
  },
];

/** Tables that the application's database role may only insert into and read. */
export const reformInsertOnlyTables = ['reform_entry'] as const;
