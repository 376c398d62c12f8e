import type { SqlMigration } from '@tongban/journal';
import { lifeMigrations, lifeReadTables } from '../life/migrations.js';
import { newIncarnationSql } from './recovery-store.js';

export const federationMigrations: readonly SqlMigration[] = [
  {
    timestamp: 1_790_000_000_002,
    name: 'Federation',
    sql: `
-- Random per database; a restored backup gets a new one, so that neighbours notice.
create table incarnation (
  only_one boolean not null default true,
  id text not null,
  made_at timestamptz(3) not null default now(),
  constraint incarnation_pk primary key (only_one),
  constraint incarnation_one check (only_one)
);
insert into incarnation (id) values (replace(gen_random_uuid()::text, '-', ''));

create table link_out (
  node text not null,
  peer text not null,
  last bigint not null default 0,
  acked bigint not null default 0,
  acked_at timestamptz(3),
  constraint link_out_pk primary key (node, peer),
  constraint link_out_order check (acked <= last)
);
create index link_out_waiting on link_out (node, peer) where acked < last;

create table link_in (
  node text not null,
  peer text not null,
  incarnation text,
  applied bigint not null default 0,
  applied_at timestamptz(3),
  constraint link_in_pk primary key (node, peer)
);

create table outgoing (
  node text not null,
  peer text not null,
  seq bigint not null,
  kind text not null,
  record uuid,
  entry_seq integer,
  payload bytea,
  created_at timestamptz(3) not null,
  constraint outgoing_pk primary key (node, peer, seq),
  constraint outgoing_kind check (kind in ('entry', 'request', 'refusal')),
  constraint outgoing_content check ((kind = 'entry') = (entry_seq is not null) and (kind = 'entry') = (payload is null))
);

create table request (
  node text not null,
  id uuid not null,
  record uuid not null,
  record_class text not null,
  command_type text not null,
  subject text not null,
  state text not null,
  code text,
  detail text,
  asked_at timestamptz(3) not null,
  answered_at timestamptz(3),
  constraint request_pk primary key (node, id),
  constraint request_state check (state in ('pending', 'done', 'refused')),
  constraint request_refused_has_code check ((state = 'refused') = (code is not null))
);
create index request_by_record on request (node, record);

create table command (
  node text not null,
  key uuid not null,
  digest bytea not null,
  outcome json not null,
  created_at timestamptz(3) not null,
  constraint command_pk primary key (node, key)
);

create table quarantine (
  node text not null,
  id bigint generated always as identity,
  peer text not null,
  incarnation text not null,
  link_seq bigint not null,
  record uuid,
  code text not null,
  detail text not null,
  payload bytea not null,
  quarantined_at timestamptz(3) not null,
  constraint quarantine_pk primary key (node, id),
  constraint quarantine_once unique (node, peer, incarnation, link_seq)
);
`,
  },
  {
    timestamp: 1_790_000_000_003,
    name: 'FederationRecovery',
    sql: `
alter table incarnation add column restored boolean not null default false;
-- Names that follow each other in the order of their text; a database whose neighbours know it keeps its old one.
update incarnation set id = ${newIncarnationSql}
 where not exists (select from link_out) and not exists (select from link_in);

alter table link_out
  add column base bigint not null default 0,
  add column incarnation text not null default '',
  add column peer_incarnation text not null default '',
  add column answer_due boolean not null default false,
  add constraint link_out_base check (base <= acked);

alter table link_in
  add column peer_incarnation text not null default '',
  add column caught_up_in text not null default '';

alter table outgoing
  add column request uuid,
  drop constraint outgoing_kind,
  add constraint outgoing_kind check (kind in ('entry', 'request', 'refusal', 'returned', 'recovered'));
create index outgoing_request on outgoing (node, request) where request is not null;

create table deferred_request (
  node text not null,
  id uuid not null,
  payload bytea not null,
  deferred_at timestamptz(3) not null,
  constraint deferred_request_pk primary key (node, id)
);
`,
  },
  {
    timestamp: 1_790_000_000_004,
    name: 'FederationRetention',
    sql: `
-- Rows come in the order of time and go by it: a summary per block is enough to find the old ones.
create index command_age on command using brin (created_at);
create index request_age on request using brin (asked_at);
`,
  },
  {
    timestamp: 1_790_000_000_005,
    name: 'Reconciliation',
    sql: `
-- Records whose copy here does not hold: they count as not held until a neighbour's copy has mended them.
create table damaged_record (
  node text not null,
  record uuid not null,
  seq integer not null,
  code text not null,
  detail text not null,
  found_at timestamptz(3) not null,
  constraint damaged_record_pk primary key (node, record)
);

-- What stood in the journal and was not genuine, kept as it stood: the evidence of a damage.
create table entry_set_aside (
  id bigint generated always as identity,
  node text not null,
  record uuid not null,
  seq integer not null,
  entry json not null,
  reason text not null,
  set_aside_at timestamptz(3) not null default now(),
  constraint entry_set_aside_pk primary key (id)
);
create index entry_set_aside_record on entry_set_aside (node, record);

-- The application may not change the journal. This is its only way to take a line out, and nothing is lost by it.
create function set_entries_aside(of_node text, of_record uuid, numbers integer[], why text) returns integer
  language plpgsql security definer set search_path from current
  as $set_aside$
  declare
    moved integer;
  begin
    with gone as (
      delete from entry e where e.node = of_node and e.record = of_record and e.seq = any(numbers) returning e.*),
    kept as (
      insert into entry_set_aside (node, record, seq, entry, reason)
      select g.node, g.record, g.seq, to_json(g), why from gone g returning 1)
    select count(*)::integer into moved from kept;
    return moved;
  end
  $set_aside$;

create table reconciliation (
  node text not null,
  id uuid not null,
  -- The neighbour; null where a node only checked itself.
  peer text,
  state text not null,
  begun_at timestamptz(3) not null,
  ended_at timestamptz(3),
  result json,
  statement bytea,
  signature json,
  peer_signature json,
  constraint reconciliation_pk primary key (node, id),
  constraint reconciliation_state check (state in ('running', 'agreed', 'differing', 'interrupted')),
  constraint reconciliation_ended check ((state = 'running') = (ended_at is null))
);
create index reconciliation_newest on reconciliation (node, begun_at desc);
`,
  },
  {
    timestamp: 1_790_000_000_007,
    name: 'FederationParkedEntries',
    sql: `
-- Parked entries are tried again in the order of their record, and their record is not written to until then.
alter table quarantine add column entry_seq integer;
create index quarantine_record on quarantine (node, record, entry_seq);
-- Requests deferred by an earlier version wait for a recovery only, whatever their record.
alter table deferred_request add column record uuid;
-- Found at a start without reading every record.
create index record_offered_here on record (node) where offered_to = node;
`,
  },
  ...lifeMigrations,
  {
    timestamp: 1_790_000_000_200,
    name: 'ReconciliationCancelled',
    sql: `
-- Asked for before the run stops, so that a process that ends in between leaves a cancelled run and not an interrupted one.
alter table reconciliation add column cancel_asked_at timestamptz(3);
-- Who asked: the identity provider's subject, no name.
alter table reconciliation add column cancel_asked_by text;
alter table reconciliation drop constraint reconciliation_state;
alter table reconciliation add constraint reconciliation_state
  check (state in ('running', 'agreed', 'differing', 'interrupted', 'cancelled'));
alter table reconciliation add constraint reconciliation_cancelled
  check (state <> 'cancelled' or cancel_asked_at is not null);
`,
  },
];

export const federationTables = [
  'link_out',
  'link_in',
  'outgoing',
  'request',
  'command',
  'quarantine',
  'deferred_request',
  'damaged_record',
  'reconciliation',
] as const;
export const federationReadTables = ['incarnation', ...lifeReadTables] as const;
/** Written by `set_entries_aside` only; the application reads it. */
export const federationInsertOnlyTables = ['entry_set_aside'] as const;
