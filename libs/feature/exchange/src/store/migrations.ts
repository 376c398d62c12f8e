import type { SqlMigration } from '@tongban/journal';
import { laterMigrations } from './later-migrations.js';

export const exchangeMigrations: readonly SqlMigration[] = [
  {
    timestamp: 1_790_000_000_030,
    name: 'Exchange',
    sql: `
-- One report per case and profile: the state machine's state, and in columns what is searched for.
create table exchange_report (
  node text not null,
  profile text not null,
  record uuid not null,
  number text not null,
  intake text not null,
  stage text not null,
  since timestamptz(3) not null,
  data_version integer not null,
  content text,
  state json not null,
  next_at timestamptz(3),
  case_seq integer not null,
  corrections integer not null,
  closed boolean not null,
  batch uuid,
  alone boolean not null,
  trouble text,
  constraint exchange_report_pk primary key (node, profile, record),
  constraint exchange_report_stage check (stage in ('idle', 'pending', 'sent', 'held', 'acknowledged', 'rejected')),
  constraint exchange_report_version check (data_version >= 0),
  constraint exchange_report_content check (content is null or content ~ '^[0-9a-f]{64}$')
);
create index exchange_report_due on exchange_report (node, profile, next_at) where next_at is not null and batch is null;
create index exchange_report_list on exchange_report (node, profile, stage, since, record);

-- A batch is written before it is sent and sent again with the same bytes under the same key until it is answered.
create table exchange_batch (
  node text not null,
  id uuid not null,
  profile text not null,
  state text not null,
  -- the bytes as a JWE for the node itself, dropped when they are answered; digest: SHA-256 of the bytes
  body text,
  body_digest bytea not null,
  tries integer not null,
  created_at timestamptz(3) not null,
  sent_at timestamptz(3),
  next_at timestamptz(3) not null,
  answer bytea,
  answer_signature text,
  settled_at timestamptz(3),
  trouble text,
  constraint exchange_batch_pk primary key (node, id),
  constraint exchange_batch_state check (state in ('open', 'answered', 'refused')),
  constraint exchange_batch_body check ((state = 'open') = (body is not null)),
  constraint exchange_batch_answer check ((state = 'answered') = (answer is not null)),
  constraint exchange_batch_digest check (length(body_digest) = 32)
);
create index exchange_batch_open on exchange_batch (node, profile, next_at) where state = 'open';

create table exchange_batch_case (
  node text not null,
  batch uuid not null,
  record uuid not null,
  data_version integer not null,
  closed boolean not null,
  business_keys text[] not null,
  constraint exchange_batch_case_pk primary key (node, batch, record),
  constraint exchange_batch_case_of_batch foreign key (node, batch) references exchange_batch (node, id)
);

-- What the province said of each row.
create table exchange_answer (
  node text not null,
  profile text not null,
  business_key text not null,
  data_version integer not null,
  kind text not null,
  record uuid not null,
  batch uuid not null,
  outcome text not null,
  receipt text,
  late boolean not null,
  problems json not null,
  received_at timestamptz(3) not null,
  constraint exchange_answer_pk primary key (node, profile, business_key, data_version),
  constraint exchange_answer_outcome check (outcome in ('acknowledged', 'rejected')),
  constraint exchange_answer_receipt check (outcome = 'rejected' or receipt is not null)
);
create index exchange_answer_day on exchange_answer (node, profile, received_at);
create index exchange_answer_record on exchange_answer (node, profile, record);

-- Outcomes on their way into the journal of the case.
create table exchange_note (
  node text not null,
  profile text not null,
  record uuid not null,
  data_version integer not null,
  outcome text not null,
  receipt text,
  problems json not null,
  state text not null,
  attempt integer not null,
  tries integer not null,
  next_at timestamptz(3),
  code text,
  made_at timestamptz(3) not null,
  constraint exchange_note_pk primary key (node, profile, record, data_version, outcome),
  constraint exchange_note_outcome check (outcome in ('acknowledged', 'rejected')),
  constraint exchange_note_state check (state in ('waiting', 'requested', 'done', 'refused'))
);
create index exchange_note_due on exchange_note (node, profile, next_at) where next_at is not null;

create table exchange_cursor (
  node text not null,
  profile text not null,
  changed_at timestamptz(3) not null,
  record uuid not null,
  constraint exchange_cursor_pk primary key (node, profile)
);

-- Who had what sent again.
create table exchange_resend (
  node text not null,
  key uuid not null,
  profile text not null,
  record uuid not null,
  subject text not null,
  data_version integer not null,
  asked_at timestamptz(3) not null,
  constraint exchange_resend_pk primary key (node, key)
);

-- The province's public keys as last fetched.
create table exchange_province_key (
  node text not null,
  keys json not null,
  fetched_at timestamptz(3) not null,
  constraint exchange_province_key_pk primary key (node)
);
`,
  },
  {
    timestamp: 1_790_000_000_031,
    name: 'ExchangeAmounts',
    sql: `
-- Money of fee rows, for the statement.
alter table exchange_answer add column amount_fen bigint not null default 0;
`,
  },
  {
    timestamp: 1_790_000_000_032,
    name: 'ExchangeObjections',
    sql: `
-- What the province's quality check found in rows whose batch had been settled. Message and field name nobody: they are
-- what the platform says of a column.
create table exchange_objection (
  node text not null,
  profile text not null,
  business_key text not null,
  data_version integer not null,
  record uuid not null,
  code text not null,
  field text not null,
  message text not null,
  found_at timestamptz(3) not null,
  constraint exchange_objection_pk primary key (node, profile, business_key, data_version)
);
create index exchange_objection_record on exchange_objection (node, profile, record);

-- How far the platform's objections have been read, in the platform's own terms.
create table exchange_objection_cursor (
  node text not null,
  profile text not null,
  position text not null,
  constraint exchange_objection_cursor_pk primary key (node, profile)
);
`,
  },
  {
    timestamp: 1_790_000_000_033,
    name: 'ExchangeQueryPassword',
    sql: `
-- 查询密码 of cases at platforms that want one, as a JWE for the node itself.
create table exchange_query_password (
  node text not null,
  record uuid not null,
  sealed text not null,
  made_at timestamptz(3) not null,
  constraint exchange_query_password_pk primary key (node, record)
);
`,
  },
  {
    timestamp: 1_790_000_000_034,
    name: 'ExchangeTasks',
    sql: `
-- What the province's catalogue tables have of each item, and what keeps an item back.
create table exchange_task (
  node text not null,
  profile text not null,
  key text not null,
  version integer not null,
  stage text not null,
  digest text,
  batch uuid,
  rows json not null,
  held json not null,
  problems json not null,
  changed_at timestamptz(3) not null,
  constraint exchange_task_pk primary key (node, profile, key),
  constraint exchange_task_stage check (stage in ('written', 'held', 'rejected', 'failed')),
  constraint exchange_task_digest check (digest is null or digest ~ '^[0-9a-f]{64}$')
);
create index exchange_task_batch on exchange_task (node, profile, batch);
`,
  },
  ...laterMigrations,
];

export const exchangeTables = [
  'exchange_report',
  'exchange_batch',
  'exchange_note',
  'exchange_cursor',
  'exchange_province_key',
  'exchange_objection_cursor',
  'exchange_query_password',
  'exchange_task',
  'exchange_resend_order',
  'exchange_number',
  'exchange_order',
  'exchange_number_sequence',
] as const;
export const exchangeInsertOnlyTables = [
  'exchange_batch_case',
  'exchange_answer',
  'exchange_resend',
  'exchange_objection',
  'exchange_order_read',
] as const;
