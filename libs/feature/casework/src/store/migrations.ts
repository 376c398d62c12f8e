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
  {
    timestamp: 1_790_000_000_022,
    name: 'CaseworkFees',
    sql: `
create table fee_movement (
  node text not null,
  record uuid not null,
  seq integer not null,
  collector text not null,
  taken_at text not null,
  kind text not null,
  notice_number text,
  document_number text,
  amount_fen bigint not null,
  method text,
  on_day date not null,
  constraint fee_movement_pk primary key (node, record, seq),
  constraint fee_movement_amount check (amount_fen >= 0),
  constraint fee_movement_method check ((kind = 'paid') = (method is not null))
);
create index fee_movement_day on fee_movement (node, collector, on_day);
create index fee_movement_notice on fee_movement (node, notice_number);
create index fee_movement_receipt on fee_movement (node, taken_at, document_number) where kind = 'paid';
`,
  },
  {
    timestamp: 1_790_000_000_023,
    name: 'CaseworkApplicants',
    sql: `
-- Who applied for what at this intake, by a keyed hash that only this node can make; it leaves the node by no link.
create table applicant_case (
  node text not null,
  record uuid not null,
  applicant_ref text not null,
  item_code text not null,
  constraint applicant_case_pk primary key (node, record)
);
create index applicant_case_applicant on applicant_case (node, applicant_ref, item_code);
create index case_view_provisional on case_view (node, record)
  where status = 'accepted' and ((state -> 'promisedDue' ->> 'provisional') = 'true'
    or (state -> 'statutoryDue' ->> 'provisional') = 'true');
`,
  },
  {
    timestamp: 1_790_000_000_024,
    name: 'CaseworkDuties',
    sql: `
-- Special services of a case, and when the system has to look at it by itself. What an earlier release stored is looked
-- at once, which writes down when to look again.
alter table case_view add column marks text[] not null default '{}';
alter table case_view add column duty_at timestamptz(3) default 'epoch';
alter table case_view alter column duty_at drop default;
create index case_view_duty on case_view (duty_at) where duty_at is not null;
create index case_view_marks on case_view using gin (marks) where marks <> '{}';
create index case_view_running on case_view (node, item_code, record) where owner = node and status <> 'closed';
`,
  },
  {
    timestamp: 1_790_000_000_025,
    name: 'CaseworkAgency',
    sql: `
-- The other side of a case, by the keyed hash under which mandates know a principal; it leaves the node by no link.
create table opposing_party (
  node text not null,
  record uuid not null,
  party_ref text not null,
  constraint opposing_party_pk primary key (node, record, party_ref)
);
create index opposing_party_ref on opposing_party (node, party_ref);

-- What an agent reported of a month: counts only, as they stood when it was reported.
create table agency_report (
  node text not null,
  agent_subject text not null,
  month text not null,
  reported_at timestamptz(3) not null,
  figures json not null,
  constraint agency_report_pk primary key (node, agent_subject, month),
  constraint agency_report_month check (month ~ '^\\d{4}-(0[1-9]|1[0-2])$')
);
-- The applicant as mandates know a principal, so that nobody's mandate is used in another person's case.
alter table applicant_case add column principal_ref text;
create index case_view_agent on case_view (node, (state -> 'handlers' -> 'submitted' ->> 'subject'), submitted_at)
  where (state ->> 'mandate') is not null;
create index dossier_read_when on dossier_read (node, record, id);
`,
  },
  {
    timestamp: 1_790_000_000_026,
    name: 'CaseworkRecounts',
    sql: `
-- Every running limit is looked at when a calendar changes, not those alone that were provisional.
drop index case_view_provisional;
create index case_view_accepted on case_view (node, record) where owner = node and status = 'accepted';
`,
  },
  {
    timestamp: 1_790_000_000_060,
    name: 'CaseworkPayments',
    sql: `
-- Orders at the payment platform: what is asked about, when next, and what became of it.
create table payment_order (
  node text not null,
  notice_number text not null,
  record uuid not null,
  collector text not null,
  amount_fen bigint not null,
  state text not null,
  polls integer not null,
  next_poll_at timestamptz(3),
  problem text,
  changed_at timestamptz(3) not null,
  constraint payment_order_pk primary key (node, notice_number),
  constraint payment_order_state check (state in ('open', 'confirmed', 'returned', 'expired', 'moved')),
  constraint payment_order_amount check (amount_fen > 0)
);
create index payment_order_due on payment_order (next_poll_at) where next_poll_at is not null;
create index payment_order_notice on payment_order (notice_number);

-- The platform's own books, where the sandbox stands in for it.
create table sandbox_payment (
  pay_code text not null,
  notice_number text not null,
  amount_fen bigint not null,
  receipt json,
  signature bytea,
  returned_at timestamptz(3),
  constraint sandbox_payment_pk primary key (pay_code)
);
`,
  },
  {
    timestamp: 1_790_000_000_112,
    name: 'CaseReturns',
    sql: `
-- Sent back by the province: the owner's list works from its own copy, whether the gateway is there or not.
alter table case_view add column returned boolean not null default false;
update case_view set returned = true
 where exists (select from json_each(state -> 'reports') r where r.value ->> 'outcome' = 'rejected');
create index case_view_returned on case_view (node, submitted_at desc, record desc) where returned and owner = node;
`,
  },
  {
    timestamp: 1_790_000_000_131,
    name: 'CaseworkStorage',
    sql: `
-- A page of a work list reads every case's state: it stays in the row, not in a second table.
alter table case_view set (toast_tuple_target = 4080);
`,
  },
  {
    timestamp: 1_790_000_000_140,
    name: 'OwnCases',
    // Residents look for what they applied for themselves; the few cases that came so are all that the index holds.
    sql: `
create index case_view_own on case_view
  (node, (state->'handlers'->'submitted'->>'subject'), submitted_at desc, record desc)
  where state->'handlers'->'submitted'->>'role' = 'resident';
`,
  },
  {
    timestamp: 1_790_000_000_150,
    name: 'CaseFigures',
    sql: `
-- A broken promise as a column, and all that figures count by in one index: no case is read to count it.
alter table case_view add column late boolean not null default false;
update case_view set late = true
 where exists (select from json_array_elements(state -> 'violations') v where v.value ->> 'kind' = 'promisedOverdue');
create index case_view_figures on case_view (node, submitted_at)
  include (item_code, item_name, owner, status, closing, promised_due, late);
create index case_view_late on case_view (node, submitted_at desc, record desc) where late;
`,
  },
  {
    timestamp: 1_790_000_000_198,
    name: 'CaseListColumns',
    sql: `
-- Every index is written with every change of a case: one for the newest cases and for the figures, in which is found what
-- lists are narrowed by; one for numbers, wherever they are asked for; and the few marked cases in the order of a list.
create index case_view_listed on case_view (node, submitted_at desc, record desc)
  include (item_code, item_name, owner, status, closing, promised_due, late);
drop index case_view_newest;
drop index case_view_figures;
alter table case_view add constraint case_view_number unique (number, node);
alter table case_view drop constraint case_view_number_once;
drop index case_view_by_number;
create index case_view_marked on case_view (node, submitted_at desc, record desc) include (marks) where marks <> '{}';
drop index case_view_marks;
`,
  },
  {
    timestamp: 1_790_000_000_199,
    name: 'CaseIndexesOfUse',
    sql: `
-- A query for one node turns the condition "owner = node" into one of two constants, from which the planner cannot conclude
-- that an index with this condition holds what is asked for: the owner belongs into its columns.
drop index case_view_returned;
create index case_view_returned on case_view (node, submitted_at desc, record desc) where returned;
drop index case_view_accepted;
create index case_view_accepted on case_view (node, owner, record) where status = 'accepted';
drop index case_view_running;
create index case_view_running on case_view (node, item_code, record) include (owner) where status <> 'closed';
-- The rounds of the payment service ask for the last days at all nodes of the host.
create index fee_movement_recent on fee_movement (on_day) where kind in ('noticed', 'refunded');
`,
  },
];

export const caseworkTables = [
  'case_view',
  'mandate_view',
  'daily_number',
  'payment_order',
  'sandbox_payment',
] as const;
export const caseworkInsertOnlyTables = [
  ...(['dossier_read', 'fee_movement', 'applicant_case', 'opposing_party', 'agency_report'] as const),
] as const;
