/** The commands and statements of docs/exchange/examples.md, taken out of the page, do what it says. */
import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import { nationalDatabase, nationalGrpc, nationalJson, shandongDatabase } from '@tongban/domain/exchange';
import { ok } from '@tongban/kernel';
import { freshDatabase } from '@tongban/testkit';
import {
  Exchange,
  FrontCarrier,
  FrontInbox,
  openFrontDatabase,
  type ExchangeTools,
  type FrontProfile,
  type FrontRow,
} from '../src/index.js';
import { answerOrder } from '../src/usecase/answer-order.js';
import { CaseBench, closedCase } from './case-bench.js';
import { blocksOf, curlOf, exampleDay, exampleNumber, exampleUrl, statementsOf } from './example-page.js';
import { frontServers, openFront } from './front.js';
import { Gateway } from './gateway.js';

jest.setTimeout(180_000);

const stepMs = 20_000;
const mostSteps = 60;
const limits = { inboxEveryMs: 0, objectionsEveryMs: 0, feedOverlapEveryMs: 1 };
const mended = { identityType: 'residentIdentityCard' } as const;

const servers = await frontServers();
const present = servers.flatMap((server) => ('missing' in server ? [] : [server]));
afterAll(async () => {
  for (const server of present) await server.stop();
});

let gateway: Gateway;
beforeEach(async () => {
  gateway = await Gateway.open();
});
afterEach(() => gateway.close());

/** The exchange of a profile; the urging of a case by the province's order is its owner's affair. */
function running(tools: ExchangeTools): Exchange {
  const execute: ExchangeTools['commands']['execute'] = async (input) =>
    input.actor.role === 'supervisor'
      ? ok({ record: input.record, state: 'done', seq: 1 })
      : tools.commands.execute(input);
  return new Exchange({ ...tools, commands: { execute } });
}

/** Rounds with time in between until `condition`; `meanwhile` is what the province does in each. */
async function until(
  what: string,
  exchange: Exchange,
  condition: () => Promise<boolean>,
  meanwhile: () => Promise<unknown> = async () => undefined,
): Promise<void> {
  for (let step = 0; step < mostSteps; step++) {
    await exchange.round();
    await meanwhile();
    if (await condition()) return;
    gateway.now += stepMs;
  }
  throw new Error(`${what} was not seen: ${JSON.stringify(gateway.lines.slice(-3))}`);
}

async function answerTheOrder(tools: ExchangeTools): Promise<void> {
  const { rows } = await gateway.pool.query<{ id: string }>("select id from exchange_order where stage = 'open'");
  const answer = { key: randomUUID(), subject: 'operator-1', prefix: '37', text: '已核实' };
  for (const { id } of rows) expect(await answerOrder(tools, { ...answer, id })).toMatchObject({ ok: true });
}

const problemsOf = async (bench: CaseBench): Promise<{ code: string; message: string }[]> =>
  ((await gateway.report(bench))['state'] as { problems: { code: string; message: string }[] }).problems;

describe('with interfaces', () => {
  /** Runs the commands of a block against the stand-in, about a case. */
  async function run<T>(block: string, bench: CaseBench): Promise<T[]> {
    const answers: T[] = [];
    for (const { url, ...init } of curlOf(block, {
      [exampleUrl]: gateway.sandbox.url,
      [exampleNumber]: bench.case.number,
    })) {
      const answer = await fetch(url, init);
      expect([url, answer.status]).toEqual([url, 200]);
      answers.push((await answer.json()) as T);
    }
    return answers;
  }

  it.each([
    ['national-json', nationalJson],
    ['national-grpc', nationalGrpc],
  ] as const)('the example of %s', async (name, profileOf) => {
    const [json, grpc] = [await blocksOf('national-json', 'sh'), await blocksOf('national-grpc', 'sh')];
    const [shown, ordered] = json as [string, string];
    const isJson = name === 'national-json';
    const tools = await gateway.tools({
      ...{ profile: profileOf({ province: '37' }), limits },
      carrier: isJson ? await gateway.https() : await gateway.grpc(),
      inbox: isJson ? gateway.httpsInbox() : gateway.grpcInbox(),
    });
    const exchange = running(tools);
    const bench = closedCase(randomUUID(), 1);
    await gateway.hold(bench);
    await until('the case', exchange, gateway.isAt(bench, 'acknowledged', 1));
    const { number } = bench.case;
    const [records, ofCase] = await run<{ records: { columns: { project_no: string } }[]; number?: string }>(
      shown,
      bench,
    );
    expect(records!.records.length).toBeGreaterThan(0);
    expect(ofCase).toMatchObject({ number });
    const statements = await run<{ day: string; kinds: Record<string, { acknowledged: number }> }>(
      ...([isJson ? shown : grpc[0]!, bench] as const),
    );
    expect(statements.at(-1)).toMatchObject({ day: exampleDay, kinds: { accept: { acknowledged: 1 } } });

    // What is wrong comes back with the code that the page names, and goes out mended under the next version.
    const wrong = new CaseBench(randomUUID(), 2).submit({ identityType: 'other' }).accept();
    await gateway.hold(wrong);
    await until('the reject', exchange, gateway.isAt(wrong, 'rejected', 1));
    const [told] = /E-CODE-\w+/.exec((await blocksOf('national-json', 'text')).join(''))!;
    expect((await problemsOf(wrong)).map(({ code }) => code)).toContain(told);
    await gateway.hold(wrong.do({ type: 'correct', changes: mended, reasonCode: 'provinceRejected' }, 'clerk'));
    await until('the mended case', exchange, gateway.isAt(wrong, 'acknowledged', 2));

    // Trouble on command and an order; the last command of the block asks for the answers.
    const heard = async () => {
      const asked = ordered.split('\n').at(-1)!;
      const [found] = await run<{ replies: { outcome: string }[] }>(asked, bench);
      return found!.replies.map(({ outcome }) => outcome);
    };
    await run(ordered, bench);
    await until('that it was received', exchange, async () => (await heard()).includes('received'));
    await answerTheOrder(tools);
    await until('the answer', exchange, async () => (await heard()).includes('answered'));
  });
});

const runs = present.flatMap((server) =>
  ([nationalDatabase, shandongDatabase] as const).map((profileOf) => {
    const profile = profileOf({ province: '37' }) as FrontProfile;
    return { server, profile, name: `${profile.name} on ${server.name}` };
  }),
);

describe.each(runs)('in the tables of $name', ({ server, profile }) => {
  it('a case comes in, is refused, comes mended, and an order about it is answered', async () => {
    const front = await openFront(await server.newDatabase(), () => gateway.now);
    const carrier = new FrontCarrier({
      ...{ database: front.database, profile, log: () => undefined, quietMs: stepMs, pollMs: 1_000 },
      clock: { now: () => gateway.now },
    });
    const inbox = new FrontInbox(openFrontDatabase(front.url), profile.front.inbound);
    try {
      const tools = await gateway.tools({ profile, carrier, inbox, limits });
      const exchange = running(tools);
      const bench = closedCase(randomUUID(), 1);
      const run = async (block: string): Promise<(readonly FrontRow[])[]> => {
        const found: (readonly FrontRow[])[] = [];
        for (const text of statementsOf(block, { [exampleNumber]: bench.case.number }))
          found.push(await front.database.read((sql) => sql.query(text)));
        return found;
      };
      const [look, judge, order] = (await blocksOf(profile.name, 'sql')) as [string, string, string];
      // Where each row is given a verdict the check of the stand-in is stopped, as the page says.
      const judgesRows = profile.front.verdict.kind !== 'abnormal';
      const check = () => (judgesRows ? Promise.resolve(0) : front.auditor.round());
      const seen = async () => (await run(look))[0]!;

      await gateway.hold(bench);
      await until('the rows', exchange, async () => (await seen()).length === 1, check);
      if (!judgesRows) await until('the case', exchange, gateway.isAt(bench, 'acknowledged', 1), check);
      await run(judge);
      await until('the reject', exchange, gateway.isAt(bench, 'rejected', 1), check);
      expect(await problemsOf(bench)).toContainEqual(
        expect.objectContaining({ message: '申请人证件类型与证件号码不一致' }),
      );
      const [first] = await seen();
      const changes = { identityType: 'householdRegister' } as const;
      await gateway.hold(bench.do({ type: 'correct', changes, reasonCode: 'provinceRejected' }, 'clerk'));
      await until('the mended case', exchange, gateway.isAt(bench, 'acknowledged', 2), () => front.auditor.round());
      const now = await seen();
      expect(now).toHaveLength(judgesRows ? 2 : 1);
      // Versions beside each other, or the row replaced under another batch.
      if (judgesRows) expect(now.map((row) => Number(row['dataver'])).sort()).toEqual([1, 2]);
      else expect(now[0]!['cd_operation']).toBe('U');
      if (!judgesRows) expect(now[0]!['cd_batch']).not.toBe(first!['cd_batch']);

      const answers = statementsOf(order, {}).at(-1)!;
      const outcomes = async () => (await run(`${answers};`))[0]!.map(({ outcome }) => outcome);
      await run(order);
      await until('that it was received', exchange, async () => (await outcomes()).includes('received'));
      await answerTheOrder(tools);
      await until('the answer', exchange, async () => (await outcomes()).includes('answered'));
    } finally {
      await inbox.close();
      await carrier.close();
    }
  });
});

it('has a PostgreSQL to be tried on, and an example of every profile', async () => {
  expect(present.length).toBeGreaterThan(0);
  expect(await freshDatabase()).toContain('postgres');
  for (const profile of ['national-json', 'national-grpc'])
    expect((await blocksOf(profile, 'sh')).length).toBeGreaterThan(0);
  for (const profile of ['national-database', 'shandong-database'])
    expect(await blocksOf(profile, 'sql')).toHaveLength(3);
});
