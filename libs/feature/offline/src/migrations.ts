import type { SqlMigration } from '@tongban/journal';

export const offlineMigrations: readonly SqlMigration[] = [
  {
    timestamp: 1_790_000_000_092,
    name: 'OfflineGrants',
    sql: `
-- Grants for logging in while the identity provider is out of reach. The grant itself, with the person's name, is on the
-- device alone; here is what it is checked against. last_used_at is also how late it has been here: time never goes back.
create table offline_grant (
  id uuid not null,
  node text not null,
  subject text not null,
  roles text[] not null,
  device text not null,
  issued_at timestamptz(3) not null,
  expires_at timestamptz(3) not null,
  last_used_at timestamptz(3),
  revoked_at timestamptz(3),
  revoked_by text,
  constraint offline_grant_pk primary key (id),
  constraint offline_grant_life check (expires_at > issued_at),
  constraint offline_grant_revoked check ((revoked_at is null) = (revoked_by is null))
);
create index offline_grant_node on offline_grant (node, issued_at desc, id desc);
create index offline_grant_used on offline_grant (last_used_at desc nulls last);
create index offline_grant_issued on offline_grant (issued_at desc);
`,
  },
];

export const offlineTables = ['offline_grant'] as const;
