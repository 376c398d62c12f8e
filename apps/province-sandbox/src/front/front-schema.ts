import type { FrontDatabase } from '@tongban/feature/exchange';
import type { Form } from '../standard/form.js';
import { outboxTables } from './outbox.js';
import { families, type Family, type FrontTable } from './family.js';

/** Wide enough for every form that a pattern describes. */
const patternWidth = 64;
/** A row of MySQL has no room for several longer ones. */
const longestVarchar = 2_000;

function sqlType(form: Form, kind: FrontDatabase['kind']): string {
  if (typeof form === 'number') return form > longestVarchar ? 'text' : `varchar(${form})`;
  if (form instanceof RegExp) return `varchar(${patternWidth})`;
  if (form === 'dateTime') return kind === 'postgres' ? 'timestamp(0)' : 'datetime';
  if (form === 'count' || form === 'number') return 'integer';
  return form === 'yuan' ? 'decimal(16,2)' : 'date';
}

function createTable(
  { table, layout }: FrontTable,
  { row, batch, version }: Family,
  kind: FrontDatabase['kind'],
): string {
  const columns = [...layout].map(
    ([name, { form, compulsory }]) => `${name} ${sqlType(form, kind)}${compulsory ? ' not null' : ''}`,
  );
  const key = version === undefined ? row : `${row}, ${version}`;
  const constraint = `constraint ${table}_PK primary key (${key})`;
  const index = kind === 'mysql' ? `, index ${table}_IX (${batch})` : '';
  return `create table if not exists ${table} (${columns.join(', ')}, ${constraint}${index})${encoding(kind)}`;
}
const encoding = (kind: FrontDatabase['kind']): string => (kind === 'mysql' ? ' default charset = utf8mb4' : '');

/** Rejects that go down, and this province's own note of what it has looked at. */
const ownTables = (kind: FrontDatabase['kind']): string[] => {
  const time = sqlType('dateTime', kind);
  return [
    `create table if not exists DN_AUDIT_ABNORMAL (row_guid varchar(50) not null, table_name varchar(50),
       table_sql_name varchar(50), table_row_guid varchar(50), table_cd_batch varchar(32), table_cd_source varchar(10),
       table_cd_time ${time}, table_update_time ${time}, err_type varchar(100), remark varchar(1000),
       constraint DN_AUDIT_ABNORMAL_PK primary key (row_guid))${encoding(kind)}`,
    `create table if not exists SANDBOX_AUDITED (family varchar(30) not null, row_guid varchar(50) not null,
       batch varchar(32) not null, kind varchar(20) not null, number varchar(50) not null, good integer not null,
       amount decimal(16,2), cd_time ${time} not null, satisfaction varchar(2),
       constraint SANDBOX_AUDITED_PK primary key (family, row_guid, batch)${
         kind === 'mysql' ? ', index SANDBOX_AUDITED_IX (family, number)' : ''
       })${encoding(kind)}`,
    `create table if not exists SANDBOX_LOOKED (family varchar(30) not null, batch varchar(32) not null,
       constraint SANDBOX_LOOKED_PK primary key (family, batch))${encoding(kind)}`,
  ];
};

const indexes = (kind: FrontDatabase['kind']): string[] =>
  kind === 'mysql'
    ? []
    : [
        ...families.flatMap(({ tables, batch }) =>
          tables.map(({ table }) => `create index if not exists ${table}_IX on ${table} (${batch})`),
        ),
        'create index if not exists DN_AUDIT_ABNORMAL_IX on DN_AUDIT_ABNORMAL (table_cd_batch)',
        'create index if not exists SANDBOX_AUDITED_IX on SANDBOX_AUDITED (family, number)',
      ];

/** Makes the tables that the province hands out; those that are there stay as they are. */
export async function createFrontTables(database: FrontDatabase): Promise<void> {
  const { kind } = database;
  await database.read(async (sql) => {
    for (const family of families) for (const table of family.tables) await sql.query(createTable(table, family, kind));
    for (const text of [...ownTables(kind), ...outboxTables(kind), ...indexes(kind)]) await sql.query(text);
  });
}
