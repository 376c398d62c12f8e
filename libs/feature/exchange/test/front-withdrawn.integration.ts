import { jest } from '@jest/globals';
import { nationalDatabase, type TaskForExchange } from '@tongban/domain/exchange';
import { FrontCarrier, openFrontDatabase, type ExchangeTools } from '../src/index.js';
import type { FrontProfile } from '../src/front/batch-rows.js';
import { TaskExporter } from '../src/worker/task-exporter.js';
import { district, uscc } from './case-bench.js';
import { completeItem } from './complete-item.js';
import { frontServers, openFront, type FrontServer, type TestFront } from './front.js';
import { Gateway } from './gateway.js';

jest.setTimeout(120_000);

const servers = await frontServers();
const present = servers.filter((server): server is Exclude<FrontServer, { missing: string }> => !('missing' in server));
afterAll(async () => {
  for (const server of present) await server.stop();
});

describe.each(present.map((server) => [server.name, server] as const))('withdrawn items on %s', (_name, server) => {
  const department = { name: '东港区民政局', uscc };
  const lasting: TaskForExchange = { node: district, item: { ...completeItem(), code: '370500013002' }, department };
  const passing: TaskForExchange = { node: district, item: completeItem(), department };
  let gateway: Gateway;
  let front: TestFront;
  let carrier: FrontCarrier;
  let catalogue: TaskForExchange[];
  let exporter: TaskExporter;

  beforeEach(async () => {
    gateway = await Gateway.open();
    front = await openFront(await server.newDatabase(), () => gateway.now);
    const profile = nationalDatabase({ province: '37' }) as FrontProfile;
    const clock = { now: (): number => gateway.now };
    const database = openFrontDatabase(front.url);
    carrier = new FrontCarrier({ database, profile, clock, log: () => undefined, quietMs: 60_000 });
    catalogue = [lasting, passing];
    const tools: ExchangeTools = await gateway.tools({ profile, carrier, tasks: { published: () => catalogue } });
    exporter = new TaskExporter(tools);
    await look();
  });
  afterEach(async () => {
    await gateway.close();
    await carrier.close();
    await front.database.close();
  });

  async function look(): Promise<void> {
    await exporter.export();
    gateway.now += 700_000;
  }
  const operations = async (): Promise<unknown[]> => {
    const rows = await front.database.read((sql) =>
      sql.query('select catalog_code, cd_operation from UP_TASK_GENERAL_BASIC order by catalog_code'),
    );
    return rows.map((row) => row['cd_operation']);
  };
  const stages = async (): Promise<unknown[]> =>
    (await gateway.pool.query<{ stage: string }>('select stage from exchange_task order by key')).rows.map(
      ({ stage }) => stage,
    );

  it('are marked in all their tables once two looks have not found them, and come back as a change', async () => {
    expect(await operations()).toEqual(['I', 'I']);
    catalogue = [lasting];
    await look();
    expect(await operations()).toEqual(['I', 'I']);
    await look();
    expect(await operations()).toEqual(['D', 'I']);
    expect(await stages()).toEqual(['withdrawn', 'written']);
    const materials = await front.database.read((sql) =>
      sql.query("select cd_operation from UP_TASK_GENERAL_MATERIAL where cd_operation = 'D'"),
    );
    expect(materials).toHaveLength(passing.item.materials.length);
    await look();
    expect(await operations()).toEqual(['D', 'I']);
    catalogue = [lasting, passing];
    await look();
    expect(await operations()).toEqual(['U', 'I']);
    expect(await stages()).toEqual(['written', 'written']);
  });

  it('are not those that a catalogue has not read yet', async () => {
    catalogue = [];
    for (let looks = 0; looks < 3; looks++) await look();
    expect(await operations()).toEqual(['I', 'I']);
    catalogue = [lasting];
    await look();
    expect(await operations()).toEqual(['I', 'I']);
    catalogue = [lasting, passing];
    await look();
    expect(await operations()).toEqual(['I', 'I']);
    expect(await stages()).toEqual(['written', 'written']);
  });
});
