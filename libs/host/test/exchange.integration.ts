/** The gateway's exchange as its process opens it: every profile at once, over real databases and a stand-in of the province. */
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { jest } from '@jest/globals';
import type { CaseState } from '@tongban/domain/casework';
import { departmentSchema, serviceItemSchema } from '@tongban/domain/catalogue';
import { parseDivisions } from '@tongban/domain/division';
import { profileNames } from '@tongban/domain/exchange';
import {
  chainStart,
  hashEntry,
  insertEntries,
  KeyDirectory,
  Keystore,
  makeSecret,
  publicPart,
  Sealer,
} from '@tongban/journal';
import { canonicalJson, nodeCode, ok, tierOf, type EntryView, type JsonObject } from '@tongban/kernel';
import { Attachments, BlobStore } from '@tongban/platform/blob';
import { createDataSource } from '@tongban/platform/database';
import { createLogger, createMetrics } from '@tongban/platform/telemetry';
import { freshDatabase } from '@tongban/testkit';
import pg from 'pg';
import type { ExchangeConfig } from '../src/carriers.js';
import { caseworkHostTables } from '../src/casework-host.js';
import { openDatabase, transactorOf } from '../src/database.js';
import { exchangeHostTables, openExchange, type ExchangeHost } from '../src/exchange.js';
import { load, openFrontOfCity, startProvince } from './stand-in.js';

jest.setTimeout(180_000);

const waitTimeoutMs = 90_000;
const pollMs = 250;
const [province, city, district, township, village] = [
  '370000000000',
  '371100000000',
  '371102000000',
  '371102001000',
  '371102001001',
].map((code) => nodeCode(code)) as [ReturnType<typeof nodeCode>, ...ReturnType<typeof nodeCode>[]];
const uscc = '11511301008778183N';
const logger = createLogger({ service: 'test', level: 'error' });

interface Bench {
  readonly record: string;
  readonly case: CaseState;
  readonly entries: readonly { readonly view: EntryView; readonly sealed: JsonObject | undefined }[];
}
interface ItemModule {
  completeItem(): unknown;
}

let folder: string;
let close: (() => Promise<void>)[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'host-exchange-'));
  close = [];
});
afterEach(async () => {
  for (const end of close.reverse()) await end();
  await rm(folder, { recursive: true, force: true });
});

const divisions = parseDivisions({
  city,
  source: 'test',
  divisions: [city, district, township, village].map((code, index, all) => ({
    ...{ code, name: `区划${code}`, tier: tierOf(code!), kind: 'official' },
    parent: index === 0 ? province : all[index - 1],
  })),
});

/** An application role as the operator makes it, so that missing grants are seen. */
async function openApplicationDatabase() {
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
  const urls = { databaseUrl: url.href, databaseOwnerUrl };
  const dataSource = await openDatabase(urls, 'test', 10, [...caseworkHostTables, exchangeHostTables], logger);
  close.push(() => dataSource.destroy());
  return transactorOf(dataSource);
}

/** A closed case in the journal and the view of the gateway, as the federation would have brought it. */
async function holdCase(host: Pick<ExchangeHost, 'transactor'>, sealer: Sealer): Promise<Bench> {
  const { closedCase } = await load<{ closedCase(record: string): Bench }>(
    ...['libs', 'feature', 'exchange', 'test', 'case-bench.ts'],
  );
  const bench = closedCase(randomUUID());
  const entries = await Promise.all(
    bench.entries.map(async ({ view, sealed }) => {
      const unhashed = {
        ...{ ...view, facts: canonicalJson(view.facts), recordClass: 'case', prevHash: chainStart },
        ...(sealed === undefined ? {} : { sealed: await sealer.seal(sealed, [province]) }),
      };
      const signature = { suite: 'none', keyId: 'none', value: chainStart };
      return { ...unhashed, id: randomUUID(), hash: hashEntry(unhashed), signature };
    }),
  );
  const now = Date.now();
  const { case: state } = bench;
  await host.transactor.run(async (sql) => {
    await insertEntries(sql, province, entries, now);
    await sql.query(
      `insert into case_view (node, record, number, item_code, item_name, status, closing, owner, seq, head_hash,
         submitted_at, changed_at, state) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11, $12)`,
      [
        ...[province, bench.record, state.number, state.item.code, state.item.name, state.status, state.closing],
        ...[state.owner, state.seq, Buffer.from(entries.at(-1)!.hash), new Date(now).toISOString()],
        JSON.stringify(state),
      ],
    );
  });
  return bench;
}

async function until(what: string, condition: () => Promise<boolean>): Promise<void> {
  for (let waitedMs = 0; waitedMs < waitTimeoutMs; waitedMs += pollMs) {
    if (await condition()) return;
    await sleep(pollMs);
  }
  throw new Error(`${what} was not seen within ${waitTimeoutMs} ms`);
}

async function openGateway(
  numbering: ExchangeConfig['provinceNumbering'],
  change: (config: ExchangeConfig) => ExchangeConfig = (config) => config,
) {
  const { owner, app: frontUrl } = await openFrontOfCity();
  const { sandbox, provinceKeyText } = await startProvince(owner, folder, logger);
  close.push(() => sandbox.stop());
  const transactor = await openApplicationDatabase();
  const secret = makeSecret(province, 1);
  const sealer = new Sealer(new KeyDirectory([publicPart(secret)]), new Keystore([secret]));
  const { completeItem } = await load<ItemModule>('libs', 'feature', 'exchange', 'test', 'complete-item.ts');
  const item = serviceItemSchema.parse(completeItem());
  const department = departmentSchema.parse({
    ...{ id: 'civil-affairs', version: 1, name: '民政局', field: '05', tiers: ['district'] },
    uscc: { [district!]: uscc },
  });
  const noted: string[] = [];
  const host: ExchangeHost = {
    ...{
      transactor,
      sealer,
      divisions,
      attachments: new Attachments(new BlobStore(join(folder, 'blobs')), { now: Date.now }),
    },
    federation: {
      commands: {
        execute: async ({ record, key }) => {
          noted.push(key);
          return ok({ record, state: 'done', seq: noted.length });
        },
      },
    },
    catalogue: {
      view: {
        departmentsOf: (node) => (node === district ? [department] : []),
        itemsOf: (node) => (node === district ? [item] : []),
        findItemVersion: () =>
          ok({ ...item, materials: item.materials.map((one) => ({ ...one, code: one.code.toUpperCase() })) }),
      },
    },
  };
  const config = change({
    ...{ provinceProfiles: [...profileNames], provinceNumbering: numbering, provinceUrl: sandbox.url },
    ...{ provinceFrontUrl: frontUrl, provinceShandongUrl: frontUrl, provinceGrpc: `http://${sandbox.grpc}` },
    ...{ provinceQuietSeconds: 1, provinceKey: undefined, provinceKeyText, provinceReceiptKeys: undefined },
    demonstrationCodes: 'refused',
  });
  const metrics = createMetrics('test');
  const running = await openExchange(config, province, host, logger, metrics);
  close.push(() => running.stop());
  const front = new pg.Pool({ connectionString: owner, max: 2 });
  close.push(() => front.end());
  return { running, metrics, front, transactor, sealer, noted, host, config };
}

it('reports a case and the catalogue through every profile from one process, and says so in its metrics', async () => {
  const { running, metrics, front, transactor, sealer, noted, config } = await openGateway({
    'national-grpc': 'composed',
    'national-json': 'service',
  });
  const bench = await holdCase({ transactor }, sealer);
  await running.start();
  const states = (): Promise<{ profile: string; stage: string; held: unknown; trouble: string | null }[]> =>
    transactor.run((sql) =>
      sql.query("select profile, stage, state -> 'held' as held, trouble from exchange_report order by profile"),
    );
  await until('the acknowledgement of every profile', async () => {
    const found = await states();
    return found.length === profileNames.length && found.every(({ stage }) => stage === 'acknowledged');
  }).catch(async (error: unknown) => {
    throw new Error(`${String(error)} ${JSON.stringify(await states())}`);
  });
  const numbers = await transactor.run((sql) =>
    sql.query<{ profile: string; number: string }>('select profile, number from exchange_number order by profile'),
  );
  expect(numbers.map(({ profile }) => profile)).toEqual(['national-grpc', 'national-json']);
  for (const { number } of numbers) expect(number).toMatch(new RegExp(`^${uscc}4370500013001\\d{8}0\\d{8}$`));
  const accepted = await front.query<{ project_no: string }>('select project_no from UP_PRO_ACCEPT');
  expect(accepted.rows).toEqual([{ project_no: bench.case.number }]);
  await until('the item in the catalogue tables', async () => {
    const { rows } = await front.query('select task_code from UP_TASK_GENERAL_BASIC');
    return rows.length === 1;
  });
  await until('the outcome of each profile in the journal', async () => noted.length >= profileNames.length);
  expect(new Set(noted).size).toBe(profileNames.length);
  const text = await metrics.text();
  for (const profile of profileNames)
    expect(text).toMatch(
      new RegExp(`tongban_exchange_reports\\{[^}]*profile="${profile}",state="acknowledged"[^}]*\\} 1`),
    );
  // The role of the gateway owns nothing there.
  const asGateway = new pg.Client({ connectionString: config.provinceFrontUrl! });
  await asGateway.connect();
  await expect(asGateway.query('drop table UP_PRO_ACCEPT')).rejects.toThrow('must be owner');
  await asGateway.end();
  expect(running.service.lines.map(({ tools }) => tools.profile.name)).toEqual([...profileNames]);
});

it('goes on with the others while one platform cannot be reached from the start, and says what waits for it', async () => {
  const nobody = 'postgres://front:front@127.0.0.1:1/front';
  const { running, metrics, transactor, sealer } = await openGateway({}, (config) => ({
    ...config,
    provinceShandongUrl: nobody,
  }));
  await holdCase({ transactor }, sealer);
  await running.start();
  const stages = async (): Promise<Record<string, string>> => {
    const rows = await transactor.run((sql) =>
      sql.query<{ profile: string; stage: string; trouble: string | null }>(
        'select profile, stage, trouble from exchange_report',
      ),
    );
    return Object.fromEntries(rows.map(({ profile, stage, trouble }) => [profile, `${stage} ${trouble ?? ''}`.trim()]));
  };
  await until('the others', async () => {
    const found = await stages();
    return profileNames.filter((name) => name !== 'shandong-database').every((name) => found[name] === 'acknowledged');
  });
  await until('a failed try', async () => /^(pending|sent) .+/.test((await stages())['shandong-database'] ?? '')).catch(
    async (error: unknown) => {
      throw new Error(`${String(error)} ${JSON.stringify(await stages())}`);
    },
  );
  expect((await stages())['shandong-database']).toContain('ECONNREFUSED');
  const text = await metrics.text();
  expect(text).toMatch(/tongban_exchange_oldest_unsent_seconds\{[^}]*profile="national-json"[^}]*\} 0\b/);
  const waiting = /tongban_exchange_oldest_unsent_seconds\{[^}]*profile="shandong-database"[^}]*\} ([\d.]+)/.exec(text);
  expect(Number(waiting?.[1])).toBeGreaterThan(0);
});

it('does not start without the address that a profile or the numbering needs', async () => {
  const { config, host } = await openGateway({});
  const opened = (changes: Partial<ExchangeConfig>) =>
    openExchange({ ...config, ...changes }, province, host, logger, createMetrics('test'));
  await expect(opened({ provinceFrontUrl: undefined })).rejects.toThrow('TONGBAN_PROVINCE_FRONT_URL');
  await expect(opened({ provinceShandongUrl: undefined })).rejects.toThrow('TONGBAN_PROVINCE_SHANDONG_URL');
  await expect(opened({ provinceGrpc: undefined })).rejects.toThrow('TONGBAN_PROVINCE_GRPC');
  const composing = { provinceProfiles: ['shandong-database'], provinceUrl: undefined } as const;
  const asking = { ...composing, provinceProfiles: [...composing.provinceProfiles] };
  await expect(opened({ ...asking, provinceNumbering: { 'shandong-database': 'service' } })).rejects.toThrow(
    'TONGBAN_PROVINCE_URL',
  );
});
