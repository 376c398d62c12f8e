/** Away for a month: one province of several, and the gateway itself. Each day is a day of the gateway's clock. */
import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import { nationalDatabase, shandongDatabase, type ProfileName } from '@tongban/domain/exchange';
import { ok } from '@tongban/kernel';
import { freshDatabase } from '@tongban/testkit';
import { Exchange, FrontCarrier, type ExchangeTools, type FrontProfile } from '../src/index.js';
import { statementOfDay } from '../src/usecase/statement.js';
import { closedCase, type CaseBench } from './case-bench.js';
import { openFront } from './front.js';
import { Gateway } from './gateway.js';

jest.setTimeout(240_000);

const dayMs = 86_400_000;
const month = 31;
const stepMs = 20_000;
const mostSteps = 60;

let gateway: Gateway;
let sequence = 0;
const benches: CaseBench[] = [];
beforeEach(async () => {
  gateway = await Gateway.open();
  benches.length = 0;
});
afterEach(() => gateway.close());

async function closeCases(count: number): Promise<void> {
  for (let place = 0; place < count; place++) {
    gateway.now += 1;
    const bench = closedCase(randomUUID(), ++sequence);
    benches.push(bench);
    await gateway.hold(bench);
  }
}
async function countOf(profile: ProfileName, stage: string): Promise<number> {
  const { rows } = await gateway.pool.query<{ count: number }>(
    'select count(*)::int as count from exchange_report where profile = $1 and stage = $2',
    [profile, stage],
  );
  return rows[0]!.count;
}
const chinaDay = (): string =>
  new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai', dateStyle: 'short' }).format(gateway.now);
async function expectEveryRowOnce(): Promise<void> {
  for (const { case: state } of benches) {
    const rows = (await gateway.sandbox.rowsOf(state.number)).map(
      ({ businessKey, dataVersion }) => `${businessKey} ${dataVersion}`,
    );
    expect(rows.length).toBeGreaterThan(0);
    expect(new Set(rows).size).toBe(rows.length);
  }
}

it('a province that is away for a month holds up none of the others, is not asked all the time, and gets everything', async () => {
  let away = true;
  let asked = 0;
  const before = (): void => {
    asked++;
    if (away) throw new Error('no route to host');
  };
  const json = await gateway.tools();
  const fronts = await Promise.all(
    [nationalDatabase, shandongDatabase].map(async (profileOf) => {
      const front = await openFront(await freshDatabase(), () => gateway.now);
      const profile = profileOf({ province: '37' }) as FrontProfile;
      const carrier = new FrontCarrier({
        ...{ database: front.database, profile, log: () => undefined, quietMs: stepMs, pollMs: 1_000 },
        clock: { now: () => gateway.now },
      });
      return { front, carrier, tools: await gateway.tools({ profile, carrier }) };
    }),
  );
  const lines: ExchangeTools[] = [
    { ...json, carrier: await gateway.https(gateway.fetching({ before })) },
    ...fronts.map(({ tools }) => tools),
  ];
  const running = lines.map((tools) => new Exchange(tools));
  const until = async (what: string, condition: () => Promise<boolean>): Promise<void> => {
    for (let step = 0; step < mostSteps; step++) {
      for (const exchange of running) await exchange.round();
      for (const { front } of fronts) await front.auditor.round();
      if (await condition()) return;
      gateway.now += stepMs;
    }
    throw new Error(`not seen: ${what} ${JSON.stringify(gateway.lines.slice(-3))}`);
  };

  const morning = gateway.now;
  for (let day = 0; day < month; day++) {
    gateway.now = Math.max(gateway.now, morning + day * dayMs);
    await closeCases(2);
    await until(`day ${day}`, async () => {
      const there = await Promise.all(fronts.map(({ tools }) => countOf(tools.profile.name, 'acknowledged')));
      return there.every((count) => count === benches.length);
    });
  }
  expect(await countOf('national-json', 'acknowledged')).toBe(0);
  expect(await countOf('national-json', 'pending')).toBe(benches.length);
  expect(running[0]!.breaker.name).not.toBe('closed');
  expect(gateway.alarms.length).toBeGreaterThan(0);
  // A handful of tries a day, however often there was a round.
  expect(asked).toBeLessThan(month * 6);
  expect(new Set(gateway.seen.map(({ key }) => key)).size).toBeLessThanOrEqual(8);

  away = false;
  await until('everything with the province that was away', async () => {
    return (await countOf('national-json', 'acknowledged')) === benches.length;
  });
  await expectEveryRowOnce();
  expect(await statementOfDay(lines[0]!, chinaDay())).toMatchObject({ ok: true, value: { differences: [] } });
  for (const { carrier } of fronts) await carrier.close();
});

it('a gateway that was away for a month reports what happened meanwhile, and answers what was sent down', async () => {
  const orders = 120;
  const casesADay = 8;
  const urged = new Set<string>();
  const execute: ExchangeTools['commands']['execute'] = async ({ key, record }) => {
    urged.add(key);
    return ok({ record, state: 'done', seq: 1 });
  };
  const limits = { feedPageCases: 40, dueCasesPerRound: 40 };
  const tools = await gateway.tools({ inbox: gateway.httpsInbox(), commands: { execute }, limits });
  await closeCases(1);
  const before = new Exchange(tools);
  await gateway.drive(before, gateway.isAt(benches[0]!, 'acknowledged', 1));
  await before.stop();
  const [first] = benches;
  for (let day = 0; day < month; day++) {
    gateway.now += dayMs;
    await closeCases(casesADay);
  }
  for (let order = 0; order < orders; order++)
    await gateway.sandbox.plant({
      ...{ id: randomUUID(), kind: 'supervision', projectno: first!.case.number, content: `请核实第${order}件` },
      ...{ issued: '2026-03-02T10:00:00+08:00', due: '2026-03-09' },
    });
  urged.clear();

  const after = new Exchange(tools);
  await after.start();
  try {
    for (let round = 0; round < mostSteps; round++) {
      gateway.now += stepMs;
      await after.round();
      const { rows } = await gateway.pool.query("select 1 from exchange_order where told = 'received'");
      if (rows.length === orders && (await countOf('national-json', 'acknowledged')) === benches.length) break;
    }
  } finally {
    await after.stop();
  }
  expect(benches).toHaveLength(1 + month * casesADay);
  expect(await countOf('national-json', 'acknowledged')).toBe(benches.length);
  await expectEveryRowOnce();
  expect(await statementOfDay(tools, chinaDay())).toMatchObject({ ok: true, value: { differences: [] } });
  const { rows } = await gateway.pool.query("select 1 from exchange_order where told = 'received' and urged");
  expect(rows).toHaveLength(orders);
});
