import type { SqlMigration } from '@tongban/journal';

export const archiveMigrations: readonly SqlMigration[] = [
  {
    timestamp: 1_790_000_000_051,
    name: 'Archive',
    sql: `
-- Who took an archive of a case, why, and of what; written when its last file has gone out.
create table case_archive (
  node text not null,
  id uuid not null,
  record uuid not null,
  subject text not null,
  role text not null,
  purpose text not null,
  contents text not null,
  seq integer not null,
  manifest_digest bytea not null,
  archived_at timestamptz(3) not null,
  constraint case_archive_pk primary key (node, id),
  constraint case_archive_contents check (contents in ('facts', 'full')),
  constraint case_archive_digest check (length(manifest_digest) = 32)
);
create index case_archive_record on case_archive (node, record);
`,
  },
];

export const archiveInsertOnlyTables = ['case_archive'] as const;
