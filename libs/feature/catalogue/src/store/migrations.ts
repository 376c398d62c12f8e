import type { SqlMigration } from '@tongban/journal';

export const catalogueMigrations: readonly SqlMigration[] = [
  {
    timestamp: 1_790_000_000_010,
    name: 'Catalogue',
    sql: `
-- Every version ever published, for all nodes of the host at once; a case stays pinned to the version it began with.
create table catalogue_version (
  publisher text not null,
  kind text not null,
  key text not null,
  version integer not null,
  -- json, not jsonb: the text is kept exactly as it was signed
  state json not null,
  published_at timestamptz(3) not null,
  withdrawn boolean not null,
  suite text not null,
  key_id text not null,
  signature bytea not null,
  received_at timestamptz(3) not null,
  constraint catalogue_version_pk primary key (publisher, kind, key, version),
  constraint catalogue_version_positive check (version > 0)
);

-- The newest version of each record.
create table catalogue_record (
  publisher text not null,
  kind text not null,
  key text not null,
  version integer not null,
  state json not null,
  published_at timestamptz(3) not null,
  withdrawn boolean not null,
  suite text not null,
  key_id text not null,
  signature bytea not null,
  received_at timestamptz(3) not null,
  constraint catalogue_record_pk primary key (publisher, kind, key),
  constraint catalogue_record_positive check (version > 0)
);

-- What is still to be put on the stream; a row goes when the stream has confirmed it.
create table catalogue_outbox (
  id bigint generated always as identity,
  publisher text not null,
  kind text not null,
  key text not null,
  version integer not null,
  message_id text not null,
  traceparent text,
  constraint catalogue_outbox_pk primary key (id),
  constraint catalogue_outbox_once unique (publisher, kind, key, version),
  constraint catalogue_outbox_version foreign key (publisher, kind, key, version) references catalogue_version
);

-- Who published what and when, under the key of the command.
create table catalogue_publication (
  node text not null,
  key uuid not null,
  digest bytea not null,
  actor_subject text not null,
  actor_role text not null,
  actor_division text not null,
  outcome json not null,
  published_at timestamptz(3) not null,
  constraint catalogue_publication_pk primary key (node, key)
);
`,
  },
  {
    timestamp: 1_790_000_000_011,
    name: 'CatalogueVersions',
    sql: `
create extension if not exists btree_gist;

-- When each version really applies; derived from catalogue_version. That no two versions of a record ever apply on the
-- same day is kept by the database, whatever way a version came in.
create table catalogue_period (
  publisher text not null,
  kind text not null,
  key text not null,
  version integer not null,
  applies daterange not null,
  constraint catalogue_period_pk primary key (publisher, kind, key, version),
  constraint catalogue_period_version foreign key (publisher, kind, key, version) references catalogue_version,
  constraint catalogue_period_bounds check (not isempty(applies)),
  constraint catalogue_period_apart
    exclude using gist (publisher with =, kind with =, key with =, applies with &&)
);

-- The history of versions on their way; a draft is the fold of its entries.
create table catalogue_draft_entry (
  node text not null,
  draft uuid not null,
  seq integer not null,
  action text not null,
  status text not null,
  code text not null,
  document json,
  note text,
  actor_subject text not null,
  actor_role text not null,
  actor_division text not null,
  key uuid,
  digest bytea,
  at timestamptz(3) not null,
  constraint catalogue_draft_entry_pk primary key (node, draft, seq),
  constraint catalogue_draft_entry_key unique (node, key),
  constraint catalogue_draft_entry_seq check (seq > 0),
  constraint catalogue_draft_entry_keyed check ((key is null) = (digest is null))
);
create index catalogue_draft_entry_code on catalogue_draft_entry (node, code);
`,
  },
  {
    timestamp: 1_790_000_000_012,
    name: 'CatalogueProposals',
    sql: `
-- Bulk publications on their way; a proposal is the fold of its entries. What is to be published goes with the first.
create table catalogue_proposal_entry (
  node text not null,
  proposal uuid not null,
  seq integer not null,
  action text not null,
  status text not null,
  content json,
  note text,
  actor_subject text not null,
  actor_role text not null,
  actor_division text not null,
  at timestamptz(3) not null,
  constraint catalogue_proposal_entry_pk primary key (node, proposal, seq),
  constraint catalogue_proposal_entry_seq check (seq > 0),
  constraint catalogue_proposal_entry_content check ((seq = 1) = (content is not null))
);
`,
  },
  {
    timestamp: 1_790_000_000_013,
    name: 'CatalogueStanding',
    sql: `
-- What each child last said of how far it and those below it are; kept so that a restart knows how long it was away.
create table catalogue_standing (
  node text not null,
  child text not null,
  reported_at timestamptz(3) not null,
  heard_at timestamptz(3) not null,
  content bytea not null,
  constraint catalogue_standing_pk primary key (node, child)
);
`,
  },
  {
    timestamp: 1_790_000_000_196,
    name: 'CatalogueNames',
    sql: `
-- Personal, in the clear: the names of the staff who write, approve and publish, as they stand on a paper file. A colleague
-- who decides next has to know whose work it is, and the identity provider may be away or may have forgotten them.
alter table catalogue_draft_entry add column actor_name text;
alter table catalogue_proposal_entry add column actor_name text;
`,
  },
];

/** Tables that the application's database role may only insert into and read (see platform/database). */
export const catalogueInsertOnlyTables = [
  'catalogue_version',
  'catalogue_publication',
  'catalogue_draft_entry',
  'catalogue_proposal_entry',
] as const;
export const catalogueTables = [
  'catalogue_record',
  'catalogue_outbox',
  'catalogue_period',
  'catalogue_standing',
] as const;
