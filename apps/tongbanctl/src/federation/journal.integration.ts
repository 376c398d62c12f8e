import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { federationMigrations } from '@tongban/federation/nest';
import {
  chainStart,
  hashEntry,
  insertEntries,
  journalMigrations,
  Keystore,
  makeKeyDirectory,
  makeSecret,
  publicPart,
  type Entry,
} from '@tongban/journal';
import { nodeCode } from '@tongban/kernel';
import { freshDatabase } from '@tongban/testkit';
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { exportJournal, verifySource } from './journal.js';

const city = nodeCode('371100000000');
const village = nodeCode('371102001001');
const secrets = [city, village].map((node) => makeSecret(node, 1));
const keystore = new Keystore(secrets);
const recordCount = 230;
const folder = mkdtempSync(join(tmpdir(), 'tongban-verify-'));
const exported = join(folder, 'journal.jsonl');
let pool: pg.Pool;
let env: Record<string, string>;

function chain(record: string, length: number): Entry[] {
  const entries: Entry[] = [];
  for (let seq = 1; seq <= length; seq++) {
    const unhashed = {
      ...{
        id: randomUUID(),
        record,
        recordClass: 'case',
        seq,
        epoch: 1,
        type: 'case.urged',
        version: 1,
        author: village,
      },
      actor: { subject: 's', role: 'agent', division: village } as const,
      ...{ occurredAt: 1_790_000_000_000, recordedAt: 1_790_000_000_100, facts: `{"text":"第${seq}条"}` },
      prevHash: entries.at(-1)?.hash ?? chainStart,
    };
    const hash = hashEntry(unhashed);
    entries.push({ ...unhashed, hash, signature: keystore.sign(village, hash) });
  }
  return entries;
}

beforeAll(async () => {
  const url = await freshDatabase();
  pool = new pg.Pool({ connectionString: url, max: 2 });
  for (const { sql } of [...journalMigrations, ...federationMigrations]) await pool.query(sql);
  const sql = {
    query: async <Row>(text: string, params?: readonly unknown[]) =>
      (await pool.query(text, params as unknown[])).rows as Row[],
  };
  for (let index = 0; index < recordCount; index++) {
    const entries = chain(randomUUID(), 1 + (index % 4));
    const last = entries.at(-1)!;
    await insertEntries(sql, village, entries, 1_790_000_000_200);
    await pool.query(`insert into record values ($1, $2, 'case', $1, 1, $3, $4, array[$1], null, now())`, [
      ...[village, last.record, last.seq, Buffer.from(last.hash)],
    ]);
  }
  const directory = join(folder, 'key-directory.json');
  writeFileSync(directory, JSON.stringify(makeKeyDirectory(secrets[0]!, secrets.map(publicPart), 5)));
  env = { TONGBAN_DATABASE_URL: url, TONGBAN_KEY_DIRECTORY: directory, TONGBAN_CITY: city };
});
afterAll(async () => {
  await pool.end();
  rmSync(folder, { recursive: true });
});

async function verify(source: { node: typeof village } | { file: string }) {
  const said: string[] = [];
  const status = await verifySource(source, true, env, (text) => said.push(text));
  return { status, report: JSON.parse(said[0]!) };
}
const inDatabase = () => verify({ node: village });
const inFile = () => verify({ file: exported });

describe('a journal', () => {
  it('that holds is found sound in the database and in its export', async () => {
    expect(await exportJournal(village, exported, env)).toBe(0);
    const counts = { records: recordCount, entries: 573, faulty: 0, faults: [] };
    expect(await inDatabase()).toEqual({ status: 0, report: { source: village, ...counts } });
    expect(await inFile()).toEqual({ status: 0, report: { source: expect.stringContaining(village), ...counts } });
  });

  it('that was changed is told record by record', async () => {
    const { rows } = await pool.query('select record from record where seq = 4 order by record limit 3');
    const [facts, gone, head] = rows.map(({ record }) => record as string);
    await pool.query(`update entry set facts = '{"text":"改过"}' where record = $1 and seq = 2`, [facts]);
    await pool.query('delete from entry where record = $1 and seq = 4', [gone]);
    await pool.query(`update record set hash = decode(repeat('00', 32), 'hex') where record = $1`, [head]);
    const { status, report } = await inDatabase();
    expect(status).toBe(1);
    expect(report.faults).toMatchObject([
      { record: facts, seq: 2, code: 'link.chain' },
      { record: gone, seq: 4, code: 'link.gap' },
      { record: head, seq: 4, code: 'link.chain' },
    ]);
    await exportJournal(village, exported, env);
    // An export has no heads: what was left out at the end of a record shows only where they are.
    expect((await inFile()).report.faults).toMatchObject([{ record: facts, seq: 2 }]);
  });

  it('whose export was cut or is something else is no export', async () => {
    const whole = readFileSync(exported, 'utf8');
    for (const text of [whole.slice(0, whole.lastIndexOf('\n', whole.length - 2)), '{}\n', '', `${whole}{}\n`]) {
      writeFileSync(exported, text);
      await expect(inFile()).rejects.toThrow('不是完整的日志导出文件');
    }
  });

  it('cannot be checked without the keys', async () => {
    await expect(verifySource({ node: village }, false, {}, () => undefined)).rejects.toThrow('TONGBAN_KEY_DIRECTORY');
  });
});
