/** Names as they come in: too long, rare, or no names at all. Each beside a case that has to go out all the same. */
import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import { nationalDatabase, shandongDatabase } from '@tongban/domain/exchange';
import { Exchange, FrontCarrier, type FrontProfile } from '../src/index.js';
import { CaseBench, closedCase } from './case-bench.js';
import { frontServers, openFront, type FrontServer } from './front.js';
import { Gateway } from './gateway.js';

jest.setTimeout(90_000);

const servers = await frontServers();
const present = servers.filter((server): server is Exclude<FrontServer, { missing: string }> => !('missing' in server));
/** Four characters, two of them outside the BMP. */
const rare = '𠮷田𮧵子';

let gateway: Gateway;
let sequence = 0;
beforeEach(async () => {
  gateway = await Gateway.open();
});
afterEach(() => gateway.close());
afterAll(async () => {
  for (const server of present) await server.stop();
});

const papers = { identityNumber: '11010519491231002X', phone: '13800138000' };
async function named(name: string): Promise<CaseBench> {
  const bench = new CaseBench(randomUUID(), ++sequence).submit({ applicant: { name, ...papers } });
  await gateway.hold(bench.accept().decide().certify());
  return bench;
}
async function beside(): Promise<CaseBench> {
  const bench = closedCase(randomUUID(), ++sequence);
  await gateway.hold(bench);
  return bench;
}
const heldOf = async (bench: CaseBench): Promise<unknown> =>
  ((await gateway.report(bench))['state'] as { held: unknown }).held;
const sentText = (): string => gateway.seen.map(({ body }) => body).join('\n');

it('a name of 400 characters is held by name of the column; nothing is cut off, and the others go', async () => {
  const name = '王'.repeat(400);
  const [bench, good] = [await named(name), await beside()];
  const exchange = await gateway.exchange();
  await gateway.drive(exchange, gateway.isAt(good, 'acknowledged', 1));
  await gateway.drive(exchange, gateway.isAt(bench, 'held'));
  expect(await heldOf(bench)).toContainEqual(
    expect.objectContaining({ kind: 'accept', field: 'applyer_name', code: 'tooManyCharacters' }),
  );
  expect(JSON.stringify(await heldOf(bench))).not.toContain('王王');
  expect(sentText()).not.toContain('王王');
  expect(await gateway.sandbox.rowsOf(bench.case.number)).toEqual([]);
});

it('a phone number in a name field is held by name of the column, and is in no report of it', async () => {
  const [bench, good] = [await named('13806330001'), await beside()];
  const exchange = await gateway.exchange();
  await gateway.drive(exchange, gateway.isAt(good, 'acknowledged', 1));
  await gateway.drive(exchange, gateway.isAt(bench, 'held'));
  expect(await heldOf(bench)).toContainEqual(expect.objectContaining({ kind: 'accept', field: 'applyer_name' }));
  expect(JSON.stringify(await gateway.report(bench))).not.toContain('13806330001');
  expect(sentText()).not.toContain('13806330001');
  expect(await gateway.sandbox.rowsOf(bench.case.number)).toEqual([]);
});

it('𠮷 and other characters outside the BMP arrive as they are, by JSON and by gRPC', async () => {
  const bench = await named(rare);
  await gateway.drive(await gateway.exchange(), gateway.isAt(bench, 'acknowledged', 1));
  expect(sentText()).toContain(rare);
  const tools = await gateway.tools();
  const carrier = await gateway.grpc();
  const overGrpc = new Exchange({ ...tools, profile: { ...tools.profile, name: 'national-grpc' }, carrier });
  await gateway.drive(overGrpc, async () => {
    const { rows } = await gateway.pool.query(
      `select 1 from exchange_report where profile = 'national-grpc' and stage = 'acknowledged'`,
    );
    return rows.length === 1;
  });
  await carrier.close();
});

const tables = [
  ['national-database', nationalDatabase, 'select applyer_name as name from UP_PRO_ACCEPT'],
  ['shandong-database', shandongDatabase, 'select APPLYNAME as name from PRE_APASINFO'],
] as const;

describe.each(present.map((server) => [server.name, server] as const))('on %s', (_name, server) => {
  it.each(tables)('𠮷 arrives as it is in the tables of %s', async (_profile, profileOf, text) => {
    const front = await openFront(await server.newDatabase(), () => gateway.now);
    const profile = profileOf({ province: '37' }) as FrontProfile;
    const carrier = new FrontCarrier({
      ...{ database: front.database, profile, log: () => undefined, quietMs: 1_000, pollMs: 100 },
      clock: { now: () => gateway.now },
    });
    const bench = await named(rare);
    const exchange = new Exchange(await gateway.tools({ profile, carrier }));
    await gateway.drive(exchange, async () => {
      await front.auditor.round();
      return gateway.isAt(bench, 'acknowledged', 1)();
    });
    expect(await front.database.read((sql) => sql.query(text))).toEqual([{ name: rare }]);
    await carrier.close();
  });
});
