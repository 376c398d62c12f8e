import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { nodeCode } from '@tongban/kernel';
import { UsageError } from '../arguments.js';
import { parseExchangeCommand, type ExchangeCommand } from './arguments.js';
import { runExchange } from './run.js';

const province = nodeCode('370000000000');
const record = '01900000-0000-7000-8000-000000000001';
const why = ['--reason', ' 省平台误退 '] as const;
const asked = (...words: string[]): ExchangeCommand => parseExchangeCommand(['exchange', ...words])!;

describe('the command line of the exchange', () => {
  it('takes each act with what it needs', () => {
    const common = { node: province, profile: undefined, json: false };
    expect(parseExchangeCommand(['links', province])).toBeUndefined();
    expect(asked('status', province, '--profile', 'national-grpc', '--json')).toEqual({
      ...common,
      ...{ act: 'status', profile: 'national-grpc', json: true },
    });
    expect(asked('resend', province, '--record', record, ...why)).toEqual({
      ...{ ...common, act: 'resend', target: { record }, reason: '省平台误退' },
    });
    expect(asked('resend', province, '--day', '2026-03-02', ...why)).toMatchObject({
      target: { scope: 'day', value: '2026-03-02' },
    });
    expect(asked('resend', province, '--item', '370500013001', ...why)).toMatchObject({ target: { scope: 'item' } });
    expect(asked('resend', province, '--department', 'health', ...why)).toMatchObject({
      target: { scope: 'department' },
    });
    expect(asked('resends', province)).toMatchObject({ act: 'resends' });
    expect(asked('statement', province, '--day', '2026-03-02')).toMatchObject({ day: '2026-03-02' });
  });

  it.each([
    ['no act', []],
    ['an unknown act', ['send', province]],
    ['no node', ['status']],
    ['half a node', ['status', '3700']],
    ['an unknown profile', ['status', province, '--profile', 'xml']],
    ['a day that is none', ['statement', province, '--day', '2026-02-30']],
    ['a statement without a day', ['statement', province]],
    ['a day where none belongs', ['held', province, '--day', '2026-03-02']],
    ['nothing to send again', ['resend', province, ...why]],
    ['two things to send again', ['resend', province, '--day', '2026-03-02', '--item', '370500013001', ...why]],
    ['a record that is no id', ['resend', province, '--record', 'x', ...why]],
    ['no reason', ['resend', province, '--record', record]],
    ['an empty reason', ['resend', province, '--record', record, '--reason', ' ']],
    ['a reason without end', ['resend', province, '--record', record, '--reason', '因'.repeat(201)]],
    ['a reason where none belongs', ['resends', province, ...why]],
    ['a record where none belongs', ['status', province, '--record', record]],
    ['one word too many', ['status', province, 'now']],
  ])('refuses %s', (_what, words) => {
    expect(() => asked(...words)).toThrow(UsageError);
  });
});

interface Heard {
  readonly lines: string[];
  readonly requests: string[];
  readonly bodies: unknown[];
  readonly status: number;
}

async function run(command: ExchangeCommand, answer: (request: IncomingMessage) => unknown): Promise<Heard> {
  const [lines, requests, bodies]: [string[], string[], unknown[]] = [[], [], []];
  const server = createServer(async (request, response) => {
    requests.push(`${request.method} ${request.url?.replace(/^\/v1\/nodes\/370000000000\/exchange/, '')}`);
    const sent = Buffer.concat(await request.toArray()).toString();
    if (sent !== '') bodies.push(JSON.parse(sent));
    const body = JSON.stringify(answer(request));
    response.writeHead(request.method === 'POST' ? 202 : 200, { 'content-type': 'application/json' }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    const env = { TONGBAN_URL: `http://127.0.0.1:${port}/`, TONGBAN_TOKEN: 't' };
    const status = await runExchange(command, env, (line) => lines.push(line));
    return { lines, requests, bodies, status };
  } finally {
    server.close();
  }
}

const side = (acknowledged: number, amountFen = 0) => ({
  acknowledged,
  rejected: 0,
  amountFen,
  digest: 'a'.repeat(64),
});
const statusOf = (state: string) => ({
  profile: 'national-json',
  reports: { held: 2, acknowledged: 40 },
  ...{ oldestUnsentSeconds: 172_800, oldestHeldSeconds: null, openBatches: 1, notesOnTheWay: 0 },
  breaker: { state, until: state === 'open' ? '2026-03-02T02:00:00.000Z' : null },
});
const bulkOf = (name: string | null) => ({
  ...{ id: record, scope: 'day', value: '2026-03-02', reason: '省平台误退', askedAt: '2026-03-02T02:00:00.000Z' },
  ...{ askedBy: { subject: 'operator-1', name }, state: 'done', reports: 3, sent: 2, skipped: 1 },
});
const reportOf = (number: string) => ({
  ...{ record, number, intake: '371102001001', state: 'rejected', since: '2026-03-02T02:00:00.000Z', dataVersion: 3 },
  held: [],
  problems: [{ code: 'E-CODE-applyer_page_type', field: 'applyer_page_type', message: '证件类型不在代码表内' }],
});

describe('the exchange from the command line', () => {
  it('shows the status, and fails while the way to the province is cut', async () => {
    const shown = await run(asked('status', province, '--profile', 'national-json'), () => statusOf('closed'));
    expect(shown.requests).toEqual(['GET /status?profile=national-json']);
    expect(shown.status).toBe(0);
    for (const part of ['链路正常', '暂缓上报', '40', '2.0 天']) expect(shown.lines.join('\n')).toContain(part);
    expect((await run(asked('status', province), () => statusOf('open'))).status).toBe(1);
  });

  it('lists page after page with what is wrong', async () => {
    const pages = [
      { reports: [reportOf('A1')], next: 'more' },
      { reports: [reportOf('A2')], next: null },
    ];
    const shown = await run(asked('rejected', province), () => pages.shift());
    expect(shown.requests).toEqual([
      'GET /reports?state=rejected&limit=100',
      'GET /reports?state=rejected&limit=100&cursor=more',
    ]);
    expect(shown.lines).toHaveLength(3);
    expect(shown.lines[1]).toContain('A2');
    expect(shown.lines[0]).toContain('  - E-CODE-applyer_page_type applyer_page_type 证件类型不在代码表内');
    expect(shown.lines[2]).toBe('省级退回 2 件');
  });

  it('sends one case again, or a whole day and waits for it', async () => {
    const one = await run(asked('resend', province, '--record', record, ...why), () => ({
      ...{ record, state: 'pending', dataVersion: 4 },
    }));
    expect(one.requests).toEqual([`POST /reports/${record}/resend`]);
    expect(one.lines[0]).toContain('版本 4');
    expect(one.bodies).toEqual([{ reason: '省平台误退' }]);
    const bulk = { ...bulkOf('王敏'), state: 'running' };
    const all = await run(asked('resend', province, '--day', '2026-03-02', '--json', ...why), ({ method }) =>
      method === 'POST' ? bulk : { ...bulk, sent: 2, skipped: 1, state: 'done' },
    );
    expect(all.requests).toEqual(['POST /resends', `GET /resends/${record}`]);
    expect(all.bodies).toEqual([{ scope: 'day', value: '2026-03-02', reason: '省平台误退' }]);
    expect(JSON.parse(all.lines[0]!)).toMatchObject({ sent: 2, skipped: 1, state: 'done' });
    expect(all.status).toBe(0);
  });

  it('tells who had what sent again, and why, page after page', async () => {
    const one = { ...bulkOf(null), scope: 'record', value: record, number: 'A1', reports: 1, sent: 1 };
    const pages = [
      { resends: [{ ...bulkOf('王敏'), number: null }], next: 'more' },
      { resends: [one, { ...one, reason: null }], next: null },
    ];
    const shown = await run(asked('resends', province, '--profile', 'national-json'), () => pages.shift());
    expect(shown.requests).toEqual([
      'GET /resends?limit=100&profile=national-json',
      'GET /resends?limit=100&cursor=more&profile=national-json',
    ]);
    expect(shown.lines).toEqual([
      '2026-03-02T02:00:00.000Z  按日 2026-03-02  王敏：省平台误退\n  已完成：涉及 3 件，转入 2 件，跳过 1 件',
      '2026-03-02T02:00:00.000Z  单件 A1  operator-1：省平台误退\n  已完成：涉及 1 件，转入 1 件，跳过 1 件',
      '2026-03-02T02:00:00.000Z  单件 A1  operator-1：（未记原因）\n  已完成：涉及 1 件，转入 1 件，跳过 1 件',
      '重新上报 3 次',
    ]);
  });

  it('names the differences of a day and fails for them', async () => {
    const ours = { accept: side(3), fee: side(1, 1500) };
    const command = asked('statement', province, '--day', '2026-03-02');
    const equal = await run(command, () => ({ day: '2026-03-02', ours, differences: [] }));
    expect([equal.status, equal.lines[0]!.split('\n')[0]]).toEqual([0, '2026-03-02 对账：双方一致']);
    const differences = [{ kind: 'fee', ours: side(1, 1500), theirs: side(0) }];
    const differing = await run(command, () => ({ day: '2026-03-02', ours, differences }));
    expect(differing.status).toBe(1);
    for (const part of ['1 类不一致', '收费', '1 / 0', '15 / 0', '不一致']) expect(differing.lines[0]).toContain(part);
  });

  it('passes a refusal on', async () => {
    const env = { TONGBAN_TOKEN: 't' };
    await expect(runExchange(asked('status', province), env, () => undefined)).rejects.toThrow('TONGBAN_URL');
  });
});
