import type { SqlMigration } from '@tongban/journal';

export const jointMigrations: readonly SqlMigration[] = [
  {
    timestamp: 1_790_000_000_061,
    name: 'Joint',
    sql: `
create table joint_view (
  node text not null,
  record uuid not null,
  number text not null,
  template text not null,
  status text not null,
  closing text,
  owner text not null,
  watched boolean not null,
  seq integer not null,
  head_hash bytea not null,
  opened_at timestamptz(3) not null,
  changed_at timestamptz(3) not null,
  state json not null,
  constraint joint_view_pk primary key (node, record),
  constraint joint_view_number_once unique (node, number),
  constraint joint_view_closing check ((status = 'closed') = (closing is not null))
);
create index joint_view_newest on joint_view (node, opened_at desc, record desc);
create index joint_view_watched on joint_view (node, record) where watched;

create table joint_number (
  node text not null,
  day date not null,
  kind text not null,
  last integer not null,
  constraint joint_number_pk primary key (node, day, kind)
);

-- Branches that could not be submitted: why, how often it was tried, and when next.
create table joint_trouble (
  node text not null,
  record uuid not null,
  branch text not null,
  code text not null,
  detail text not null,
  attempts integer not null,
  next_try_at timestamptz(3) not null,
  constraint joint_trouble_pk primary key (node, record, branch)
);
`,
  },
];

export const jointTables = ['joint_view', 'joint_number', 'joint_trouble'] as const;
export const jointInsertOnlyTables = [] as const;
