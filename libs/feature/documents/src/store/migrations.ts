import type { SqlMigration } from '@tongban/journal';

export const documentMigrations: readonly SqlMigration[] = [
  {
    timestamp: 1_790_000_000_050,
    name: 'Documents',
    sql: `
-- Every file that was handed out, by the digest of its bytes: whoever holds one can have it checked. No personal data.
create table document_issue (
  node text not null,
  record uuid not null,
  document text not null,
  digest bytea not null,
  suite text not null,
  key_id text not null,
  signature bytea not null,
  issued_at timestamptz(3) not null,
  constraint document_issue_pk primary key (node, record, document, digest),
  constraint document_issue_digest check (length(digest) = 32)
);

create index case_view_certificate on case_view ((state -> 'certificate' ->> 'number'))
  where (state -> 'certificate' ->> 'number') is not null;
`,
  },
];

export const documentInsertOnlyTables = ['document_issue'] as const;
