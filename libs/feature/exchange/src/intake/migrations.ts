import type { SqlMigration } from '@tongban/journal';

/** What every process with nodes keeps of applications of the provincial portal. */
export const intakeMigrations: readonly SqlMigration[] = [
  {
    timestamp: 1_790_000_000_110,
    name: 'ProvinceApplications',
    sql: `
-- Applications of the provincial portal on their way to the node that makes them cases. Who applies is sealed in the journal.
create table application_view (
  node text not null,
  record uuid not null,
  profile text not null,
  number text not null,
  owner text not null,
  is_open boolean not null,
  seq integer not null,
  head_hash bytea not null,
  filed_at timestamptz(3) not null,
  changed_at timestamptz(3) not null,
  state json not null,
  constraint application_view_pk primary key (node, record)
);
create index application_view_open on application_view (node, filed_at, record) where is_open;
`,
  },
];

export const intakeTables = ['application_view'] as const;
