import type { SqlMigration } from '@tongban/journal';

export const caseworkMigrations: readonly SqlMigration[] = [
  {
    timestamp: 1_790_000_000_020,
    name: 'Casework',
    sql: `
create table case_view (
  node text not null,
  record uuid not null,
  number text not null,
  item_code text not null,
  item_name text not null,
  status text not null,
  closing text,
  owner text not null,
  seq integer not null,
  head_hash bytea not null,
  promised_due date,
  submitted_at timestamptz(3) not null,
  changed_at timestamptz(3) not null,
  state json not null,
  constraint case_view_pk primary key (node, record),
  constraint case_view_number_once unique (node, number),
  constraint case_view_closing check ((status = 'closed') = (closing is not null))
);
create index case_view_newest on case_view (node, submitted_at desc, record desc);
create index case_view_status on case_view (node, status, submitted_at desc, record desc);
create index case_view_by_number on case_view (number);

create table mandate_view (
  node text not null,
  record uuid not null,
  agent_subject text not null,
  principal_ref text not null,
  seq integer not null,
  head_hash bytea not null,
  changed_at timestamptz(3) not null,
  state json not null,
  constraint mandate_view_pk primary key (node, record)
);
create index mandate_view_agent on mandate_view (node, agent_subject, changed_at desc);

create table daily_number (
  node text not null,
  day date not null,
  kind text not null,
  last integer not null,
  constraint daily_number_pk primary key (node, day, kind)
);

-- Who opened a sealed part, and why; the journal of reads that a resident may ask for.
create table dossier_read (
  node text not null,
  id bigint generated always as identity,
  record uuid not null,
  subject text not null,
  role text not null,
  purpose text not null,
  what text not null,
  read_at timestamptz(3) not null,
  constraint dossier_read_pk primary key (node, id)
);
create index dossier_read_record on dossier_read (node, record);
`,
  },
  {
    timestamp: 1_790_000_000_021,
    name: 'CaseworkByChange',
    sql: 'create index case_view_changed on case_view (node, changed_at, record);',
  },
];

export const caseworkTables = ['case_view', 'mandate_view', 'daily_number'] as const;
export const caseworkInsertOnlyTables = ['dossier_read'] as const;
