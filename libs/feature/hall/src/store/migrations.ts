import type { SqlMigration } from '@tongban/journal';

export const hallMigrations: readonly SqlMigration[] = [
  {
    timestamp: 1_790_000_000_070,
    name: 'Hall',
    sql: `
-- Halls, appointments and queue numbers of a node. Nobody is named in any of these tables: a person who books is known
-- by a keyed hash that only the node can make, staff by the pseudonymous subject of their token.
create table hall_version (
  node text not null,
  hall text not null,
  version integer not null,
  definition json not null,
  published_by text not null,
  published_at timestamptz(3) not null,
  constraint hall_version_pk primary key (node, hall, version),
  constraint hall_version_positive check (version > 0)
);

create table hall_window (
  node text not null,
  hall text not null,
  number text not null,
  clerk text,
  opened_at timestamptz(3),
  -- Calls made on a day: the window's place in the rotation of lanes.
  calls integer not null default 0,
  calls_day date not null,
  constraint hall_window_pk primary key (node, hall, number),
  constraint hall_window_open check ((clerk is null) = (opened_at is null))
);
-- Nobody sits at two windows.
create unique index hall_window_clerk_once on hall_window (node, clerk) where clerk is not null;

-- What counts from 1 on each day: numbers of a group, appointments of a node.
create table hall_series (
  node text not null,
  hall text not null,
  kind text not null,
  day date not null,
  last integer not null,
  constraint hall_series_pk primary key (node, hall, kind, day)
);

create table hall_slot (
  node text not null,
  hall text not null,
  grp text not null,
  day date not null,
  start text not null,
  taken integer not null,
  constraint hall_slot_pk primary key (node, hall, grp, day, start),
  constraint hall_slot_taken check (taken >= 0)
);

create table appointment (
  node text not null,
  id uuid not null,
  number text not null,
  code_hash text not null,
  hall text not null,
  grp text not null,
  day date not null,
  start text not null,
  starts_at timestamptz(3) not null,
  ends_at timestamptz(3) not null,
  person_ref text not null,
  state text not null,
  ticket uuid,
  booked_at timestamptz(3) not null,
  constraint appointment_pk primary key (node, id),
  constraint appointment_number_once unique (node, number),
  constraint appointment_state check (state in ('booked', 'checkedIn', 'cancelled')),
  constraint appointment_ticket check ((state = 'checkedIn') = (ticket is not null))
);
create index appointment_person on appointment (node, person_ref, day);
create index appointment_day on appointment (node, hall, day);

create table ticket (
  node text not null,
  id uuid not null,
  hall text not null,
  taken_grp text not null,
  grp text not null,
  day date not null,
  number text not null,
  sequence integer not null,
  lane text not null,
  mark text,
  from_appointment boolean not null,
  state text not null,
  window_number text,
  calls integer not null,
  transfers integer not null,
  taken_at timestamptz(3) not null,
  queued_at timestamptz(3) not null,
  place timestamptz(3) not null,
  constraint ticket_pk primary key (node, id),
  constraint ticket_number_once unique (node, hall, day, number),
  constraint ticket_at_window check (state not in ('called', 'serving') or window_number is not null)
);
create index ticket_queue on ticket (node, hall, day, state, place);
-- A window has one number at a time, whoever asks at the same moment.
create unique index ticket_window_once on ticket (node, hall, window_number) where state in ('called', 'serving');

-- One turn of a number at a window: what waiting and service times are counted from.
create table ticket_turn (
  node text not null,
  ticket uuid not null,
  turn integer not null,
  hall text not null,
  grp text not null,
  day date not null,
  window_number text not null,
  clerk text not null,
  queued_at timestamptz(3),
  called_at timestamptz(3) not null,
  served_at timestamptz(3),
  ended_at timestamptz(3),
  ending text,
  constraint ticket_turn_pk primary key (node, ticket, turn),
  constraint ticket_turn_ending check ((ended_at is null) = (ending is null))
);
create index ticket_turn_day on ticket_turn (node, hall, day, grp);
create index ticket_turn_newest on ticket_turn (node, hall, grp, ended_at desc) where ending = 'served';

create table ticket_case (
  node text not null,
  ticket uuid not null,
  record uuid not null,
  constraint ticket_case_pk primary key (node, ticket, record)
);
create index ticket_case_record on ticket_case (node, record);

-- What was done, by whom; key and digest make a command that comes again the same command.
create table hall_event (
  node text not null,
  key uuid not null,
  digest bytea not null,
  action text not null,
  subject text not null,
  actor_subject text not null,
  actor_role text not null,
  at timestamptz(3) not null,
  outcome json not null,
  constraint hall_event_once primary key (node, key)
);
create index hall_event_subject on hall_event (node, subject, at);
`,
  },
];

export const hallTables = ['hall_window', 'hall_series', 'hall_slot', 'appointment', 'ticket', 'ticket_turn'] as const;
export const hallInsertOnlyTables = ['hall_version', 'ticket_case', 'hall_event'] as const;
