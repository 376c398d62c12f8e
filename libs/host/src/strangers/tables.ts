import type { SqlMigration } from '@tongban/journal';
import type { Tables } from '../database.js';

const migrations: readonly SqlMigration[] = [
  {
    timestamp: 1_790_000_000_146,
    name: 'Strangers',
    sql: `
-- Bytes that came over the hub and were no frame. They are not kept: whatever they are, nobody vouches for them.
create table unreadable_frame (
  digest bytea not null,
  subject text not null,
  size integer not null,
  times bigint not null,
  first_at timestamptz(3) not null,
  last_at timestamptz(3) not null,
  constraint unreadable_frame_pk primary key (digest, subject)
);

-- How far the hub's log has been read into the audit log.
create table hub_log_position (
  file text not null,
  inode text not null,
  position bigint not null,
  constraint hub_log_position_pk primary key (file)
);
`,
  },
  {
    timestamp: 1_790_000_000_147,
    name: 'FilesOfRecords',
    sql: `
-- The sealed files that an entry names, so that a host below is given those of its own records only.
create function files_of(facts json) returns text[]
  language sql immutable parallel safe
  return array(select distinct m[1] from regexp_matches(facts::text, '"digest":"([0-9a-f]{64})"', 'g') as m);
create index entry_files on entry using gin (files_of(facts)) where cardinality(files_of(facts)) > 0;
`,
  },
];

/** What a host keeps of what strangers sent, and what it asks before it gives files away. */
export const strangerTables: Tables = {
  migrations,
  readWrite: ['unreadable_frame', 'hub_log_position'],
  insertOnly: [],
};
