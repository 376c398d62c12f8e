import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import { nationalGrpc } from '@tongban/domain/exchange';
import { Exchange, type ExchangeTools, type GrpcCarrier } from '../src/index.js';
import { statementOfDay } from '../src/usecase/statement.js';
import { CaseBench, closedCase } from './case-bench.js';
import { Gateway } from './gateway.js';

const timeoutMs = 90_000;
jest.setTimeout(timeoutMs);

describe('reports by gRPC', () => {
  let gateway: Gateway;
  let tools: ExchangeTools;
  let carrier: GrpcCarrier;
  let sequence = 0;
  beforeAll(async () => {
    gateway = await Gateway.open();
    carrier = await gateway.grpc();
    tools = await gateway.tools({ profile: nationalGrpc({ province: '37' }), carrier });
  });
  afterAll(async () => {
    await carrier.close();
    await gateway.close();
  });
  const newClosed = (): CaseBench => closedCase(randomUUID(), ++sequence);

  it('are acknowledged record by record, and both statements agree', async () => {
    const bench = newClosed();
    await gateway.hold(bench);
    await gateway.drive(new Exchange(tools), gateway.isAt(bench, 'acknowledged', 1));
    const rows = await gateway.sandbox.rowsOf(bench.case.number);
    expect(rows.map(({ kind }) => kind)).toEqual(['accept', 'process', 'process', 'material', 'material', 'result']);
    const day = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai', dateStyle: 'short' }).format(gateway.now);
    const agreed = await statementOfDay(tools, day);
    expect(agreed).toMatchObject({ ok: true, value: { differences: [] } });
    if (agreed.ok) expect(agreed.value.theirs.process.acknowledged).toBeGreaterThanOrEqual(2);
  });

  it('are rejected with what is wrong, mended, and sent under the next version', async () => {
    const bench = new CaseBench(randomUUID(), ++sequence).submit({ identityType: 'other' });
    await gateway.hold(bench.accept());
    const exchange = new Exchange(tools);
    await gateway.drive(exchange, gateway.isAt(bench, 'rejected', 1));
    expect(bench.case.reports['national-grpc']?.problems[0]).toMatchObject({ code: 'E-CODE-applyer_page_type' });
    gateway.now += 1_000;
    const changes = { identityType: 'residentIdentityCard' } as const;
    await gateway.hold(bench.do({ type: 'correct', changes, reasonCode: 'provinceRejected' }, 'clerk'));
    await gateway.drive(exchange, gateway.isAt(bench, 'acknowledged', 2));
  });

  it.each(['down', 'lost', 'twice', 'html'])('survive a platform that is %s', async (mode) => {
    const bench = newClosed();
    await gateway.hold(bench);
    await gateway.sandbox.behave({ mode, count: 1 });
    await gateway.drive(new Exchange(tools), gateway.isAt(bench, 'acknowledged', 1));
    const rows = await gateway.sandbox.rowsOf(bench.case.number);
    expect(new Set(rows.map(({ businessKey }) => businessKey)).size).toBe(rows.length);
  });

  it('are not taken under a wrong signature, and the same batch with other records is refused', async () => {
    const stranger = await gateway.grpc('stranger');
    const bench = newClosed();
    await gateway.hold(bench);
    const exchange = new Exchange({ ...tools, carrier: stranger });
    await exchange.round();
    expect(await gateway.report(bench)).toMatchObject({ stage: 'pending', trouble: 'gRPC UNAUTHENTICATED' });
    await stranger.close();
    await gateway.drive(new Exchange(tools), gateway.isAt(bench, 'acknowledged', 1));
    const columns = { project_no: bench.case.number };
    const record = { kind: 'accept', businessKey: `accept/${bench.case.number}`, dataVersion: 9, columns } as const;
    const body = { batch: randomUUID(), profile: 'national-grpc', records: [record] } as const;
    const send = (version: number) =>
      carrier.send(
        { id: body.batch, bytes: Buffer.of(), body: { ...body, records: [{ ...record, dataVersion: version }] } },
        new AbortController().signal,
      );
    expect(await send(9)).toMatchObject({ kind: 'answered' });
    expect(await send(9)).toMatchObject({ kind: 'answered' });
    expect(await send(10)).toEqual({ kind: 'refused', reason: 'gRPC ALREADY_EXISTS' });
  });
});
