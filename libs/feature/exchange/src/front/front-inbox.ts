import { maxInboxMessages, readInbox, type InboundTables, type InboxMessage } from '@tongban/domain/exchange';
import { isUuid, ok, refuse, type JsonObject, type Result, type Uuid } from '@tongban/kernel';
import type { InboxReply, ProvinceInbox } from '../ports.js';
import { reasonOf } from '../province/body.js';
import type { FrontDatabase, FrontRow, FrontSql } from './front-database.js';
import { catalogueColumns, messageTables, type MessageTable } from './inbound-columns.js';

const mostLinesOfOneBatch = 500;

/** 32 hexadecimal digits, or the same with hyphens. */
function uuidOf(text: string): Uuid | undefined {
  const bare = text.replaceAll('-', '').toLowerCase();
  const hyphened = bare.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  return isUuid(hyphened) ? hyphened : undefined;
}

/** A database has China's clock and no zone. */
const zoned = (time: string): string => `${time.slice(0, 19).replace(' ', 'T')}+08:00`;

const isMissingTable = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && ['42P01', 'ER_NO_SUCH_TABLE'].includes(String(error.code));

/** Of a platform that does not have the table there is nothing to read. */
const ofTable = (rows: Promise<readonly FrontRow[]>): Promise<readonly FrontRow[]> =>
  rows.catch((error: unknown) => {
    if (isMissingTable(error)) return [];
    throw error;
  });

/**
 * What the province sends down in tables of its front-end database: rows that have not been answered yet. A row stays
 * until `reply` has been written, so nothing has to be remembered of how far was read.
 */
export class FrontInbox implements ProvinceInbox {
  constructor(
    private readonly database: FrontDatabase,
    private readonly tables: InboundTables,
  ) {}

  async fetch(after: number): Promise<Result<InboxMessage[]>> {
    try {
      const found = await this.database.read((sql) => this.unanswered(sql));
      const messages = found
        .slice(0, maxInboxMessages)
        .map((message, index) => ({ ...message, position: after + index + 1 }));
      return readInbox(after, { messages });
    } catch (error) {
      return refuse('service.unavailable', `前置库不可用：${reasonOf(error)}`);
    }
  }

  async reply({ id, outcome, code, text, number, querycode, lines }: InboxReply): Promise<Result<void>> {
    const { reply } = this.tables;
    const guid = id.replaceAll('-', '');
    try {
      await this.database.write(async (sql) => {
        const there = await sql.query(`select 1 as there from ${reply} where dn_guid = ? and outcome = ?`, [
          guid,
          outcome,
        ]);
        if (there.length > 0) return;
        await sql.query(
          `insert into ${reply} (dn_guid, outcome, code, reply_text, case_number, query_code, line_problems)
           values (?, ?, ?, ?, ?, ?, ?)`,
          [
            ...[guid, outcome, code ?? null, text ?? null, number ?? null, querycode ?? null],
            lines === undefined ? null : JSON.stringify(lines),
          ],
        );
      });
      return ok(undefined);
    } catch (error) {
      return refuse('service.unavailable', `前置库不可用：${reasonOf(error)}`);
    }
  }

  async file(id: Uuid, place: number, maxBytes: number): Promise<Result<Uint8Array>> {
    const { paper } = this.tables;
    const asHex = this.database.kind === 'postgres' ? "encode(content, 'hex')" : 'hex(content)';
    try {
      const rows = await this.database.read((sql) =>
        sql.query(
          `select case when length(content) <= ? then ${asHex} end as hex from ${paper} where dn_guid = ? and place = ?`,
          [maxBytes, id.replaceAll('-', ''), place],
        ),
      );
      const hex = rows[0]?.['hex'];
      return typeof hex === 'string'
        ? ok(new Uint8Array(Buffer.from(hex, 'hex')))
        : refuse('service.unavailable', '前置库中没有这个文件，或文件超过上限');
    } catch (error) {
      return refuse('service.unavailable', `前置库不可用：${reasonOf(error)}`);
    }
  }

  close(): Promise<void> {
    return this.database.close();
  }

  private async unanswered(sql: FrontSql): Promise<JsonObject[]> {
    const messages: JsonObject[] = [];
    for (const table of messageTables)
      for (const row of await ofTable(this.rowsOf(sql, table))) {
        const id = uuidOf(String(row['row_guid']));
        // A row that nobody could answer: it has no name.
        if (id === undefined) continue;
        const materials = table.kind === 'application' ? { materials: await this.papersOf(sql, id) } : {};
        messages.push({ ...columnsOf(table, row), ...materials, id, kind: table.kind });
      }
    return [...messages, ...(await this.catalogueOf(sql))];
  }

  private rowsOf(sql: FrontSql, { kind, columns, times }: MessageTable): Promise<readonly FrontRow[]> {
    const table = this.tables[kind];
    const names = ['row_guid', ...columns, ...times].join(', ');
    return sql.query(
      `select ${names} from ${table} t where not exists (select 1 from ${this.tables.reply} r where r.dn_guid = t.row_guid)
        order by cd_time, row_guid limit ${maxInboxMessages}`,
    );
  }

  private async papersOf(sql: FrontSql, id: Uuid): Promise<JsonObject[]> {
    const rows = await ofTable(
      sql.query(
        `select material_code, file_name, media_type, length(content) as bytes, sha256 from ${this.tables.paper}
          where dn_guid = ? order by place`,
        [id.replaceAll('-', '')],
      ),
    );
    return rows.map(({ bytes, ...row }) => ({ ...row, size: Number(bytes) }));
  }

  /** A batch of catalogue rows is one message, named by the batch. */
  private async catalogueOf(sql: FrontSql): Promise<JsonObject[]> {
    const { catalogue, reply } = this.tables;
    const batches = await ofTable(
      sql.query(
        `select cd_batch, min(cd_time) as first from ${catalogue} t
          where not exists (select 1 from ${reply} r where r.dn_guid = t.cd_batch)
          group by cd_batch order by first, cd_batch limit ${maxInboxMessages}`,
      ),
    );
    const messages: JsonObject[] = [];
    for (const { cd_batch: batch } of batches) {
      const id = uuidOf(String(batch));
      if (id === undefined) continue;
      const rows = await sql.query(
        `select ${catalogueColumns.join(', ')} from ${catalogue} where cd_batch = ? order by line_no limit ${mostLinesOfOneBatch}`,
        [batch!],
      );
      messages.push({ id, kind: 'catalogue', lines: rows.map((row) => withoutNulls(row)) });
    }
    return messages;
  }
}

const withoutNulls = (row: FrontRow): JsonObject =>
  Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)) as JsonObject;

function columnsOf({ columns, times }: MessageTable, row: FrontRow): JsonObject {
  const given = withoutNulls(row);
  const found = columns.flatMap((name) => (given[name] === undefined ? [] : [[name, String(given[name])] as const]));
  const at = times.flatMap((name) => (given[name] === undefined ? [] : [[name, zoned(String(given[name]))] as const]));
  return { ...Object.fromEntries([...found, ...at]) };
}
