import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import { nationalJson, type Numbering } from '@tongban/domain/exchange';
import { refuse } from '@tongban/kernel';
import { Exchange, NumberService, ProvinceKeys, type ExchangeTools, type NumberSource } from '../src/index.js';
import { readContent } from '../src/worker/content.js';
import { closedCase, province, uscc } from './case-bench.js';
import { Gateway } from './gateway.js';

jest.setTimeout(90_000);

const profileWith = (numbering: Numbering) => nationalJson({ province: '37', numbering });
const implementation = `${uscc}4370500013001`;
const stem = `${implementation}202603020`;

let gateway: Gateway;
let sequence = 0;
beforeEach(async () => {
  gateway = await Gateway.open();
});
afterEach(() => gateway.close());

const toolsWith = (numbering: Numbering, changes: Partial<ExchangeTools> = {}): Promise<ExchangeTools> =>
  gateway.tools({ profile: profileWith(numbering), ...changes });
const numberOf = async (tools: ExchangeTools, record: string): Promise<unknown> =>
  (await readContent(tools, record))?.records[0]?.columns['project_no'];

describe('numbers composed here', () => {
  it('rise within a day and an item, and stay with their case', async () => {
    const benches = [1, 2].map(() => closedCase(randomUUID(), ++sequence));
    for (const bench of benches) await gateway.hold(bench);
    const tools = await toolsWith('composed');
    const exchange = new Exchange(tools);
    for (const bench of benches) await gateway.drive(exchange, gateway.isAt(bench, 'acknowledged', 1));
    const numbers = await Promise.all(benches.map(({ record }) => numberOf(tools, record)));
    expect([...numbers].sort()).toEqual([`${stem}00000001`, `${stem}00000002`]);
    const rows = await gateway.sandbox.rowsOf(String(numbers[0]));
    expect(rows.map(({ businessKey }) => businessKey)).toContain(`accept/${String(numbers[0])}`);
    expect(new Set(rows.map(({ outcome }) => outcome))).toEqual(new Set(['acknowledged']));
    await gateway.hold(benches[0]!.do({ type: 'rate', level: 'satisfied', channel: 'web' }, 'resident'));
    await gateway.drive(exchange, gateway.isAt(benches[0]!, 'acknowledged', 2));
    expect(await numberOf(tools, benches[0]!.record)).toBe(numbers[0]);
  });

  it('are one for a case that two processes look at together', async () => {
    const bench = closedCase(randomUUID(), ++sequence);
    await gateway.hold(bench);
    const tools = await toolsWith('composed');
    const found = await Promise.all(Array.from({ length: 5 }, () => numberOf(tools, bench.record)));
    expect(new Set(found).size).toBe(1);
  });

  it('are missed, and nothing is made up, while the office has no credit code', async () => {
    const bench = closedCase(randomUUID(), ++sequence);
    await gateway.hold(bench);
    gateway.departmentHeld = false;
    const content = await readContent(await toolsWith('composed'), bench.record);
    expect(content?.records).toEqual([]);
    expect(content?.held).toContainEqual(expect.objectContaining({ field: 'project_no', code: 'missing' }));
    const { rows } = await gateway.pool.query('select * from exchange_number');
    expect(rows).toEqual([]);
  });
});

describe('numbers of the province', () => {
  const service = (fetching: typeof fetch = fetch): NumberService => {
    const { url } = gateway.sandbox;
    const clock = { now: () => gateway.now };
    const keys = new ProvinceKeys({ node: province, url, transactor: gateway.transactor, fetch, clock });
    return new NumberService({ url, signer: () => gateway.signer(), keys, fetch: fetching }, clock);
  };

  it('are asked for once, also when the answer was lost on the way', async () => {
    const benches = [1, 2].map(() => closedCase(randomUUID(), ++sequence));
    for (const bench of benches) await gateway.hold(bench);
    let asked = 0;
    const lossy: typeof fetch = async (input, init) => {
      const answer = await fetch(input, init);
      if (++asked === 1) throw new TypeError('connection lost');
      return answer;
    };
    const tools = await toolsWith('service', { numbers: service(lossy), limits: { heldRecheckMs: 1_000 } });
    const exchange = new Exchange(tools);
    for (const bench of benches) await gateway.drive(exchange, gateway.isAt(bench, 'acknowledged', 1));
    const numbers = await Promise.all(benches.map(({ record }) => numberOf(tools, record)));
    expect([...numbers].sort()).toEqual([`${stem}00000001`, `${stem}00000002`]);
    expect(asked).toBe(3);
  });

  it('keep a case waiting with the reason while the service is away, and nobody asks all the time', async () => {
    const bench = closedCase(randomUUID(), ++sequence);
    await gateway.hold(bench);
    await gateway.sandbox.behave({ mode: 'down', count: 1 });
    const numbers = service();
    const exchange = new Exchange(await toolsWith('service', { numbers, limits: { heldRecheckMs: 1_000 } }));
    await exchange.round();
    expect(await gateway.report(bench)).toMatchObject({
      stage: 'idle',
      trouble: expect.stringContaining('503') as string,
    });
    const parts = { implementationCode: implementation, day: '20260302', applyType: '0' };
    expect(await numbers.next(bench.record, parts)).toMatchObject({ refusal: { code: 'service.unavailable' } });
    gateway.now += 30_000;
    await gateway.drive(exchange, gateway.isAt(bench, 'acknowledged', 1));
  });

  it('are not taken under a wrong signature, nor for another case', async () => {
    const parts = { implementationCode: implementation, day: '20260302', applyType: '0' };
    const forged: typeof fetch = async (input, init) => {
      const answer = await fetch(input, init);
      const text = (await answer.text()).replace(/\d"\}$/, '9"}');
      return new Response(text, { headers: answer.headers });
    };
    expect(await service(forged).next(randomUUID(), parts)).toMatchObject({ refusal: { code: 'link.signature' } });
    const foreign: NumberSource = {
      next: async () => ({ ok: true, value: `${stem.replace('20260302', '20260303')}00000001` }),
    };
    const away: NumberSource = { next: async () => refuse('service.unavailable', '') };
    const bench = closedCase(randomUUID(), ++sequence);
    await gateway.hold(bench);
    for (const numbers of [foreign, away])
      await expect(readContent(await toolsWith('service', { numbers }), bench.record)).rejects.toThrow();
    await expect(readContent(await toolsWith('service'), bench.record)).rejects.toThrow('no numbering service');
    const { rows } = await gateway.pool.query('select * from exchange_number');
    expect(rows).toEqual([]);
  });
});
