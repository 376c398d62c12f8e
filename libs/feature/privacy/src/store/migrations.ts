import type { SqlMigration } from '@tongban/journal';

export const privacyMigrations: readonly SqlMigration[] = [
  {
    timestamp: 1_790_000_000_091,
    name: 'Privacy',
    sql: `
-- Requests of persons about their data. What they say is sealed in the journal; here is nothing by which they are known.
create table privacy_view (
  node text not null,
  record uuid not null,
  case_record uuid not null,
  kind text not null,
  owner text not null,
  answer_by date not null,
  is_open boolean not null,
  erases boolean not null,
  seq integer not null,
  head_hash bytea not null,
  changed_at timestamptz(3) not null,
  state json not null,
  constraint privacy_view_pk primary key (node, record)
);
create index privacy_view_case on privacy_view (node, case_record);
create index privacy_view_due on privacy_view (node, answer_by, record) where is_open;

-- Destroys the keys of a case's sealed parts at a node, and of their attachments, whose keys are in them. The hash chain
-- does not cover the recipients, so the journal goes on being provable. The application may not change the journal: this is
-- its only way, and only for a case whose erasing stands in the journal as a signed entry.
create function erase_sealed_parts(of_node text, of_record uuid) returns integer
  language plpgsql security definer set search_path from current
  as $erase$
  declare
    erased integer;
  begin
    if not exists (select from privacy_view p where p.node = of_node and p.case_record = of_record and p.erases) then
      raise exception 'no erasing of % was granted', of_record;
    end if;
    update entry e
       set sealed = json_build_object('protected', e.sealed -> 'protected', 'iv', e.sealed -> 'iv',
         'ciphertext', e.sealed -> 'ciphertext', 'tag', e.sealed -> 'tag', 'recipients', '[]'::json)
     where e.node = of_node and e.record = of_record and e.sealed is not null
       and json_array_length(e.sealed -> 'recipients') > 0;
    get diagnostics erased = row_count;
    update entry_set_aside a set entry = (a.entry::jsonb - 'sealed')::json
     where a.node = of_node and a.record = of_record and (a.entry::jsonb) ? 'sealed';
    delete from applicant_case a where a.node = of_node and a.record = of_record;
    delete from opposing_party p where p.node = of_node and p.record = of_record;
    return erased;
  end
  $erase$;
`,
  },
  {
    timestamp: 1_790_000_000_121,
    name: 'PrivacyResealing',
    sql: `
-- Logs of readings are only ever added to. This is the application's only way to change a line of them: the sealed reason,
-- when it is sealed again under another key, and only if it still is what was read.
create function reseal_purpose(of_table text, of_node text, of_id text, was text, becomes text) returns boolean
  language plpgsql security definer set search_path from current
  as $reseal$
  declare
    id_type text := case of_table when 'dossier_read' then 'bigint' when 'feedback_read' then 'bigint'
                                  when 'case_archive' then 'uuid' end;
    changed integer;
  begin
    if id_type is null then
      raise exception '% has no sealed reasons', of_table;
    end if;
    if becomes !~ '^s1:[0-9]{1,9}:[A-Za-z0-9_-]+$' then
      raise exception 'a reason is sealed or not written';
    end if;
    execute format('update %I set purpose = $1 where node = $2 and id = $3::%s and purpose = $4', of_table, id_type)
      using becomes, of_node, of_id, was;
    get diagnostics changed = row_count;
    return changed = 1;
  end
  $reseal$;
`,
  },
];

export const privacyTables = ['privacy_view'] as const;
