import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import { rowGuid } from '@tongban/domain/exchange';
import { signDetached } from '@tongban/platform/signing';
import { Exchange, type Carrier } from '../src/index.js';
import { ObjectionReader } from '../src/worker/objections.js';
import { closedCase, type CaseBench } from './case-bench.js';
import { Gateway } from './gateway.js';

jest.setTimeout(90_000);

const tenMinutesMs = 600_000;
let gateway: Gateway;
let sequence = 0;
beforeEach(async () => {
  gateway = await Gateway.open();
});
afterEach(() => gateway.close());

async function newClosed(): Promise<CaseBench> {
  const bench = closedCase(randomUUID(), ++sequence);
  await gateway.hold(bench);
  return bench;
}
/** The report without how far the journal has been read: the outcome that is noted in it is read as well. */
async function settled(bench: CaseBench): Promise<unknown> {
  const { case_seq: _read, ...report } = await gateway.report(bench);
  return report;
}
const notes = async (): Promise<number> =>
  (await gateway.pool.query('select 1 from exchange_note where outcome = $1', ['acknowledged'])).rows.length;

/** The bytes as anybody on the way could have kept them, sent under a key. */
async function post(body: string, key: string): Promise<{ status: number; replayed: boolean; text: string }> {
  const bytes = Buffer.from(body);
  const answer = await fetch(`${gateway.sandbox.url}/exchange/v1/batches`, {
    method: 'POST',
    body: bytes,
    headers: {
      'content-type': 'application/json',
      'idempotency-key': key,
      'x-jws-signature': await signDetached(await gateway.signer(), bytes),
    },
  });
  const replayed = answer.headers.get('idempotent-replayed') === 'true';
  return { status: answer.status, replayed, text: await answer.text() };
}

describe('what the province may answer', () => {
  it('a fault (500) is no answer: the same bytes go again', async () => {
    const bench = await newClosed();
    let faults = 0;
    const after = (answer: Response): Response =>
      ++faults <= 2 ? new Response('{"code":"E-FAULT"}', { status: 500 }) : answer;
    await gateway.drive(await gateway.exchange({ after }), gateway.isAt(bench, 'acknowledged', 1));
    expect(new Set(gateway.seen.map(({ body, key }) => `${key} ${body}`)).size).toBe(1);
    expect(gateway.seen.length).toBeGreaterThanOrEqual(3);
    expect(await notes()).toBe(1);
  });

  it('ten minutes late, when the batch has been asked for again and settled: it changes nothing more', async () => {
    const bench = await newClosed();
    const second = await gateway.exchange();
    let held = false;
    const late: typeof fetch = async (input, init) => {
      const answer = await fetch(input, init);
      if (init?.method !== 'POST' || held) return answer;
      held = true;
      gateway.now += tenMinutesMs;
      await gateway.drive(second, gateway.isAt(bench, 'acknowledged', 1));
      return answer;
    };
    const first = new Exchange({ ...(await gateway.tools()), carrier: await gateway.https(late) });
    await first.round();
    expect(held).toBe(true);
    const before = await settled(bench);
    await first.round();
    expect(await settled(bench)).toEqual(before);
    expect(await notes()).toBe(1);
    expect(gateway.commandsOf(bench)).toHaveLength(1);
    const rows = await gateway.sandbox.rowsOf(bench.case.number);
    expect(new Set(rows.map(({ businessKey }) => businessKey)).size).toBe(rows.length);
  });
});

describe('batches that come again or out of their order', () => {
  it('leave what is on file as it was, and are answered as before', async () => {
    const bench = await newClosed();
    const exchange = await gateway.exchange();
    await gateway.drive(exchange, gateway.isAt(bench, 'acknowledged', 1));
    await gateway.hold(bench.do({ type: 'deliver', method: 'village', recipient: '王秀英' }, 'agent'));
    await gateway.drive(exchange, gateway.isAt(bench, 'acknowledged', 2));
    const onFile = await gateway.sandbox.rowsOf(bench.case.number);
    const [older, newer] = [gateway.seen[0]!, gateway.seen.at(-1)!];
    expect(older.key).not.toBe(newer.key);
    for (const { body, key } of [newer, older]) {
      const again = await post(body, key);
      expect([again.status, again.replayed]).toEqual([200, true]);
    }
    expect((await post(newer.body, older.key)).status).toBe(409);
    // An old batch under a new key: the version is not above the one on file.
    const reordered = await post(older.body, randomUUID());
    expect(reordered.status).toBe(200);
    expect(reordered.text).toContain('E-VERSION');
    expect(await gateway.sandbox.rowsOf(bench.case.number)).toEqual(onFile);
  });
});

describe('a record of a case that nobody knows', () => {
  it('objected to by the province is told to the operator and touches no report', async () => {
    const bench = await newClosed();
    await gateway.drive(await gateway.exchange(), gateway.isAt(bench, 'acknowledged', 1));
    const before = await settled(bench);
    const found = [
      { rowGuid: 'f'.repeat(32), batch: randomUUID(), code: 'E-OTHER', field: '', message: '查无此件' },
      { rowGuid: 'e'.repeat(32), batch: String(gateway.seen[0]!.key), code: 'E-OTHER', field: '', message: '查无此行' },
    ];
    const refused: Carrier = {
      send: () => Promise.resolve({ kind: 'failed', reason: 'not asked' }),
      statement: async () => (await gateway.https()).statement('2026-03-02'),
      objections: () => Promise.resolve({ found, position: 'x', more: false }),
    };
    const tools = await gateway.tools();
    await new Exchange({ ...tools, carrier: refused }).round();
    expect(await settled(bench)).toEqual(before);
    const told = gateway.lines.filter(({ message }) => message === 'the province objects to rows that were never sent');
    expect(told.map(({ details }) => (details as { rows: number }).rows)).toEqual([1, 1]);
    const { rows } = await gateway.pool.query('select * from exchange_objection');
    expect(rows).toEqual([]);
  });
});

describe('an objection that is listed for long', () => {
  it('takes an acknowledgement back once, and opens the case for that alone', async () => {
    const bench = await newClosed();
    await gateway.drive(await gateway.exchange(), gateway.isAt(bench, 'acknowledged', 1));
    const { rows } = await gateway.pool.query<{ batch: string; business_keys: string[] }>(
      'select batch, business_keys from exchange_batch_case where record = $1 order by data_version desc limit 1',
      [bench.record],
    );
    const [{ batch, business_keys: keys }] = rows as [(typeof rows)[0]];
    const about = { rowGuid: rowGuid(bench.record, keys[0]!), batch, code: 'E-OTHER', field: '', message: '不符' };
    const base = await gateway.tools({ limits: { objectionsEveryMs: 0 } });
    let opened = 0;
    const parts = { open: (sealed: string) => (opened++, base.parts.open(sealed)) };
    let looks = 0;
    const carrier: Carrier = {
      send: () => Promise.resolve({ kind: 'failed', reason: 'not asked' }),
      statement: async () => (await gateway.https()).statement('2026-03-02'),
      objections: () => Promise.resolve({ found: [about], position: `look ${++looks}`, more: false }),
    };
    const reader = new ObjectionReader({ ...base, carrier, parts });
    await reader.read();
    const before = opened;
    expect(before).toBeGreaterThan(0);
    expect((await gateway.report(bench))['stage']).toBe('rejected');
    await reader.read();
    expect([looks, opened]).toEqual([2, before]);
    expect((await gateway.pool.query('select 1 from exchange_objection')).rows).toHaveLength(1);
  });
});
