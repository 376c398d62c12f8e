import { freshDatabase } from '@tongban/testkit';
import { quarantineEntity } from '@tongban/feature/links';
import { createDataSource, inTransaction } from '@tongban/platform/database';
import { createLogger } from '@tongban/platform/telemetry';
import { randomBytes } from 'node:crypto';
import { openDatabase } from './database.js';
import { caseworkHostTables } from './casework-host.js';

const logger = createLogger({ service: 'test', level: 'error' });
const testTimeoutMs = 60_000;

/** An application role as tongbanctl makes it, on a database of this test. */
async function databaseWithRole(): Promise<{ databaseUrl: string; databaseOwnerUrl: string }> {
  const databaseOwnerUrl = await freshDatabase();
  const role = `app_${randomBytes(6).toString('hex')}`;
  const owner = await createDataSource({
    ...{ url: databaseOwnerUrl, entities: [], migrations: [], poolSize: 2, applicationName: 'test', logger },
  });
  await owner.query(`create role ${role} login password 'test'`);
  await owner.destroy();
  const url = new URL(databaseOwnerUrl);
  url.username = role;
  url.password = 'test';
  return { databaseUrl: url.href, databaseOwnerUrl };
}

describe('schema of a host', () => {
  let urls: { databaseUrl: string; databaseOwnerUrl: string };

  beforeAll(async () => {
    urls = await databaseWithRole();
  });

  it(
    'lets the application add to the journal and never change or remove a line',
    async () => {
      const database = await openDatabase(urls, 'test', 2, caseworkHostTables, logger);
      const node = '371102001001';
      const insert = `insert into entry (node, record, seq, epoch, id, record_class, type, version, author,
          actor_subject, actor_role, actor_division, occurred_at, recorded_at, applied_at, facts, prev_hash, hash,
          suite, key_id, signature)
        values ('${node}', gen_random_uuid(), 1, 1, gen_random_uuid(), 'case', 't', 1, '${node}', 's', 'agent',
          '${node}', now(), now(), now(), '{}', decode(repeat('00', 32), 'hex'), decode(repeat('01', 32), 'hex'),
          'ed25519', 'k', '')`;
      await database.query(insert);
      for (const forbidden of [
        `update entry set facts = '{"changed":true}'`,
        'delete from entry',
        'truncate entry',
        'drop table entry',
        'alter table entry add column x text',
        'update dossier_read set purpose = null',
        'delete from dossier_read',
      ]) {
        const attempt = inTransaction(database, (tx) => tx.query(forbidden));
        await expect(attempt).rejects.toThrow(/permission denied|must be owner/);
      }
      expect(await database.query('select facts::text as facts from entry')).toEqual([{ facts: '{}' }]);
      // Reconciliation's only way to take a line out: what stood there is kept, and cannot be changed either.
      const takeOut = `select set_entries_aside('${node}', record, array[1], 'link.chain') as moved from entry`;
      expect(await inTransaction(database, (tx) => tx.query(takeOut))).toEqual([{ moved: 1 }]);
      expect(await database.query('select facts from entry')).toEqual([]);
      expect(await database.query(`select entry -> 'facts' as facts, reason from entry_set_aside`)).toEqual([
        { facts: {}, reason: 'link.chain' },
      ]);
      const erase = inTransaction(database, (tx) => tx.query('delete from entry_set_aside'));
      await expect(erase).rejects.toThrow(/permission denied/);
      await database.query(insert);
      await database.destroy();
      // A second start finds everything done.
      await (await openDatabase(urls, 'test', 2, caseworkHostTables, logger)).destroy();
    },
    testTimeoutMs,
  );

  it(
    'agrees with the mapping of TypeORM',
    async () => {
      const database = await createDataSource({
        ...{ url: urls.databaseOwnerUrl, migrations: [], poolSize: 2, applicationName: 'test', logger },
        entities: [quarantineEntity],
      });
      const { upQueries } = await database.driver.createSchemaBuilder().log();
      expect(upQueries.map(({ query }) => query)).toEqual([]);
      await database.destroy();
    },
    testTimeoutMs,
  );
});
