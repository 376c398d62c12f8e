/** What the province sends down, badly: each leaves what was taken down as it is, and what comes later is taken in. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { jest } from '@jest/globals';
import { ok } from '@tongban/kernel';
import { Exchange, HttpsInbox, ProvinceKeys, type ExchangeTools } from '../src/index.js';
import { CaseBench, province } from './case-bench.js';
import { Gateway } from './gateway.js';

jest.setTimeout(90_000);

const tenMinutesMs = 600_000;
const inboxPath = '/exchange/v1/inbox';
const signature = 'x-jws-signature';

let gateway: Gateway;
let tools: ExchangeTools;
let exchange: Exchange;
let bench: CaseBench;
/** What becomes of the answer to a question for messages. */
let spoil: ((answer: Response) => Response | Promise<Response>) | undefined;
let urged: string[];
let sequence = 0;

beforeEach(async () => {
  gateway = await Gateway.open();
  spoil = undefined;
  urged = [];
  const spoiling: typeof fetch = async (input, init) => {
    const answer = await fetch(input, init);
    return spoil !== undefined && String(input).endsWith(inboxPath) ? spoil(answer) : answer;
  };
  const { url } = gateway.sandbox;
  const keys = new ProvinceKeys({
    ...{ node: province, url, transactor: gateway.transactor, fetch },
    clock: { now: () => gateway.now },
  });
  const inbox = new HttpsInbox({ url, signer: () => gateway.signer(), keys, fetch: spoiling });
  const execute: ExchangeTools['commands']['execute'] = async ({ key, record }) => {
    urged.push(key);
    return ok({ record, state: 'done', seq: 1 });
  };
  tools = await gateway.tools({ inbox, commands: { execute }, limits: { inboxEveryMs: 0 } });
  exchange = new Exchange(tools);
  bench = new CaseBench(randomUUID(), ++sequence).submit().accept();
  await gateway.hold(bench);
  await gateway.drive(exchange, gateway.isAt(bench, 'acknowledged', 1));
});
afterEach(() => gateway.close());

async function plant(changes: object = {}): Promise<string> {
  const id = randomUUID();
  await gateway.sandbox.plant({
    ...{ id, kind: 'supervision', projectno: bench.case.number, content: '请核实', due: '2026-03-09' },
    ...{ issued: '2026-03-02T10:00:00+08:00', ...changes },
  });
  return id;
}
const heard = async (): Promise<{ id: string; outcome: string }[]> =>
  ((await (await fetch(`${gateway.sandbox.url}/sandbox/inbox`)).json()) as { replies: [] }).replies;
const kept = async (): Promise<string[]> =>
  (await gateway.pool.query<{ id: string }>('select id from exchange_order order by position')).rows.map(
    ({ id }) => id,
  );
async function rounds(count = 3): Promise<void> {
  for (let round = 0; round < count; round++) {
    gateway.now += 60_000;
    await exchange.round();
  }
}
/** Nothing is taken down while it is so, and everything afterwards, once. */
async function comesThrough(id: string): Promise<void> {
  await rounds();
  expect(await kept()).toEqual([]);
  spoil = undefined;
  await rounds();
  expect(await kept()).toEqual([id]);
  expect((await heard()).map(({ outcome }) => outcome)).toEqual(['received']);
  expect(urged).toHaveLength(1);
}
const told = (): string => JSON.stringify(gateway.lines.filter(({ message }) => message.includes('inbox')));
const withBody = (answer: Response, body: string): Response => new Response(body, { headers: answer.headers });

describe('messages of the province', () => {
  it('under a wrong signature are not believed', async () => {
    const id = await plant();
    spoil = (answer) => new Response(answer.body, { headers: { [signature]: 'a..b' } });
    await comesThrough(id);
    expect(told()).toContain('link.signature');
  });

  it('that somebody has changed on the way are not believed', async () => {
    const id = await plant();
    spoil = async (answer) => withBody(answer, (await answer.text()).replace('请核实', '请删除'));
    await comesThrough(id);
    expect(told()).toContain('link.signature');
  });

  it('that are a login page are none', async () => {
    const id = await plant();
    spoil = () => new Response('<!doctype html><p>请重新登录</p>', { headers: { 'content-type': 'text/html' } });
    await comesThrough(id);
  });

  it('that break off in the middle are none', async () => {
    const id = await plant();
    spoil = async (answer) => withBody(answer, (await answer.text()).slice(0, 60));
    await comesThrough(id);
  });

  it('instead of which a fault (500) comes are asked for again', async () => {
    const id = await plant();
    spoil = () => new Response('{"code":"E-FAULT"}', { status: 500 });
    await comesThrough(id);
    expect(told()).toContain('HTTP 500');
  });

  it('that come ten minutes late, after another process has taken them down, are there once', async () => {
    const id = await plant();
    const second = new Exchange({ ...tools, inbox: gateway.httpsInbox() });
    let late = false;
    spoil = async (answer) => {
      if (late) return answer;
      late = true;
      gateway.now += tenMinutesMs;
      await second.round();
      await sleep(0);
      return answer;
    };
    await rounds();
    expect(late).toBe(true);
    expect(await kept()).toEqual([id]);
    expect(new Set(urged).size).toBe(1);
    expect((await heard()).map(({ outcome }) => outcome)).toEqual(['received']);
  });

  it('that are replayed from an old answer change nothing, and keep no new one away for ever', async () => {
    const first = await plant();
    let old: { body: string; headers: Headers } | undefined;
    spoil = async (answer) => {
      const body = await answer.text();
      if (body.includes(first)) old = { body, headers: answer.headers };
      return withBody(answer, body);
    };
    await rounds();
    expect(await kept()).toEqual([first]);
    const second = await plant();
    spoil = () => new Response(old!.body, { headers: old!.headers });
    await rounds();
    expect(await kept()).toEqual([first]);
    expect(urged).toHaveLength(1);
    expect(told()).toContain('exchange.answer');
    spoil = undefined;
    await rounds();
    expect(await kept()).toEqual([first, second]);
  });

  it('of an unknown case, and those that are not as agreed, are answered and hold nothing up', async () => {
    const unknown = await plant({ projectno: 'nobody-knows' });
    const long = await plant({ content: '长'.repeat(801) });
    const dateless = await plant({ due: '三日内' });
    const good = await plant();
    await rounds(4);
    expect(await heard()).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ id: unknown, outcome: 'unknown' }),
        expect.objectContaining({ id: long, outcome: 'unsupported' }),
        expect.objectContaining({ id: dateless, outcome: 'unsupported' }),
        expect.objectContaining({ id: good, outcome: 'received' }),
      ]),
    );
    expect(urged).toHaveLength(1);
  });
});
