import type { SqlMigration } from '@tongban/journal';

export const feedbackMigrations: readonly SqlMigration[] = [
  {
    timestamp: 1_790_000_000_071,
    name: 'Feedback',
    sql: `
-- State of every feedback record that a node holds; nothing by which a person is known, as it is made of facts alone.
create table feedback_view (
  node text not null,
  record uuid not null,
  number text not null,
  kind text not null,
  status text not null,
  closing text,
  owner text not null,
  department text,
  item_code text,
  case_record uuid,
  due date not null,
  provisional boolean not null,
  overdue text[] not null,
  begun_on date not null,
  accepted_on date,
  answered_on date,
  seq integer not null,
  head_hash bytea not null,
  begun_at timestamptz(3) not null,
  changed_at timestamptz(3) not null,
  state json not null,
  constraint feedback_view_pk primary key (node, record),
  constraint feedback_view_number_once unique (node, number),
  constraint feedback_view_closing check ((status = 'closed') = (closing is not null))
);
create index feedback_view_newest on feedback_view (node, begun_at desc, record desc);
create index feedback_view_by_number on feedback_view (number);
create index feedback_view_case on feedback_view (case_record) where case_record is not null;
create index feedback_view_period on feedback_view (node, begun_on);
create index feedback_view_due on feedback_view (due, node, record)
  where status not in ('answered', 'reviewed', 'closed') and not provisional;
create index feedback_view_published on feedback_view (node, begun_at desc)
  where (state -> 'published' ->> 'question') is not null;

create table feedback_series (
  node text not null,
  day date not null,
  kind text not null,
  last integer not null,
  constraint feedback_series_pk primary key (node, day, kind)
);

-- Bad ratings of cases that this node owns, written with the case itself: each is followed up once, also when the
-- process ends between the rating and the follow-up.
create table feedback_to_open (
  node text not null,
  case_record uuid not null,
  channel text not null,
  command json not null,
  noted_at timestamptz(3) not null,
  opened_at timestamptz(3),
  constraint feedback_to_open_pk primary key (node, case_record, channel)
);
create index feedback_to_open_waiting on feedback_to_open (noted_at) where opened_at is null;

-- Closed cases and their first rating, for coverage and rates.
create table rated_case (
  node text not null,
  record uuid not null,
  owner text not null,
  department text not null,
  item_code text not null,
  closed_on date not null,
  level text,
  channel text,
  is_bad boolean not null,
  constraint rated_case_pk primary key (node, record),
  constraint rated_case_rating check ((level is null) = (channel is null))
);
create index rated_case_period on rated_case (node, closed_on);

-- Who opened the sealed part of feedback, and why.
create table feedback_read (
  node text not null,
  id bigint generated always as identity,
  record uuid not null,
  subject text not null,
  role text not null,
  purpose text not null,
  read_at timestamptz(3) not null,
  constraint feedback_read_pk primary key (node, id)
);
create index feedback_read_record on feedback_read (node, record);
`,
  },
  {
    timestamp: 1_790_000_000_072,
    name: 'FeedbackRatingsBefore',
    sql: `
-- Cases that were closed before this table was there.
insert into rated_case (node, record, owner, department, item_code, closed_on, level, channel, is_bad)
select node, record, owner, state -> 'item' ->> 'department', item_code,
       (to_timestamp((state ->> 'closedAt')::bigint / 1000.0) at time zone 'Asia/Shanghai')::date,
       state -> 'ratings' -> 0 ->> 'level', state -> 'ratings' -> 0 ->> 'channel',
       exists (select 1 from json_array_elements(state -> 'ratings') rating
                where rating ->> 'level' in ('dissatisfied', 'veryDissatisfied'))
  from case_view where status = 'closed' and (state ->> 'closedAt') is not null
on conflict on constraint rated_case_pk do nothing;
`,
  },
];

export const feedbackTables = ['feedback_view', 'feedback_series', 'feedback_to_open', 'rated_case'] as const;
export const feedbackInsertOnlyTables = ['feedback_read'] as const;
