import type { SqlMigration } from '@tongban/platform/database';

export const blobMigrations: readonly SqlMigration[] = [
  {
    timestamp: 1_790_000_000_015,
    name: 'Blob',
    sql: `
-- What was uploaded at a node; a file that only passes through has no row.
create table blob (
  node text not null,
  digest text not null,
  -- of the opened content; the file on disk has sealed_size bytes
  size integer not null,
  sealed_size integer not null,
  media_type text not null,
  uploaded_by text not null,
  received_at timestamptz(3) not null,
  constraint blob_pk primary key (node, digest),
  constraint blob_digest_form check (digest ~ '^[0-9a-f]{64}$'),
  constraint blob_size check (size > 0 and sealed_size > size)
);

-- To be sent to the parent's host.
create table blob_transfer (
  node text not null,
  digest text not null,
  attempts integer not null default 0,
  next_at timestamptz(3) not null,
  created_at timestamptz(3) not null,
  constraint blob_transfer_pk primary key (node, digest),
  constraint blob_transfer_digest_form check (digest ~ '^[0-9a-f]{64}$')
);
create index blob_transfer_due on blob_transfer (next_at);
create index blob_transfer_digest on blob_transfer (digest);
`,
  },
];

export const blobTables = ['blob_transfer'] as const;
/** Tables that the application's database role may only insert into and read (see platform/database). */
export const blobInsertOnlyTables = ['blob'] as const;
