import { randomUUID } from 'node:crypto';
import type { FrontDatabase, FrontRow, FrontSql } from '@tongban/feature/exchange';
import type { Problem, Values } from '../standard/row-rules.js';
import { buildsOn, families, type Family, type FrontKind, type FrontTable } from './family.js';

const batchesAtOnce = 20;
const abnormalRemarkWidth = 1000;
const chinaOffsetMs = 8 * 60 * 60 * 1000;

/** `twice` puts each reject down two times; `paused` looks at nothing. */
export type AuditMode = 'normal' | 'paused' | 'twice';

/** 2026-03-02 12:00:00 to 20260302T120000, 2026-03-02 to 20260302; other values as they are. */
export function readValue(value: string | number): string | number {
  const time = /^(\d{4})-(\d{2})-(\d{2})(?: (\d{2}):(\d{2}):(\d{2}))?$/.exec(String(value));
  if (time === null) return value;
  const [, year, month, day, hour, minute, second] = time;
  return hour === undefined ? `${year}${month}${day}` : `${year}${month}${day}T${hour}${minute}${second}`;
}

const chinaTime = (at: number): string => new Date(at + chinaOffsetMs).toISOString().slice(0, 19).replace('T', ' ');

/** The row with the column names of the layout; what is empty is left out. */
function valuesOf({ layout }: FrontTable, row: FrontRow): Values {
  const values: Record<string, string | number> = {};
  for (const [name, { form }] of layout) {
    const value = row[name.toLowerCase()];
    if (value === null || value === undefined) continue;
    values[name] = form === 'count' || form === 'number' ? Number(value) : readValue(value);
  }
  return values;
}

interface OnFile {
  readonly kinds: ReadonlySet<FrontKind>;
  readonly satisfaction: string | undefined;
}

/** Looks at what was put into the front-end tables, as the quality check of a province does. */
export class Auditor {
  mode: AuditMode = 'normal';

  constructor(
    private readonly database: FrontDatabase,
    private readonly now: () => number,
  ) {}

  /** One look at what has come in; gives the number of rows that were judged. */
  async round(): Promise<number> {
    let judged = 0;
    if (this.mode === 'paused') return judged;
    for (const family of families)
      for (const batch of await this.newBatches(family)) judged += await this.auditBatch(family, batch);
    return judged;
  }

  /** A batch is committed whole: as soon as one of its rows is seen, all those it builds on can be. */
  private async newBatches(family: Family): Promise<ReadonlySet<string>> {
    const batches = new Set<string>();
    await this.database.read(async (sql) => {
      for (const table of family.tables)
        for (const row of await sql.query(unjudgedBatches(family, table), [family.name]))
          batches.add(String(row['batch']));
    });
    return batches;
  }

  private auditBatch(family: Family, batch: string): Promise<number> {
    return this.database.write(async (sql) => {
      let judged = 0;
      for (const table of family.tables)
        for (const row of await sql.query(unjudgedRows(family, table), [batch, family.name])) {
          await this.auditRow(sql, family, table, row);
          judged++;
        }
      return judged;
    });
  }

  private async auditRow(sql: FrontSql, family: Family, table: FrontTable, row: FrontRow): Promise<void> {
    const values = valuesOf(table, row);
    const number = String(values[family.number] ?? '');
    const file = await onFile(sql, family, number);
    const own = table.problems(values);
    const problems = own.length > 0 ? own : orderProblems(family, table.kind, values, file);
    const keys = [String(values[family.row]), String(values[family.batch])] as const;
    if (family.version === undefined)
      await sql.query('delete from SANDBOX_AUDITED where family = ? and row_guid = ?', [family.name, keys[0]]);
    const amount = table.kind === 'fee' ? String(values[family.amount] ?? '0.00') : null;
    const satisfaction = table.kind === 'result' ? String(values[family.satisfaction.result] ?? '') : null;
    await sql.query(
      `insert into SANDBOX_AUDITED (family, row_guid, batch, kind, number, good, amount, cd_time, satisfaction)
       values (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      [
        ...[family.name, ...keys, table.kind, number, problems.length === 0 ? 1 : 0, amount],
        ...[String(row[family.time.toLowerCase()]), satisfaction],
      ],
    );
    await this.tell(sql, family, table, row, keys, problems);
  }

  private async tell(
    sql: FrontSql,
    { state, row: rowName, batch, time }: Family,
    { table }: FrontTable,
    row: FrontRow,
    [guid, batchOf]: readonly [string, string],
    problems: readonly Problem[],
  ): Promise<void> {
    const remark = problems
      .map(({ code, message }) => `${code} ${message}`)
      .join('；')
      .slice(0, abnormalRemarkWidth);
    if (state !== undefined) {
      await sql.query(`update ${table} set ${state} = ?, EXT1 = ? where ${rowName} = ? and ${batch} = ?`, [
        ...[problems.length === 0 ? '1' : '2', problems.length === 0 ? null : remark, guid, batchOf],
      ]);
      return;
    }
    if (problems.length === 0) return;
    for (let times = this.mode === 'twice' ? 2 : 1; times > 0; times--)
      await sql.query(
        `insert into DN_AUDIT_ABNORMAL (row_guid, table_name, table_sql_name, table_row_guid, table_cd_batch,
           table_cd_time, table_update_time, err_type, remark) values (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        [
          ...[randomUUID(), table, table, guid, batchOf, String(row[time.toLowerCase()]), chinaTime(this.now())],
          ...[problems[0]!.code.slice(0, 100), remark],
        ],
      );
  }
}

const notAudited = ({ row, batch }: Family): string =>
  `not exists (select 1 from SANDBOX_AUDITED a where a.family = ? and a.row_guid = t.${row} and a.batch = t.${batch})`;
const unjudgedBatches = (family: Family, { table }: FrontTable): string =>
  `select distinct t.${family.batch} as batch from ${table} t where ${notAudited(family)} limit ${batchesAtOnce}`;
const unjudgedRows = (family: Family, { table }: FrontTable): string =>
  `select t.* from ${table} t where t.${family.batch} = ? and ${notAudited(family)}`;

async function onFile(sql: FrontSql, { name }: Family, number: string): Promise<OnFile> {
  const rows = await sql.query(
    'select kind, satisfaction from SANDBOX_AUDITED where family = ? and number = ? and good = 1',
    [name, number],
  );
  const said = rows.find((row) => row['kind'] === 'result')?.['satisfaction'];
  return {
    kinds: new Set(rows.map((row) => row['kind'] as FrontKind)),
    satisfaction: said === null || said === undefined || said === '' ? undefined : String(said),
  };
}

function orderProblems(family: Family, kind: FrontKind, values: Values, file: OnFile): Problem[] {
  const wanting = buildsOn[kind].find((before) => !file.kinds.has(before));
  if (wanting !== undefined)
    return [{ code: `E-ORDER-${wanting}`, field: family.number, message: '所依据的上一步信息尚未有效上报' }];
  const { rating, sum } = family.satisfaction;
  const said = Number(values[rating]);
  return kind === 'rating' && file.satisfaction !== undefined && Number(file.satisfaction) + said !== sum
    ? [{ code: `E-CODE-${rating}`, field: rating, message: '与办结信息中的满意度不一致' }]
    : [];
}
