import { createReadStream, createWriteStream, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { findHeads, readEntriesOf, readRecordPage } from '@tongban/federation/nest';
import {
  exportLines,
  parseKeyDirectory,
  readExport,
  verifyJournal,
  type ExportHeader,
  type JournalRecord,
  type JournalReport,
  type Sql,
} from '@tongban/journal';
import { isNodeCode, RefusalError, type NodeCode, type Uuid } from '@tongban/kernel';
import pg from 'pg';
import { SetupError } from '../city/environment.js';
import type { JournalSource } from './arguments.js';
import { readVariable } from './remote.js';

type Environment = Readonly<Record<string, string | undefined>>;

const recordsPerPage = 100;

/** All records of a node, as one moment of the database shows them. */
export async function* recordsIn(sql: Sql, node: NodeCode): AsyncGenerator<JournalRecord> {
  for (let after: Uuid | undefined; ;) {
    const page = await readRecordPage(sql, node, after, recordsPerPage);
    if (page.length === 0) return;
    const heads = await findHeads(sql, node, page);
    for (const [record, entries] of await readEntriesOf(sql, node, page)) {
      const head = heads.get(record) ?? { seq: 0, hash: new Uint8Array(32) };
      yield { record, entries, head };
    }
    after = page.at(-1);
  }
}

async function overDatabase<T>(env: Environment, work: (sql: Sql) => Promise<T>): Promise<T> {
  const url = readVariable(env, 'TONGBAN_DATABASE_URL', '节点所在服务的数据库地址');
  const client = new pg.Client({ connectionString: url, application_name: 'tongbanctl' });
  try {
    await client.connect();
  } catch (error) {
    throw new SetupError(`数据库无法连接：${error instanceof Error ? error.message : String(error)}`);
  }
  try {
    await client.query('begin transaction isolation level repeatable read read only');
    return await work({ query: async (text, params) => (await client.query(text, params as unknown[])).rows });
  } finally {
    await client.end();
  }
}

/** Writes the journal of a node as JSON lines; docs/protocol/journal-export.md. */
export async function exportJournal(node: NodeCode, out: string | undefined, env: Environment): Promise<number> {
  const target: Writable = out === undefined ? process.stdout : createWriteStream(out, { mode: 0o600 });
  await overDatabase(env, async (sql) => {
    for await (const line of exportLines(node, new Date(), recordsIn(sql, node))) {
      if (!target.write(`${line}\n`)) await once(target, 'drain');
    }
  });
  if (out !== undefined) {
    target.end();
    await finished(target);
  }
  return 0;
}

export function verifyText(name: string, { records, entries, faulty, faults }: JournalReport): string {
  const title = `${name}：记录 ${records} 份，条目 ${entries} 条，${faulty === 0 ? '哈希链和签名全部正确' : `${faulty} 份不正确`}`;
  return [title, ...faults.map(({ record, seq, code, detail }) => `  ${record} 第 ${seq} 条 ${code} ${detail}`)].join(
    '\n',
  );
}

/** Checks a node in the database or an exported file against the key directory. Status 0 when everything holds. */
export async function verifySource(
  source: JournalSource,
  json: boolean,
  env: Environment,
  say: (text: string) => void,
): Promise<number> {
  const directoryFile = readVariable(env, 'TONGBAN_KEY_DIRECTORY', '全部节点的公钥文件');
  const city = readVariable(env, 'TONGBAN_CITY', '签发公钥文件的地级市');
  if (!isNodeCode(city)) throw new SetupError(`TONGBAN_CITY 应为 12 位区划代码，不能是 ${city}`);
  const directory = parseKeyDirectory(readFileSync(directoryFile, 'utf8'), city);
  let name = 'node' in source ? source.node : source.file;
  const fromFile = (file: string) => {
    const lines = createInterface({ input: createReadStream(file), crlfDelay: Infinity });
    return readExport(lines, ({ node, exportedAt }: ExportHeader) => (name = `${node}（${exportedAt} 导出）`));
  };
  let report: JournalReport;
  try {
    report =
      'node' in source
        ? await overDatabase(env, (sql) => verifyJournal(directory, recordsIn(sql, source.node)))
        : await verifyJournal(directory, fromFile(source.file));
  } catch (error) {
    if (error instanceof RefusalError) throw new SetupError(`${name} 不是完整的日志导出文件：${error.refusal.detail}`);
    throw error;
  }
  say(json ? JSON.stringify({ source: name, ...report }) : verifyText(name, report));
  return report.faulty === 0 ? 0 : 1;
}
