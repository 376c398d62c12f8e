import type { FrontDatabase, FrontValue } from '@tongban/feature/exchange';
import { described, type Planted } from '../inbox-store.js';

/** Tables of a family in which the platform sends down, and the one in which it is answered. */
interface Names {
  readonly application: string;
  readonly paper: string;
  readonly rating: string;
  readonly supervision: string;
  readonly catalogue: string;
  readonly reply: string;
}
export const outboxNames: Readonly<Record<string, Names>> = {
  'national-database': {
    application: 'DN_PRO_APPLY',
    paper: 'DN_PRO_APPLY_FILE',
    rating: 'DN_EVALUATE',
    supervision: 'DN_SUPERVISE',
    catalogue: 'DN_TASK_DIRECTORY',
    reply: 'UP_DN_REPLY',
  },
  'shandong-database': {
    application: 'EA_JC_DN_APPLY',
    paper: 'EA_JC_DN_APPLYFILE',
    rating: 'EA_JC_DN_SERVEVAL',
    supervision: 'EA_JC_DN_SUPERVISE',
    catalogue: 'EA_JC_DN_CATALOG',
    reply: 'EA_JC_DN_REPLY',
  },
};

const guid = 'row_guid varchar(50) not null';

export function outboxTables(kind: FrontDatabase['kind']): string[] {
  const time = kind === 'postgres' ? 'timestamp(0)' : 'datetime';
  const bytes = kind === 'postgres' ? 'bytea' : 'longblob';
  const encoding = kind === 'mysql' ? ' default charset = utf8mb4' : '';
  return Object.values(outboxNames).flatMap(({ application, paper, rating, supervision, catalogue, reply }) =>
    [
      `${application} (${guid}, cd_time ${time} not null, projectno varchar(50), catalog_code varchar(12),
         area_code varchar(12), applyer_type varchar(2), applyer_name varchar(1000), applyer_page_type varchar(70),
         applyer_page_code varchar(100), contact_mobile varchar(32), address varchar(1000), apply_date ${time}, form text,
         primary key (row_guid))`,
      `${paper} (dn_guid varchar(50) not null, place integer not null, material_code varchar(64), file_name varchar(255),
         media_type varchar(100), sha256 varchar(64), content ${bytes}, primary key (dn_guid, place))`,
      `${rating} (${guid}, cd_time ${time} not null, projectno varchar(50), satisfaction varchar(2), pf varchar(2),
         eval_detail varchar(1000), writing_evaluation text, assess_time ${time}, assess_number varchar(1),
         primary key (row_guid))`,
      `${supervision} (${guid}, cd_time ${time} not null, projectno varchar(50), content text, issued ${time}, due date,
         primary key (row_guid))`,
      `${catalogue} (${guid}, cd_batch varchar(32) not null, cd_time ${time} not null, line_no integer not null,
         catalog_code varchar(12), task_name varchar(1000), task_type varchar(2), by_law text, use_level varchar(11),
         task_state varchar(2), task_version integer, plan_effective_date date, plan_cancel_date date,
         primary key (row_guid))`,
      `${reply} (dn_guid varchar(50) not null, outcome varchar(20) not null, code varchar(64), reply_text text,
         case_number varchar(64), query_code varchar(6), line_problems text, primary key (dn_guid, outcome))`,
    ].map((table) => `create table if not exists ${table}${encoding}`),
  );
}

/** A moment as China's clock shows it. */
function chinaTime(value: unknown): string | null {
  const at = Date.parse(String(value));
  return Number.isNaN(at) ? null : new Date(at + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
}
const times = ['apply_date', 'assess_time', 'issued'];

const valueOf = (name: string, value: unknown): FrontValue => {
  if (value === undefined || value === null) return null;
  if (times.includes(name)) return chinaTime(value);
  if (typeof value === 'number' || typeof value === 'string') return value;
  return JSON.stringify(value);
};

/** Writes a message into the tables of a family as rows. */
export async function plantRows(database: FrontDatabase, message: Planted, now: number): Promise<void> {
  const { id, kind, files = [], profile, lines, ...columns } = message;
  const names = outboxNames[String(profile)]!;
  const bare = id.replaceAll('-', '');
  await database.write(async (sql) => {
    const insert = (table: string, row: Readonly<Record<string, FrontValue>>) =>
      sql.query(
        `insert into ${table} (${Object.keys(row).join(', ')}) values (${Object.keys(row).fill('?').join(', ')})`,
        Object.values(row),
      );
    const cdTime = chinaTime(new Date(now).toISOString());
    if (kind === 'catalogue') {
      for (const [index, line] of ((lines ?? []) as Record<string, unknown>[]).entries())
        await insert(names.catalogue, {
          ...{ row_guid: `${bare}${index}`, cd_batch: bare, cd_time: cdTime, line_no: index },
          ...Object.fromEntries(Object.entries(line).map(([name, value]) => [name, valueOf(name, value)])),
        });
      return;
    }
    const table = names[kind as 'application' | 'rating' | 'supervision'];
    const cells = Object.entries(columns).map(([name, value]) => [name, valueOf(name, value)] as const);
    await insert(table, { row_guid: bare, cd_time: cdTime, ...Object.fromEntries(cells) });
    const decode = database.kind === 'postgres' ? "decode(?, 'hex')" : 'unhex(?)';
    for (const [place, file] of files.entries()) {
      const { bytes, about } = described(file);
      await sql.query(
        `insert into ${names.paper} (dn_guid, place, material_code, file_name, media_type, sha256, content)
         values (?, ?, ?, ?, ?, ?, ${decode})`,
        [bare, place, about.material_code, about.file_name, about.media_type, about.sha256, bytes.toString('hex')],
      );
    }
  });
}

const hyphened = (bare: string): string => bare.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');

/** What the gateway has answered in the tables of a family; the order of the outcomes is that of the exchange. */
export async function rowReplies(database: FrontDatabase, profile: string): Promise<object[]> {
  const names = outboxNames[profile];
  if (names === undefined) return [];
  const rows = await database.read((sql) => sql.query(`select * from ${names.reply} order by dn_guid, outcome desc`));
  return rows.map((row) => {
    const rest = {
      ...{ text: row['reply_text'], code: row['code'], number: row['case_number'], querycode: row['query_code'] },
      lines: row['line_problems'] === null ? null : (JSON.parse(String(row['line_problems'])) as object),
    };
    const given = Object.entries(rest).filter(([, value]) => value !== null && value !== undefined);
    return { id: hyphened(String(row['dn_guid'])), outcome: row['outcome'], ...Object.fromEntries(given) };
  });
}
