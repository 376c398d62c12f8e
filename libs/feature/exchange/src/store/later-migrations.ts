import type { SqlMigration } from '@tongban/journal';

/** Sending again by the many, the province's numbers, and what it sends down. */
export const laterMigrations: readonly SqlMigration[] = [
  {
    timestamp: 1_790_000_000_035,
    name: 'ExchangeResends',
    sql: `
-- What reports are asked for by. Unknown of reports made before: the cases are read once more, which fills them in and
-- sends nothing.
alter table exchange_report add column item text, add column department text, add column owner text;
delete from exchange_cursor;
create index exchange_report_item on exchange_report (node, profile, item, record);
create index exchange_report_department on exchange_report (node, profile, department, record);
create index exchange_answer_rejected on exchange_answer (node, profile) where outcome = 'rejected';
create index exchange_report_owner on exchange_report (node, owner, since, record) where stage in ('held', 'rejected');

-- A day, an item or a department to be sent again: worked off in the order of the records up to the one that was the last
-- when it was asked.
create table exchange_resend_order (
  node text not null,
  key uuid not null,
  profile text not null,
  scope text not null,
  value text not null,
  prefix text not null,
  subject text not null,
  state text not null,
  upto uuid,
  done_to uuid,
  reports integer not null,
  sent integer not null,
  skipped integer not null,
  asked_at timestamptz(3) not null,
  ended_at timestamptz(3),
  constraint exchange_resend_order_pk primary key (node, key),
  constraint exchange_resend_order_scope check (scope in ('day', 'item', 'department')),
  constraint exchange_resend_order_state check (state in ('running', 'done')),
  constraint exchange_resend_order_end check ((state = 'done') = (ended_at is not null))
);
create index exchange_resend_order_running on exchange_resend_order (node, profile, asked_at) where state = 'running';
`,
  },
  {
    timestamp: 1_790_000_000_036,
    name: 'ExchangeNumbers',
    sql: `
-- The number under which a platform knows a case, where it is not our own.
create table exchange_number (
  node text not null,
  profile text not null,
  record uuid not null,
  number text not null,
  made_at timestamptz(3) not null,
  constraint exchange_number_pk primary key (node, profile, record),
  constraint exchange_number_once unique (node, profile, number)
);

-- The last sequence given of each implementation code, day and way of applying.
create table exchange_number_sequence (
  node text not null,
  profile text not null,
  stem text not null,
  last integer not null,
  constraint exchange_number_sequence_pk primary key (node, profile, stem)
);
`,
  },
  {
    timestamp: 1_790_000_000_037,
    name: 'ExchangeWithdrawnTasks',
    sql: `
alter table exchange_task drop constraint exchange_task_stage;
alter table exchange_task add constraint exchange_task_stage
  check (stage in ('written', 'held', 'rejected', 'failed', 'withdrawn'));
`,
  },
  {
    timestamp: 1_790_000_000_038,
    name: 'ExchangeOrders',
    sql: `
-- What the province sends down and what has been done about it; its words and ours as a JWE for the node itself.
create table exchange_order (
  node text not null,
  profile text not null,
  id uuid not null,
  position bigint not null,
  stage text not null,
  record uuid,
  number text,
  due date,
  issued_at timestamptz(3),
  sealed text,
  answer text,
  answered_by text,
  answered_at timestamptz(3),
  answer_key uuid,
  urged boolean not null,
  told text,
  tries integer not null,
  next_at timestamptz(3),
  received_at timestamptz(3) not null,
  constraint exchange_order_pk primary key (node, profile, id),
  constraint exchange_order_position unique (node, profile, position),
  constraint exchange_order_stage check (stage in ('open', 'answered', 'unknown', 'unsupported')),
  constraint exchange_order_told check (told in ('received', 'answered', 'unknown', 'unsupported')),
  constraint exchange_order_answer check ((stage = 'answered') = (answer is not null)),
  constraint exchange_order_case check (stage not in ('open', 'answered') or (record is not null and sealed is not null))
);
create index exchange_order_due on exchange_order (node, profile, next_at) where next_at is not null;
create index exchange_order_list on exchange_order (node, profile, stage, due, position);
create index exchange_report_number on exchange_report (node, profile, number);
`,
  },
  {
    timestamp: 1_790_000_000_111,
    name: 'ExchangeInbox',
    sql: `
-- Applications, ratings and the base catalogue stand beside the orders. \`answer\` holds all that is told with the outcome, as
-- a JWE; \`application\` is the record in which an application travels to the node that takes it in.
alter table exchange_order add column kind text not null default 'supervision', add column code text,
  add column application uuid, add column attempt integer not null default 0;
alter table exchange_order drop constraint exchange_order_stage, drop constraint exchange_order_told,
  drop constraint exchange_order_answer, drop constraint exchange_order_case;
alter table exchange_order
  add constraint exchange_order_kind check (kind in ('supervision', 'application', 'rating', 'catalogue', 'unsupported')),
  add constraint exchange_order_stage
    check (stage in ('open', 'answered', 'unknown', 'unsupported', 'accepted', 'refused')),
  add constraint exchange_order_told
    check (told in ('received', 'answered', 'unknown', 'unsupported', 'accepted', 'refused')),
  add constraint exchange_order_answer check (kind <> 'supervision' or (stage = 'answered') = (answer is not null)),
  add constraint exchange_order_case check (stage not in ('open', 'answered')
    or (sealed is not null and (kind <> 'supervision' or record is not null)));
create index exchange_order_number on exchange_order (node, profile, kind, number);
create index exchange_order_application on exchange_order (node, application) where application is not null;
`,
  },
  {
    timestamp: 1_790_000_000_142,
    name: 'ExchangeAnswersSealed',
    sql: `
-- The province's answer as it came, as a JWE for the node itself: free text in it may name somebody. \`answer\` is of before.
alter table exchange_batch add column answer_sealed text, drop constraint exchange_batch_answer;
alter table exchange_batch add constraint exchange_batch_answer
  check ((state = 'answered') = (answer is not null or answer_sealed is not null));
`,
  },
  {
    timestamp: 1_790_000_000_170,
    name: 'ExchangeResendReasons',
    sql: `
-- Why something was sent again, and the name of who wanted it: a JWE for the node itself. Unknown of what was asked before.
alter table exchange_resend add column because text;
alter table exchange_resend_order add column because text;
create index exchange_resend_asked on exchange_resend (node, profile, asked_at, key);
create index exchange_resend_order_asked on exchange_resend_order (node, profile, asked_at, key);
`,
  },
  {
    timestamp: 1_790_000_000_185,
    name: 'ExchangeOrderReadings',
    sql: `
-- Who opened what the province wrote of a case, and why: the purpose is a JWE for the node itself.
create table exchange_order_read (
  node text not null,
  id bigint generated always as identity,
  profile text not null,
  "order" uuid not null,
  subject text not null,
  role text not null,
  purpose text not null,
  read_at timestamptz(3) not null,
  constraint exchange_order_read_pk primary key (node, id),
  constraint exchange_order_read_order_fk foreign key (node, profile, "order") references exchange_order (node, profile, id)
);
create index exchange_order_read_order on exchange_order_read (node, profile, "order");
`,
  },
];
