import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import { refuse } from '@tongban/kernel';
import { Exchange } from '../src/index.js';
import { formBatches } from '../src/worker/batcher.js';
import { FeedReader } from '../src/worker/feed-reader.js';
import { closedCase, type CaseBench } from './case-bench.js';
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

const newClosed = (): CaseBench => closedCase(randomUUID(), ++sequence);
/** Accept, two steps, two materials, result. */
const rowsOfClosed = 6;
const acknowledgedOnce = async (bench: CaseBench, version = 1): Promise<void> => {
  const rows = await gateway.sandbox.rowsOf(bench.case.number);
  const good = rows.filter(({ outcome, dataVersion }) => outcome === 'acknowledged' && dataVersion === version);
  expect(good).toHaveLength(rowsOfClosed);
  expect(new Set(good.map(({ businessKey }) => businessKey)).size).toBe(rowsOfClosed);
};

describe('the way to the province', () => {
  it.each([
    { mode: 'down', count: 7 },
    { mode: 'html', count: 2 },
    { mode: 'half', count: 2 },
    { mode: 'slow', count: 1, delayMs: 900 },
    { mode: 'twice', count: 1 },
    { mode: 'lost', count: 2 },
  ])('may misbehave ($mode): the case ends acknowledged once', async (behaviour) => {
    const bench = newClosed();
    await gateway.hold(bench);
    await gateway.sandbox.behave(behaviour);
    await gateway.drive(await gateway.exchange({}, { requestTimeoutMs: 300 }), async () => {
      const { rows } = await gateway.pool.query('select 1 from exchange_note where record = $1 and next_at is null', [
        bench.record,
      ]);
      return rows.length > 0;
    });
    await acknowledgedOnce(bench);
    expect(await gateway.sandbox.rowsOf(bench.case.number)).toHaveLength(rowsOfClosed);
    expect(gateway.commandsOf(bench)).toHaveLength(1);
    expect(new Set(gateway.seen.map(({ key }) => key)).size).toBe(1);
    expect(new Set(gateway.seen.map(({ body }) => body)).size).toBe(1);
  });

  it('is not closed for the other cases of a page by one that the database does not take', async () => {
    const [bad, ...good] = [newClosed(), newClosed(), newClosed()];
    for (const bench of [bad!, ...good]) await gateway.hold(bench);
    // A NUL character, which PostgreSQL keeps in JSON and in no text.
    await gateway.pool.query(
      `update held_case set state = replace(state::text, '"civil-affairs"', '"civil\\u0000affairs"')::json where record = $1`,
      [bad!.record],
    );
    const exchange = await gateway.exchange();
    for (const bench of good) {
      await gateway.drive(exchange, gateway.isAt(bench, 'acknowledged'));
      await acknowledgedOnce(bench);
    }
    expect(await gateway.report(bad!)).toMatchObject({ stage: 'idle', trouble: expect.any(String) as string });
    await gateway.hold(bad!);
    await gateway.drive(exchange, gateway.isAt(bad!, 'acknowledged'));
  });

  it('is not asked all the time while it fails, and a person hears of it', async () => {
    const bench = newClosed();
    await gateway.hold(bench);
    await gateway.sandbox.behave({ mode: 'down', count: 12 });
    const exchange = await gateway.exchange();
    const beginning = gateway.now;
    const rounds = 200;
    for (let round = 0; round < rounds; round++) {
      gateway.now += 1_000;
      await exchange.round();
    }
    expect(gateway.seen.length).toBeGreaterThan(3);
    expect(gateway.seen.length).toBeLessThan(12);
    expect(exchange.breaker.name).toBe('open');
    expect(gateway.now - beginning).toBe(rounds * 1_000);
    await gateway.drive(exchange, gateway.isAt(bench, 'acknowledged'));
    expect(gateway.alarms).toContain(bench.record);
    await acknowledgedOnce(bench);
  });

  it('does not believe an answer under another signature', async () => {
    const bench = newClosed();
    await gateway.hold(bench);
    const forging = await gateway.exchange({
      after: (answer) => new Response(answer.body, { status: 200, headers: { 'x-jws-signature': 'a..b' } }),
    });
    await forging.round();
    expect(await gateway.report(bench)).toMatchObject({
      stage: 'pending',
      trouble: expect.stringMatching(/^link\.signature/) as string,
    });
    await gateway.drive(await gateway.exchange(), gateway.isAt(bench, 'acknowledged'));
    await acknowledgedOnce(bench);
  });

  it('frees the cases of a batch that is refused as a whole, one by one', async () => {
    const benches = [newClosed(), newClosed()];
    for (const bench of benches) await gateway.hold(bench);
    let refusals = 1;
    const exchange = await gateway.exchange({
      after: (answer) => (refusals-- > 0 ? new Response('{"code":"E-TOO-LARGE"}', { status: 413 }) : answer),
    });
    await exchange.round();
    expect(await gateway.report(benches[0]!)).toMatchObject({
      alone: true,
      batch: null,
      trouble: 'HTTP 413 E-TOO-LARGE',
    });
    for (const bench of benches) {
      await gateway.drive(exchange, gateway.isAt(bench, 'acknowledged', 1));
      await acknowledgedOnce(bench);
    }
    expect(new Set(gateway.seen.map(({ key }) => key)).size).toBe(3);
  });
});

describe('a crash', () => {
  it('between writing and sending: a new process sends the very bytes that were written', async () => {
    const bench = newClosed();
    await gateway.hold(bench);
    const tools = await gateway.tools();
    await new FeedReader(tools).read();
    await formBatches(tools, true);
    expect(gateway.seen).toEqual([]);
    const { rows } = await gateway.pool.query<{ id: string; digest: string }>(
      `select id, encode(body_digest, 'hex') as digest from exchange_batch where state = 'open'`,
    );
    const after = await gateway.exchange();
    await gateway.drive(after, gateway.isAt(bench, 'acknowledged'));
    expect(gateway.seen).toHaveLength(1);
    expect(gateway.seen[0]?.key).toBe(rows[0]?.id);
    const bytes = await crypto.subtle.digest('SHA-256', Buffer.from(gateway.seen[0]!.body));
    expect(Buffer.from(bytes).toString('hex')).toBe(rows[0]?.digest);
    await acknowledgedOnce(bench);
  });

  it('while the answer was awaited: asked again at once with the same key, and newer content after it', async () => {
    const bench = newClosed();
    await gateway.hold(bench);
    const kill = new Error('killed');
    const tools = await gateway.tools();
    const dying = new Exchange({
      ...tools,
      // The province has it, and this process dies before it can write down anything more.
      transactor: {
        run: (body) => (gateway.seen.length > 0 ? Promise.reject(kill) : tools.transactor.run(body)),
      },
    });
    await expect(dying.round()).rejects.toBe(kill);
    expect(await gateway.report(bench)).toMatchObject({ stage: 'sent' });
    await gateway.hold(bench.do({ type: 'deliver', method: 'village', recipient: '王秀英' }, 'agent'));
    const next = await gateway.exchange();
    await next.start();
    for (let wait = 0; wait < 200 && gateway.seen.length < 2; wait++)
      await new Promise((resolve) => setTimeout(resolve, 10));
    await next.stop();
    expect(gateway.seen).toHaveLength(2);
    await gateway.drive(await gateway.exchange(), gateway.isAt(bench, 'acknowledged', 2));
    expect(gateway.seen[1]).toEqual(gateway.seen[0]);
    await acknowledgedOnce(bench, 1);
    await acknowledgedOnce(bench, 2);
  });

  it('after the answer was written, before it was noted: noted once under the same key', async () => {
    const bench = newClosed();
    await gateway.hold(bench);
    gateway.answerWith = () => {
      throw new Error('killed');
    };
    await gateway.drive(await gateway.exchange(), gateway.isAt(bench, 'acknowledged'));
    expect(gateway.commandsOf(bench)).toEqual([]);
    gateway.answerWith = undefined;
    await gateway.drive(await gateway.exchange(), async () => gateway.commandsOf(bench).length > 0);
    await gateway.pool.query(`update exchange_note set state = 'waiting', next_at = '2026-01-01' where record = $1`, [
      bench.record,
    ]);
    await (await gateway.exchange()).round();
    expect(gateway.commandsOf(bench)).toHaveLength(1);
    expect(bench.entries.filter(({ view }) => view.type === 'case.reported')).toHaveLength(1);
  });
});

describe('a kill at any step', () => {
  /** A process that ends before or right after its nth transaction or sending. */
  const dyingAt = async (step: number, after: boolean): Promise<{ exchange: Exchange; died: () => boolean }> => {
    const tools = await gateway.tools();
    const fetching = gateway.fetching();
    let steps = 0;
    let dead = false;
    const counted = async <T>(work: () => Promise<T>): Promise<T> => {
      const last = steps++ === step;
      if (last && !after) dead = true;
      if (dead) throw new Error('killed');
      const result = await work();
      if (last) dead = true;
      if (dead) throw new Error('killed');
      return result;
    };
    const exchange = new Exchange({
      ...tools,
      transactor: { run: (body) => counted(() => tools.transactor.run(body)) },
      commands: { execute: (input) => counted(() => tools.commands.execute(input)) },
      carrier: await gateway.https((input, init) => counted(() => fetching(input, init))),
    });
    return { exchange, died: () => dead };
  };

  it.each([
    ['before', false],
    ['after', true],
  ])('%s it: nothing is lost and nothing doubled', async (_when, after) => {
    let survived = false;
    const mostSteps = 60;
    let step = 0;
    for (; step < mostSteps && !survived; step++) {
      const bench = newClosed();
      await gateway.hold(bench);
      const { exchange, died } = await dyingAt(step, after);
      await exchange.round().catch(() => undefined);
      survived = !died();
      await gateway.drive(await gateway.exchange(), async () => gateway.commandsOf(bench).length > 0);
      await acknowledgedOnce(bench);
      expect(await gateway.sandbox.rowsOf(bench.case.number)).toHaveLength(rowsOfClosed);
      expect(gateway.commandsOf(bench)).toHaveLength(1);
      expect(bench.entries.filter(({ view }) => view.type === 'case.reported')).toHaveLength(1);
      expect(await gateway.report(bench)).toMatchObject({ stage: 'acknowledged', data_version: 1, batch: null });
    }
    expect(survived).toBe(true);
    // Reading, writing, sending, settling and noting are all among the steps that were cut.
    expect(step).toBeGreaterThan(12);
  });
});

describe('two processes side by side', () => {
  it('do each thing once between them', async () => {
    const benches = Array.from({ length: 12 }, () => newClosed());
    for (const bench of benches) await gateway.hold(bench);
    const pair = [await gateway.exchange(), await gateway.exchange()];
    for (let round = 0; round < 4; round++) {
      await Promise.all(pair.map((exchange) => exchange.round()));
      gateway.now += 700_000;
    }
    for (const bench of benches) {
      await acknowledgedOnce(bench);
      expect(await gateway.report(bench)).toMatchObject({ stage: 'acknowledged', data_version: 1 });
      expect(gateway.commandsOf(bench)).toHaveLength(1);
    }
  });
});

describe('the journal of the case', () => {
  it('is asked again under a new key when the case was on its way to another owner', async () => {
    const bench = newClosed();
    await gateway.hold(bench);
    gateway.answerWith = 'requested';
    const exchange = await gateway.exchange();
    await gateway.drive(exchange, gateway.isAt(bench, 'acknowledged'));
    gateway.requestState = { state: 'refused', code: 'case.handing-over' };
    gateway.answerWith = undefined;
    await gateway.drive(exchange, async () => gateway.commandsOf(bench).length > 0);
    const { rows } = await gateway.pool.query('select state, attempt from exchange_note where record = $1', [
      bench.record,
    ]);
    expect(rows).toEqual([{ state: 'done', attempt: 2 }]);
  });

  it('keeps a refusal that will not pass', async () => {
    const bench = newClosed();
    await gateway.hold(bench);
    gateway.answerWith = () => refuse('request.stale', 'newer');
    await gateway.drive(await gateway.exchange(), gateway.isAt(bench, 'acknowledged'));
    const { rows } = await gateway.pool.query('select state, code from exchange_note where record = $1', [
      bench.record,
    ]);
    expect(rows).toEqual([{ state: 'refused', code: 'request.stale' }]);
  });
});
