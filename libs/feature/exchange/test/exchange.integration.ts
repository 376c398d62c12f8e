import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import { matchAnswer } from '@tongban/domain/exchange';
import { unwrap } from '@tongban/kernel';
import type { Carrier } from '../src/carrier.js';
import { Exchange } from '../src/index.js';
import { statementOfDay } from '../src/usecase/statement.js';
import { formBatches } from '../src/worker/batcher.js';
import { FeedReader } from '../src/worker/feed-reader.js';
import { applicantName, CaseBench, closedCase, province } from './case-bench.js';
import { Gateway } from './gateway.js';

const timeoutMs = 90_000;
jest.setTimeout(timeoutMs);

let gateway: Gateway;
let sequence = 0;
beforeAll(async () => {
  gateway = await Gateway.open();
});
afterAll(() => gateway.close());
beforeEach(() => {
  gateway.seen.length = 0;
  gateway.answerWith = undefined;
  gateway.requestState = undefined;
});

const newClosed = (named = true): CaseBench => closedCase(randomUUID(), ++sequence, named);
/** Accept, two steps, two materials, result. */
const rowsOfClosed = 6;
const acknowledgedOnce = async (bench: CaseBench, version = 1): Promise<void> => {
  const rows = await gateway.sandbox.rowsOf(bench.case.number);
  const good = rows.filter(({ outcome, dataVersion }) => outcome === 'acknowledged' && dataVersion === version);
  expect(good).toHaveLength(rowsOfClosed);
  expect(new Set(good.map(({ businessKey }) => businessKey)).size).toBe(rowsOfClosed);
};

describe('a closed case', () => {
  it('is acknowledged, noted in its journal once, and not reported again because of that', async () => {
    const bench = newClosed();
    await gateway.hold(bench);
    const exchange = await gateway.exchange();
    await gateway.drive(exchange, gateway.isAt(bench, 'acknowledged'));
    await acknowledgedOnce(bench);
    expect(gateway.commandsOf(bench)).toEqual([
      {
        ...{ type: 'noteReport', profile: 'national-json', outcome: 'acknowledged', dataVersion: 1, problems: [] },
        receipt: expect.stringMatching(/^S20260302\d+$/) as string,
      },
    ]);
    expect(bench.case.reports['national-json']).toMatchObject({ outcome: 'acknowledged', dataVersion: 1 });
    const sent = gateway.seen.length;
    for (let round = 0; round < 3; round++) {
      gateway.now += 700_000;
      await exchange.round();
    }
    expect(gateway.seen).toHaveLength(sent);
    expect(await gateway.report(bench)).toMatchObject({ data_version: 1, case_seq: bench.case.seq, batch: null });
  });

  it('leaves no name in the clear in the tables of the exchange', async () => {
    const bench = newClosed();
    await gateway.hold(bench);
    const tools = await gateway.tools();
    await new FeedReader(tools).read();
    await formBatches(tools, true);
    const open = await gateway.pool.query("select body from exchange_batch where state = 'open'");
    expect(open.rows).toHaveLength(1);
    await gateway.drive(await gateway.exchange(), gateway.isAt(bench, 'acknowledged'));
    for (const table of ['report', 'batch', 'batch_case', 'answer', 'note'])
      for (const rows of [open.rows, (await gateway.pool.query(`select * from exchange_${table}`)).rows])
        expect(JSON.stringify(rows)).not.toContain(applicantName);
    expect(gateway.seen[0]?.body).toContain(applicantName);
    const { rows } = await gateway.pool.query<{ body: string | null }>(
      `select b.body from exchange_batch b join exchange_batch_case c on c.batch = b.id where c.record = $1`,
      [bench.record],
    );
    expect(rows).toEqual([{ body: null }]);
  });

  it('keeps no person that the province names in its answer, and the codes as they are', async () => {
    // Of its own: an answer that the province knows nothing of would stand in the statement of the others.
    const gateway = await Gateway.open();
    const bench = newClosed();
    await gateway.hold(bench);
    const [stranger, number, mobile] = ['司徒旁观溪', '37110219840305612X', '13806330001'];
    const message = `${applicantName}证件重复：申请人“${stranger}”，${number}，${mobile}`;
    const real = await gateway.https();
    const carrier: Carrier = {
      statement: (day) => real.statement(day),
      async send({ id, body }) {
        const problems = [{ code: 'E-77', field: 'applyer_name', message }];
        const rows = body.records.map(({ businessKey, dataVersion }) => ({
          ...{ businessKey, dataVersion, outcome: 'rejected' as const, problems },
        }));
        const told = { batch: id, receivedAt: gateway.now, records: rows };
        return {
          ...{ kind: 'answered', answer: unwrap(matchAnswer(body, told)) },
          ...{ bytes: Buffer.from(JSON.stringify(told)), signature: 'signed' },
        };
      },
    };
    await gateway.drive(new Exchange(await gateway.tools({ carrier })), async () => {
      const { rows } = await gateway.pool.query('select 1 from exchange_note where record = $1 and next_at is null', [
        bench.record,
      ]);
      return rows.length > 0;
    });
    const noted = gateway.commandsOf(bench).at(-1)!['problems'] as { code: string; field: string; message: string }[];
    expect(noted[0]).toEqual({
      ...{ code: 'E-77', field: 'applyer_name' },
      message: `***证件重复：申请人“*****”，${'*'.repeat(18)}，${'*'.repeat(11)}`,
    });
    const { rows: tables } = await gateway.pool.query<{ name: string }>(
      `select table_name as name from information_schema.tables where table_schema = 'public'`,
    );
    for (const { name } of tables) {
      const { rows } = await gateway.pool.query(`select t::text as row from ${name} t`);
      const text = JSON.stringify(rows);
      for (const planted of [applicantName, stranger, number, mobile])
        expect([name, text.includes(planted)]).toEqual([name, false]);
    }
    const [kept] = (
      await gateway.pool.query<{ answer_sealed: string }>(
        `select b.answer_sealed from exchange_batch b join exchange_batch_case c on c.batch = b.id where c.record = $1`,
        [bench.record],
      )
    ).rows;
    const opened = unwrap(await gateway.sealer.open(kept!.answer_sealed, province));
    expect(Buffer.from(String(opened['bytes']), 'base64url').toString()).toContain(stranger);
    await gateway.close();
  });

  it('goes out as it comes along, and is noted when it has ended', async () => {
    const bench = new CaseBench(randomUUID(), ++sequence).submit();
    await gateway.hold(bench);
    const exchange = await gateway.exchange();
    await exchange.round();
    expect(await gateway.report(bench)).toMatchObject({ stage: 'idle', data_version: 0 });
    gateway.now += 1_000;
    await gateway.hold(bench.accept());
    await gateway.drive(exchange, gateway.isAt(bench, 'acknowledged', 1));
    expect(gateway.commandsOf(bench)).toEqual([]);
    gateway.now += 1_000;
    await gateway.hold(bench.decide().certify());
    await gateway.drive(exchange, gateway.isAt(bench, 'acknowledged', 2));
    expect(gateway.commandsOf(bench)).toMatchObject([{ outcome: 'acknowledged', dataVersion: 2 }]);
    const operations = gateway.seen.map(({ body }) =>
      (JSON.parse(body) as { records: { columns: { cd_operation: string } }[] }).records.map(
        ({ columns }) => columns.cd_operation,
      ),
    );
    expect(operations.at(-1)).toEqual(['U', 'U', 'I', 'U', 'U', 'I']);
  });
});

describe('a reject', () => {
  it('is noted, and the correction goes out under the next version', async () => {
    const bench = new CaseBench(randomUUID(), ++sequence).submit({ identityType: 'other' });
    await gateway.hold(bench.accept().decide().certify());
    const exchange = await gateway.exchange();
    await gateway.drive(exchange, gateway.isAt(bench, 'rejected', 1));
    expect(bench.case.reports['national-json']).toMatchObject({
      outcome: 'rejected',
      problems: [{ code: 'E-CODE-applyer_page_type', field: 'applyer_page_type' }, {}, {}, {}, {}, {}],
    });
    const changes = { identityType: 'residentIdentityCard' } as const;
    gateway.now += 1_000;
    await gateway.hold(bench.do({ type: 'correct', changes, reasonCode: 'provinceRejected' }, 'clerk'));
    await gateway.drive(exchange, gateway.isAt(bench, 'acknowledged', 2));
    await acknowledgedOnce(bench, 2);
    expect(gateway.commandsOf(bench).map(({ outcome, dataVersion }) => [outcome, dataVersion])).toEqual([
      ['rejected', 1],
      ['acknowledged', 2],
    ]);
  });
});

describe('what is not complete', () => {
  it('is held by name while what can go goes', async () => {
    const bench = newClosed(false);
    await gateway.hold(bench);
    const exchange = await gateway.exchange();
    await gateway.drive(exchange, gateway.isAt(bench, 'held', 1));
    const { state } = (await gateway.report(bench)) as { state: { held: object[]; receipt: string | null } };
    expect(state.held).toMatchObject([
      { kind: 'process', field: 'handle_user_name', code: 'missing' },
      { kind: 'process', field: 'handle_user_name', code: 'missing' },
    ]);
    await exchange.round();
    expect((await gateway.sandbox.rowsOf(bench.case.number)).map(({ kind }) => kind)).toEqual([
      'accept',
      'material',
      'material',
    ]);
  });

  it('goes out when the catalogue has caught up, without the case changing', async () => {
    const bench = newClosed();
    gateway.departmentHeld = false;
    await gateway.hold(bench);
    const exchange = await gateway.exchange();
    await gateway.drive(exchange, gateway.isAt(bench, 'held'));
    expect(await gateway.report(bench)).toMatchObject({ data_version: 0 });
    gateway.departmentHeld = true;
    await gateway.drive(exchange, gateway.isAt(bench, 'acknowledged', 1));
    await acknowledgedOnce(bench);
  });
});

describe('the feed', () => {
  it('finds a change that was committed after later ones', async () => {
    const [late, early] = [newClosed(), newClosed()];
    await gateway.hold(early);
    const exchange = await gateway.exchange();
    await gateway.drive(exchange, gateway.isAt(early, 'acknowledged'));
    await gateway.hold(late, gateway.now - 20_000);
    gateway.now += 30_000;
    await exchange.round();
    expect(await gateway.report(late)).toMatchObject({ stage: 'acknowledged' });
  });

  it('reads any number of cases of one moment, a page at a time', async () => {
    const benches = Array.from({ length: 7 }, () => newClosed());
    for (const bench of benches) await gateway.hold(bench);
    const exchange = await gateway.exchange({}, { feedPageCases: 2 });
    for (const bench of benches) await gateway.drive(exchange, gateway.isAt(bench, 'acknowledged', 1));
  });

  it('runs by itself between start and stop', async () => {
    const bench = newClosed();
    await gateway.hold(bench);
    const exchange = await gateway.exchange({}, { roundIntervalMs: 20 });
    await exchange.start();
    for (let wait = 0; wait < 200 && !(await gateway.isAt(bench, 'acknowledged')()); wait++) {
      gateway.now += 100;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await exchange.stop();
    expect(await gateway.report(bench)).toMatchObject({ stage: 'acknowledged' });
  });
});

describe('the statement of a day', () => {
  it('agrees with the province, and shows where it does not', async () => {
    const bench = newClosed();
    await gateway.hold(bench);
    await gateway.drive(await gateway.exchange(), gateway.isAt(bench, 'acknowledged'));
    const tools = await gateway.tools();
    const china = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai', dateStyle: 'short' });
    const day = china.format(gateway.now);
    const agreed = await statementOfDay(tools, day);
    expect(agreed).toMatchObject({ ok: true, value: { day, differences: [] } });
    await gateway.pool.query(`delete from exchange_answer where business_key = $1`, [`accept/${bench.case.number}`]);
    const differing = await statementOfDay(tools, day);
    expect(differing).toMatchObject({ ok: true, value: { differences: [{ kind: 'accept' }] } });
  });
});
