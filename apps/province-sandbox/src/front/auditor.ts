import { randomUUID } from 'node:crypto';
import {
  deleteRows,
  insertRows,
  portions,
  type FrontDatabase,
  type FrontRow,
  type FrontSql,
} from '@tongban/feature/exchange';
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

/** A row as this province judged it. */
interface Judged {
  readonly kind: FrontKind;
  readonly good: boolean;
  readonly satisfaction: string | undefined;
}

/** The judged rows of the cases of a batch: by number, then by row. */
type OnFile = ReadonlyMap<string, Map<string, Judged>>;

interface Found {
  readonly table: FrontTable;
  readonly row: FrontRow;
  readonly values: Values;
  readonly problems: readonly Problem[];
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

  /** Batches that have not been looked at; of a long backlog only the first. */
  async waiting(): Promise<number> {
    const found = await Promise.all(families.map((family) => this.newBatches(family)));
    return found.reduce((sum, { size }) => sum + size, 0);
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
      const found: Found[] = [];
      for (const table of family.tables)
        for (const row of await sql.query(`select t.* from ${table.table} t where t.${family.batch} = ?`, [batch]))
          found.push({ table, row, values: valuesOf(table, row), problems: [] });
      const file = await onFile(sql, family, [...new Set(found.map(({ values }) => numberOf(family, values)))]);
      const judged = found.map((one) => judgeRow(family, one, file));
      await keepJudged(sql, family, judged);
      if (family.state !== undefined) await markAll(sql, family, batch, judged);
      for (const { table, row, values, problems } of judged)
        if (problems.length > 0) await this.tell(sql, family, table, row, values, problems);
      await sql.query('insert into SANDBOX_LOOKED (family, batch) values (?, ?)', [family.name, batch]);
      return judged.length;
    });
  }

  private async tell(
    sql: FrontSql,
    { state, row: rowName, batch, time }: Family,
    { table }: FrontTable,
    row: FrontRow,
    values: Values,
    problems: readonly Problem[],
  ): Promise<void> {
    const [guid, batchOf] = [String(values[rowName]), String(values[batch])];
    const remark = problems
      .map(({ code, message }) => `${code} ${message}`)
      .join('；')
      .slice(0, abnormalRemarkWidth);
    if (state !== undefined) {
      await sql.query(`update ${table} set ${state} = '2', EXT1 = ? where ${rowName} = ? and ${batch} = ?`, [
        ...[remark, guid, batchOf],
      ]);
      return;
    }
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

const unjudgedBatches = (family: Family, { table }: FrontTable): string =>
  `select distinct t.${family.batch} as batch from ${table} t where not exists (
     select 1 from SANDBOX_LOOKED l where l.family = ? and l.batch = t.${family.batch}) limit ${batchesAtOnce}`;

const numberOf = (family: Family, values: Values): string => String(values[family.number] ?? '');

/** Where versions stay each has its own judgement, elsewhere the newest replaces the one before. */
const judgedKey = (family: Family, values: Values): string =>
  family.version === undefined
    ? String(values[family.row])
    : `${String(values[family.row])} ${String(values[family.batch])}`;

async function onFile(sql: FrontSql, family: Family, numbers: readonly string[]): Promise<OnFile> {
  const file = new Map<string, Map<string, Judged>>(numbers.map((number) => [number, new Map()]));
  for (const portion of portions(numbers)) {
    const rows = await sql.query(
      `select number, row_guid, batch, kind, good, satisfaction from SANDBOX_AUDITED
        where family = ? and number in (${portion.map(() => '?').join(', ')})`,
      [family.name, ...portion],
    );
    for (const row of rows) {
      const said = row['satisfaction'];
      const key = judgedKey(family, { [family.row]: String(row['row_guid']), [family.batch]: String(row['batch']) });
      file.get(String(row['number']))?.set(key, {
        kind: row['kind'] as FrontKind,
        good: Number(row['good']) === 1,
        satisfaction: said === null || said === undefined || said === '' ? undefined : String(said),
      });
    }
  }
  return file;
}

/** What one row puts on file the next one finds there. */
function judgeRow(family: Family, found: Found, file: OnFile): Found {
  const { table, values } = found;
  const own = table.problems(values);
  const ofCase = file.get(numberOf(family, values))!;
  const problems = own.length > 0 ? own : orderProblems(family, table.kind, values, [...ofCase.values()]);
  const satisfaction = table.kind === 'result' ? values[family.satisfaction.result] : undefined;
  ofCase.set(judgedKey(family, values), {
    ...{ kind: table.kind, good: problems.length === 0 },
    satisfaction: satisfaction === undefined ? undefined : String(satisfaction),
  });
  return { ...found, problems };
}

const auditedColumns = ['family', 'row_guid', 'batch', 'kind', 'number', 'good', 'amount', 'cd_time', 'satisfaction'];

async function keepJudged(sql: FrontSql, family: Family, judged: readonly Found[]): Promise<void> {
  const key = family.version === undefined ? ['family', 'row_guid'] : ['family', 'row_guid', 'batch'];
  const rows = judged.map(({ table: { kind }, row, values, problems }) => [
    ...[family.name, String(values[family.row]), String(values[family.batch]), kind, numberOf(family, values)],
    problems.length === 0 ? 1 : 0,
    kind === 'fee' ? String(values[family.amount] ?? '0.00') : null,
    String(row[family.time.toLowerCase()]),
    kind === 'result' ? String(values[family.satisfaction.result] ?? '') : null,
  ]);
  await deleteRows(
    sql,
    'SANDBOX_AUDITED',
    key,
    rows.map((row) => row.slice(0, key.length)),
  );
  await insertRows(sql, 'SANDBOX_AUDITED', auditedColumns, rows);
}

/** Every row of the batch as taken; what is refused is told afterwards, in the same transaction. */
async function markAll(
  sql: FrontSql,
  { state, batch: batchColumn }: Family,
  batch: string,
  judged: readonly Found[],
): Promise<void> {
  for (const table of new Set(judged.map((one) => one.table.table)))
    await sql.query(`update ${table} set ${state} = '1', EXT1 = null where ${batchColumn} = ?`, [batch]);
}

function orderProblems(family: Family, kind: FrontKind, values: Values, onFile: readonly Judged[]): Problem[] {
  const good = onFile.filter((row) => row.good);
  const wanting = buildsOn[kind].find((before) => !good.some((row) => row.kind === before));
  if (wanting !== undefined)
    return [{ code: `E-ORDER-${wanting}`, field: family.number, message: '所依据的上一步信息尚未有效上报' }];
  const { rating, sum } = family.satisfaction;
  const said = Number(values[rating]);
  const satisfaction = good.find((row) => row.kind === 'result' && row.satisfaction !== undefined)?.satisfaction;
  return kind === 'rating' && satisfaction !== undefined && Number(satisfaction) + said !== sum
    ? [{ code: `E-CODE-${rating}`, field: rating, message: '与办结信息中的满意度不一致' }]
    : [];
}
