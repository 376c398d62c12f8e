import type { SqlMigration } from '@tongban/journal';

export const lifeMigrations: readonly SqlMigration[] = [
  {
    timestamp: 1_790_000_000_100,
    name: 'NodeLife',
    sql: `
-- A node that has moved from this database to one of its own. The row stays: this host leaves the node out for good.
create table node_departure (
  node text not null,
  -- The incarnation that its new database was made with.
  destination text not null,
  fenced_at timestamptz(3) not null default now(),
  -- The host of this database has been started since and leaves the node out.
  released_at timestamptz(3),
  cleared_at timestamptz(3),
  constraint node_departure_pk primary key (node),
  constraint node_departure_order check (cleared_at is null or released_at is not null)
);

-- A node whose rows came here from another database.
create table node_arrival (
  node text not null,
  -- The incarnation of the database that it came from.
  origin text not null,
  rows bigint not null,
  arrived_at timestamptz(3) not null default now(),
  constraint node_arrival_pk primary key (node)
);

-- Put on every table with a node column when a node leaves: nothing of it is written here any more, so the copy is whole.
create function refuse_departed_node() returns trigger language plpgsql set search_path from current as $fence$
  begin
    if exists (select from node_departure d where d.node = new.node) then
      raise exception 'node % has left this database', new.node using errcode = 'TB001';
    end if;
    return new;
  end
  $fence$;
`,
  },
  {
    timestamp: 1_790_000_000_101,
    name: 'NodeRetirement',
    sql: `
-- A node that ends (撤并): from here on it begins nothing, and its open cases go to its successor.
create table node_retirement (
  node text not null,
  successor text not null,
  -- The day from which the State, or the parent, has ended it, and by which act.
  ends_on date not null,
  basis text not null,
  begun_at timestamptz(3) not null default now(),
  closed_at timestamptz(3),
  constraint node_retirement_pk primary key (node),
  constraint node_retirement_other check (successor <> node)
);
`,
  },
  {
    timestamp: 1_790_000_000_160,
    name: 'NodeApproval',
    sql: `
-- That a node approved a child that was new in the tree: who decided it, for which key, and its signature. The account
-- of the officer is personal; it stays here, with the node that answers for the decision, and in no list that is handed out.
create table node_approval (
  node text not null,
  child text not null,
  -- What was signed, with the time and the signature: approvedText of domain/division.
  joining json not null,
  approver text not null,
  approved_at timestamptz(3) not null,
  constraint node_approval_pk primary key (node, child)
);
`,
  },
];

/** Written by the owner of the database only. */
export const lifeReadTables = ['node_departure', 'node_arrival', 'node_retirement', 'node_approval'] as const;
