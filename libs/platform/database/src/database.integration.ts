import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { freshDatabase } from '@tongban/testkit';
import { EntitySchema, type DataSource } from 'typeorm';
import { grantAppRole } from './app-role.js';
import { createDataSource, type DatabaseLog } from './data-source.js';
import { violatedConstraint } from './failures.js';
import { migrate, type SqlMigration } from './migrations.js';
import { inTransaction, reading } from './transaction.js';
import { waitForDatabase } from './wait-for-database.js';

const steps: readonly SqlMigration[] = [
  {
    timestamp: 1_790_000_000_002,
    name: 'Second',
    sql: 'alter table note add column seq bigserial; create table account (id int primary key, amount int not null)',
  },
  {
    timestamp: 1_790_000_000_001,
    name: 'First',
    sql: 'create table note (id int constraint note_pk primary key, body text); create table log (id bigserial, body text)',
  },
];
const noteEntity = new EntitySchema<{ id: number; body: string }>({
  name: 'note',
  columns: { id: { type: 'int', primary: true }, body: { type: 'text' } },
});
const logged: { readonly fields: object; readonly message: string }[] = [];
const keep = (fields: object, message: string): void => void logged.push({ fields, message });
const logger: DatabaseLog = { debug: keep, info: keep, warn: keep };
const startTimeoutMs = 60_000;

let url: string;
let dataSource: DataSource;
const open = (at: string, migrations = steps): Promise<DataSource> =>
  createDataSource({ url: at, entities: [noteEntity], migrations, poolSize: 8, applicationName: 'test', logger });

beforeAll(async () => {
  url = await freshDatabase();
  dataSource = await open(url);
}, startTimeoutMs);
afterAll(() => dataSource?.destroy());
beforeEach(() => inTransaction(dataSource, (tx) => tx.query('truncate note, account, log')));

describe('createDataSource', () => {
  it('migrates once, in order of time, also when several hosts start together', async () => {
    const together = await freshDatabase();
    const sources = await Promise.all([open(together), open(together), open(together)]);
    const rows = await reading(sources[0]!).query<{ name: string }>('select name from migration order by id');
    expect(rows.map((row) => row.name)).toEqual(['First1790000000001', 'Second1790000000002']);
    expect(await migrate(sources[1]!, steps)).toEqual([]);
    for (const source of sources) await source.destroy();
  });

  it('refuses a landed migration whose text was changed', async () => {
    const edited = steps.map((step) => ({ ...step, sql: `${step.sql} ` }));
    await expect(open(url, edited)).rejects.toThrow('First1790000000001');
  });

  it('leaves nothing behind when a step fails', async () => {
    const at = await freshDatabase();
    const broken = [...steps, { timestamp: 1_790_000_000_003, name: 'Broken', sql: 'create table a (b nonsense)' }];
    await expect(open(at, broken)).rejects.toThrow('nonsense');
    const source = await open(at, []);
    expect(await reading(source).query("select 1 from pg_tables where tablename in ('note', 'log')")).toEqual([]);
    await source.destroy();
  });

  it('bounds statements, locks and idle transactions of every session', async () => {
    const [row] = await reading(dataSource).query<Record<string, string>>(
      `select current_setting('statement_timeout') as statement, current_setting('lock_timeout') as lock,
              current_setting('idle_in_transaction_session_timeout') as idle, current_setting('TimeZone') as zone,
              current_setting('transaction_isolation') as isolation, current_setting('application_name') as name`,
    );
    expect(row).toEqual({
      statement: '30s',
      lock: '10s',
      idle: '30s',
      zone: 'UTC',
      isolation: 'read committed',
      name: 'test',
    });
  });

  it('knows its entities', async () => {
    await inTransaction(dataSource, (tx) => tx.query("insert into note (id, body) values (1, 'a')"));
    expect(await dataSource.getRepository(noteEntity).find()).toEqual([{ id: 1, body: 'a' }]);
  });
});

describe('inTransaction', () => {
  const insert = 'insert into note (id, body) values ($1, $2) returning id';
  const count = async (): Promise<number> =>
    (await reading(dataSource).query<{ n: number }>('select count(*)::int as n from note'))[0]!.n;

  it('gives rows for every kind of statement', async () => {
    await inTransaction(dataSource, async (tx) => {
      expect(await tx.query(insert, [1, 'a'])).toEqual([{ id: 1 }]);
      expect(await tx.query("update note set body = 'b' returning body")).toEqual([{ body: 'b' }]);
      expect(await tx.query("update note set body = 'c'")).toEqual([]);
      expect(await tx.query('delete from note returning id')).toEqual([{ id: 1 }]);
    });
  });

  it('rolls back what was done before an error', async () => {
    const work = inTransaction(dataSource, async (tx) => {
      await tx.query(insert, [1, 'a']);
      throw new Error('changed my mind');
    });
    await expect(work).rejects.toThrow('changed my mind');
    expect(await count()).toBe(0);
  });

  it('names the violated constraint, and does not pretend to commit when the error was swallowed', async () => {
    const work = inTransaction(dataSource, async (tx) => {
      await tx.query(insert, [1, 'a']);
      await tx.query(insert, [1, 'b']).catch(() => undefined);
    });
    expect(await work.catch(violatedConstraint)).toBe('note_pk');
    expect(await count()).toBe(0);
  });

  it('runs again after a deadlock', async () => {
    await inTransaction(dataSource, (tx) => tx.query('insert into account values (1, 0), (2, 0)'));
    let runs = 0;
    const add = (first: number, second: number): Promise<void> =>
      inTransaction(dataSource, async (tx) => {
        runs++;
        await tx.query('update account set amount = amount + 1 where id = $1', [first]);
        await sleep(150);
        await tx.query('update account set amount = amount + 1 where id = $1', [second]);
      });
    await Promise.all([add(1, 2), add(2, 1)]);
    expect(runs).toBeGreaterThan(2);
    const rows = await reading(dataSource).query('select amount from account');
    expect(rows).toEqual([{ amount: 2 }, { amount: 2 }]);
  }, 20_000);

  it('gives up on a conflict that does not go away', async () => {
    let runs = 0;
    const work = inTransaction(dataSource, async (tx) => {
      runs++;
      await tx.query("do $$ begin raise exception 'again' using errcode = '40001'; end $$");
    });
    await expect(work).rejects.toMatchObject({ refusal: { code: 'service.busy' } });
    expect(runs).toBe(4);
  });

  it('refuses as unavailable when its connection is cut, and goes on with another', async () => {
    const work = inTransaction(dataSource, async (tx) => {
      const [row] = await tx.query<{ pid: number }>('select pg_backend_pid() as pid');
      await inTransaction(dataSource, (other) => other.query('select pg_terminate_backend($1)', [row!.pid]));
      await sleep(100);
      await tx.query(insert, [1, 'a']);
    });
    await expect(work).rejects.toMatchObject({ refusal: { code: 'service.unavailable' } });
    await inTransaction(dataSource, (tx) => tx.query(insert, [1, 'a']));
    expect(await count()).toBe(1);
  });

  it('refuses as busy when a statement runs into its limit', async () => {
    const work = inTransaction(dataSource, async (tx) => {
      await tx.query('set local statement_timeout = 50');
      await tx.query('select pg_sleep(5)');
    });
    await expect(work).rejects.toMatchObject({ refusal: { code: 'service.busy' } });
  });

  it('keeps its pool whole through failures', async () => {
    const failing = Array.from({ length: 40 }, () =>
      inTransaction(dataSource, (tx) => tx.query('select nonsense')).catch(() => 'failed'),
    );
    expect(new Set(await Promise.all(failing))).toEqual(new Set(['failed']));
    expect(await count()).toBe(0);
  });

  it('never logs parameters', async () => {
    await inTransaction(dataSource, (tx) => tx.query(insert, ['geheim', 'geheim'])).catch(() => undefined);
    const entries = logged.filter(({ message }) => message === 'query failed');
    expect(entries.length).toBeGreaterThan(0);
    expect(JSON.stringify(entries.map(({ fields }) => fields))).not.toContain('"geheim","geheim"');
  });
});

describe('waitForDatabase', () => {
  it('returns when the database answers', () => waitForDatabase({ url, timeoutMs: 5_000 }));

  it('tells progress and ends in time', async () => {
    const codes: string[] = [];
    const waiting = waitForDatabase({
      url: 'postgres://nobody@127.0.0.1:9/none',
      timeoutMs: 1_200,
      onProgress: (code) => codes.push(code),
    });
    await expect(waiting).rejects.toMatchObject({ refusal: { code: 'service.unavailable' } });
    expect(codes[0]).toBe('ECONNREFUSED');
  });

  it('does not wait for a wrong password to become right', async () => {
    const wrong = new URL(url);
    wrong.password = 'wrong';
    await expect(waitForDatabase({ url: wrong.href, timeoutMs: 20_000 })).rejects.toMatchObject({ code: '28P01' });
  });
});

describe('grantAppRole', () => {
  const role = `app_${randomBytes(4).toString('hex')}`;
  const password = "it's a \\ secret";

  it('lets the application append and read, not change or drop', async () => {
    const grant = { role, password, insertOnly: ['log'], readWrite: ['note'] };
    await inTransaction(dataSource, (tx) => grantAppRole(tx, grant));
    await inTransaction(dataSource, (tx) => grantAppRole(tx, grant));
    const asApp = new URL(url);
    asApp.username = role;
    asApp.password = encodeURIComponent(password);
    const app = await open(asApp.href, []);
    const run = (sql: string): Promise<unknown> => inTransaction(app, (tx) => tx.query(sql));
    await run("insert into log (body) values ('a')");
    expect(await run('select body from log')).toEqual([{ body: 'a' }]);
    await run("insert into note (id, body) values (1, 'a')");
    await run("update note set body = 'b'");
    for (const sql of [
      "update log set body = 'b'",
      'delete from log',
      'truncate log',
      'select from account',
      'drop table note',
      'create table mine (id int)',
    ]) {
      await expect(run(sql)).rejects.toMatchObject({ driverError: { code: '42501' } });
    }
    await app.destroy();
    await inTransaction(dataSource, (tx) => tx.query(`drop owned by "${role}"`));
    await inTransaction(dataSource, (tx) => tx.query(`drop role "${role}"`));
  });

  it('runs under the lock of the migrations when several hosts start together', async () => {
    const at = await freshDatabase();
    const shared = `${role}_shared`;
    const start = (): Promise<DataSource> =>
      createDataSource({
        url: at,
        entities: [],
        migrations: steps,
        afterMigrations: (tx) =>
          grantAppRole(tx, { role: shared, password, insertOnly: ['log'], readWrite: ['note', 'account'] }),
        poolSize: 2,
        applicationName: 'test',
        logger,
      });
    const sources = await Promise.all([start(), start(), start(), start()]);
    const [row] = await reading(sources[0]!).query<{ n: number }>(
      'select count(*)::int as n from information_schema.role_table_grants where grantee = $1',
      [shared],
    );
    expect(row?.n).toBe(10);
    await inTransaction(sources[0]!, (tx) => tx.query(`drop owned by "${shared}"`));
    await inTransaction(sources[0]!, (tx) => tx.query(`drop role "${shared}"`));
    for (const source of sources) await source.destroy();
  }, 20_000);

  it('refuses a superuser and names that are no identifiers', async () => {
    const grant = (name: string, tables: string[]): Promise<void> =>
      inTransaction(dataSource, (tx) =>
        grantAppRole(tx, { role: name, password, insertOnly: tables, readWrite: ['log'] }),
      );
    const [me] = await reading(dataSource).query<{ name: string }>('select current_user as name');
    await expect(grant(me!.name, [])).rejects.toThrow('superuser');
    await expect(grant('a"; drop table note', [])).rejects.toThrow('identifier');
    await expect(grant('app', ['log'])).rejects.toThrow('both');
  });
});
