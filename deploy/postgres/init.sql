-- Makes a database and its two roles for every name in a file of passwords, {"city": {"owner": "…", "app": "…"}, …}, as
-- `tongbanctl provision` writes it and deploy/compose/prepare.mjs completes it. Run by psql as superuser; can be run again.
--
--   psql -v ON_ERROR_STOP=1 -v passwords_file=databases.json -f init.sql postgres
--
-- The owner changes the schema at start; the app works in it, owns nothing, and may not change journal entries (the
-- apps' migrations grant it each table).
\set QUIET on
\if :{?passwords_file}
\else
  \set passwords_file /run/secrets/databases.json
\endif
\set passwords `cat :passwords_file`
-- Statements with passwords stay out of the server's log.
set log_statement = 'none';
set log_min_duration_statement = -1;
set log_min_error_statement = 'panic';

create temporary table wanted as
  select 'tongban_' || replace(name, '-', '_') as database, kind,
         'tongban_' || replace(name, '-', '_') || '_' || kind as role, password
    from json_each(:'passwords'::json) as files(name, secrets), json_each_text(secrets) as kinds(kind, password)
   where kind in ('owner', 'app');

select format('%s role %I login nosuperuser nocreatedb nocreaterole noreplication nobypassrls password %L',
              case when exists (select from pg_roles where rolname = role) then 'alter' else 'create' end, role, password)
  from wanted order by role \gexec

select format('create database %I owner %I encoding ''UTF8'' template template0', database, role)
  from wanted where kind = 'owner' and not exists (select from pg_database where datname = database)
 order by database \gexec

select format(statement, database, database || '_owner', database || '_app')
  from (select distinct database from wanted) as made,
       unnest(array['revoke all on database %1$I from public',
                    'grant connect on database %1$I to %3$I']) as statement
 order by database \gexec

-- Rights on the schema are given inside each database.
select format($$\connect %1$I
alter schema public owner to %2$I;
revoke create on schema public from public;
grant usage on schema public to %3$I;
$$, database, database || '_owner', database || '_app') as script
  from wanted where kind = 'owner' order by database
\g (format=unaligned tuples_only=on) /tmp/tongban-schemas.sql
\ir /tmp/tongban-schemas.sql
\! rm -f /tmp/tongban-schemas.sql
