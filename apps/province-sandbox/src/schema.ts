import type { Pool } from 'pg';

/** Landed steps are never edited; a new one goes to the end. */
const steps: readonly { readonly name: string; readonly sql: string }[] = [
  {
    name: '20261122-batches-and-records',
    sql: `
      create table batch (
        client text not null,
        idempotency_key uuid not null,
        body_digest text not null,
        answer text not null,
        received_at timestamptz not null,
        constraint batch_pk primary key (client, idempotency_key)
      );
      create table record (
        position bigint generated always as identity,
        business_key text not null,
        data_version integer not null,
        kind text not null,
        project_no text not null,
        columns jsonb not null,
        digest text not null,
        outcome text not null,
        receipt text,
        late boolean not null,
        problems jsonb not null,
        received_at timestamptz not null,
        constraint record_pk primary key (business_key, data_version),
        constraint record_outcome_ck check (outcome in ('acknowledged', 'rejected')),
        constraint record_receipt_ck check ((outcome = 'acknowledged') = (receipt is not null)),
        constraint record_receipt_uq unique (receipt)
      );
      create unique index record_position_uq on record (position);
      create index record_project_ix on record (project_no);
      create index record_received_ix on record (received_at);
      create sequence receipt_number;
    `,
  },
  {
    name: '20261122-profiles',
    sql: `
      alter table record add column profile text not null default 'national-json';
      alter table record drop constraint record_pk;
      alter table record add constraint record_pk primary key (profile, business_key, data_version);
    `,
  },
  {
    name: '20261122-numbers',
    sql: `
      create table number_flow (stem text constraint number_flow_pk primary key, last integer not null);
      create table given_number (
        client text not null,
        key uuid not null,
        number text not null,
        constraint given_number_pk primary key (client, key),
        constraint given_number_uq unique (number)
      );
    `,
  },
  {
    name: '20261122-inbox',
    sql: `
      create table inbox (
        position bigint generated always as identity constraint inbox_pk primary key,
        id uuid not null constraint inbox_uq unique,
        message jsonb not null
      );
      create table inbox_reply (
        id uuid not null,
        outcome text not null,
        text text,
        number bigint generated always as identity,
        constraint inbox_reply_pk primary key (id, outcome)
      );
    `,
  },
  {
    name: '20261122-inbox-files',
    sql: `
      create table inbox_file (
        id uuid not null,
        place integer not null,
        content bytea not null,
        constraint inbox_file_pk primary key (id, place)
      );
      alter table inbox_reply add column rest jsonb not null default '{}';
    `,
  },
];

const migrationLock = 7_101_990;

/** Brings the database to the newest step; several starts at once wait for each other. */
export async function migrate(pool: Pool): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    await client.query('select pg_advisory_xact_lock($1)', [migrationLock]);
    await client.query('create table if not exists sandbox_step (name text constraint sandbox_step_pk primary key)');
    const done = new Set(
      (await client.query<{ name: string }>('select name from sandbox_step')).rows.map(({ name }) => name),
    );
    for (const { name, sql } of steps) {
      if (done.has(name)) continue;
      await client.query(sql);
      await client.query('insert into sandbox_step (name) values ($1)', [name]);
    }
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw error;
  } finally {
    client.release();
  }
}
