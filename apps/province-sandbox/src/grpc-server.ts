import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import {
  Server,
  ServerCredentials,
  status,
  type handleClientStreamingCall,
  type handleUnaryCall,
  type ServerReadableStream,
  type ServiceDefinition,
} from '@grpc/grpc-js';
import {
  BatchAnswerSchema,
  ExchangeRecordSchema,
  GetStatementRequestSchema,
  GetStatementResponseSchema,
  ProvinceExchangeService,
  ReportBatchRequestSchema,
  ReportBatchResponseSchema,
  type GetStatementRequest,
  type GetStatementResponse,
  type ReportBatchRequest,
  type ReportBatchResponse,
} from '@tongban/contract';
import { isUuid } from '@tongban/kernel';
import { z } from 'zod';
import { batchSchema, maxBatchRecords, type SubmittedRow } from './batch-schema.js';
import type { Conduct } from './behaviour.js';
import type { SandboxContext } from './context.js';
import { inboxDefinition, inboxHandlers } from './grpc-inbox.js';
import { signerOf } from './keys.js';
import { receive } from './receive.js';
import { statementOfDay } from './reports.js';

const profile = 'national-grpc';
const maxMessageBytes = 1024 * 1024;
const stopTimeoutMs = 3_000;

const definition = {
  reportBatch: {
    path: `/${ProvinceExchangeService.typeName}/ReportBatch`,
    ...{ requestStream: true, responseStream: false },
    requestSerialize: (message: ReportBatchRequest) => Buffer.from(toBinary(ReportBatchRequestSchema, message)),
    requestDeserialize: (bytes: Buffer) => fromBinary(ReportBatchRequestSchema, bytes),
    responseSerialize: (message: ReportBatchResponse) => Buffer.from(toBinary(ReportBatchResponseSchema, message)),
    responseDeserialize: (bytes: Buffer) => fromBinary(ReportBatchResponseSchema, bytes),
  },
  getStatement: {
    path: `/${ProvinceExchangeService.typeName}/GetStatement`,
    ...{ requestStream: false, responseStream: false },
    requestSerialize: (message: GetStatementRequest) => Buffer.from(toBinary(GetStatementRequestSchema, message)),
    requestDeserialize: (bytes: Buffer) => fromBinary(GetStatementRequestSchema, bytes),
    responseSerialize: (message: GetStatementResponse) => Buffer.from(toBinary(GetStatementResponseSchema, message)),
    responseDeserialize: (bytes: Buffer) => fromBinary(GetStatementResponseSchema, bytes),
  },
} satisfies ServiceDefinition;

/** What a caller is told by status code. */
class CallError extends Error {
  constructor(
    readonly code: status,
    readonly details: string,
  ) {
    super(details);
  }
}
const malformed = (details: string): CallError => new CallError(status.INVALID_ARGUMENT, details);

interface Received {
  readonly batch: string;
  readonly profile: string;
  readonly signature: string;
  readonly records: readonly Uint8Array[];
}

async function readCall(call: ServerReadableStream<ReportBatchRequest, ReportBatchResponse>): Promise<Received> {
  const records: Uint8Array[] = [];
  let header: { batch: string; profile: string; signature: string; recordCount: number } | undefined;
  for await (const { part } of call as AsyncIterable<ReportBatchRequest>) {
    if (part.case === 'header' && header === undefined && records.length === 0) header = part.value;
    else if (part.case === 'record' && header !== undefined && records.length < maxBatchRecords)
      records.push(part.value);
    else throw malformed('首条为批次头，其后为不超过 500 条记录');
  }
  if (header === undefined || header.recordCount !== records.length) throw malformed('记录数与批次头不符');
  return { ...header, records };
}

/** The bytes that the sender signed, worked out from the published description. */
function signedBytes({ batch, records }: Received): Uint8Array {
  const hash = createHash('sha256').update(batch, 'utf8');
  for (const record of records) {
    const length = new DataView(new ArrayBuffer(4));
    length.setUint32(0, record.length, false);
    hash.update(new Uint8Array(length.buffer)).update(record);
  }
  return hash.digest();
}

function rowOf(bytes: Uint8Array): unknown {
  const { kind, businessKey, dataVersion, columns } = fromBinary(ExchangeRecordSchema, bytes);
  const values = columns.map(({ name, value }) => [name, value.case === 'integer' ? Number(value.value) : value.value]);
  return { kind, businessKey, dataVersion, columns: Object.fromEntries(values) } satisfies Record<
    keyof SubmittedRow,
    unknown
  >;
}

const answerText = z.object({
  batch: z.string(),
  receivedAt: z.string(),
  records: z.array(
    z.object({
      businessKey: z.string(),
      dataVersion: z.number(),
      outcome: z.string(),
      receipt: z.string().default(''),
      late: z.boolean(),
      problems: z.array(z.object({ code: z.string(), field: z.string(), message: z.string() })),
    }),
  ),
});

/** The answer as a message; said twice on command. */
function answerBytes(text: string, twice: boolean): Uint8Array {
  const { batch, receivedAt, records } = answerText.parse(JSON.parse(text));
  const answers = records.map(({ outcome, ...record }) => ({ ...record, acknowledged: outcome === 'acknowledged' }));
  return toBinary(
    BatchAnswerSchema,
    create(BatchAnswerSchema, {
      ...{ batch, receivedAtMs: BigInt(Date.parse(receivedAt)) },
      records: twice ? [...answers, ...answers] : answers,
    }),
  );
}

async function takeBatch(context: SandboxContext, conduct: Conduct, received: Received): Promise<ReportBatchResponse> {
  const { mode, delayMs } = conduct.take();
  if (mode === 'down') throw new CallError(status.UNAVAILABLE, '平台维护中');
  if (mode === 'slow') await sleep(delayMs);
  const { batch, signature, records } = received;
  if (!isUuid(batch)) throw malformed('批次号不是 UUID');
  const body = signedBytes(received);
  const sender = await signerOf(signature, body, context.clientKeys);
  if (sender === undefined) throw new CallError(status.UNAUTHENTICATED, '签名不正确');
  const read = batchSchema.safeParse({ batch, profile: received.profile, records: records.map(rowOf) });
  if (!read.success || received.profile !== profile) throw malformed('记录不符合约定');
  const { pool, clock, reportWithinMs } = context;
  const receivedAt = clock.now();
  const reception = await receive(pool, { sender, key: batch, body, batch: read.data, receivedAt, reportWithinMs });
  if (reception.reused) throw new CallError(status.ALREADY_EXISTS, '批次号已用于另一批记录');
  // Worked on it, and the caller never hears; HTML and half a body are told as what a proxy would make of them.
  if (mode === 'lost' || mode === 'half') throw new CallError(status.CANCELLED, '连接中断');
  if (mode === 'html') throw new CallError(status.UNKNOWN, 'text/html');
  const answer = answerBytes(reception.answer, mode === 'twice');
  return create(ReportBatchResponseSchema, { answer, signature: await context.receiptKey.sign(answer) });
}

const told = (error: unknown): { code: status; details: string } =>
  error instanceof CallError
    ? { code: error.code, details: error.details }
    : { code: status.INTERNAL, details: '处理失败' };

export interface GrpcSide {
  /** host:port. */
  readonly address: string;
  stop(): Promise<void>;
}

/** The platform's gRPC side: the same judgement as over HTTPS. */
export async function startGrpc(context: SandboxContext, conduct: Conduct, listen: string): Promise<GrpcSide> {
  const server = new Server({ 'grpc.max_receive_message_length': maxMessageBytes });
  const reportBatch: handleClientStreamingCall<ReportBatchRequest, ReportBatchResponse> = (call, reply) => {
    readCall(call)
      .then((received) => takeBatch(context, conduct, received))
      .then(
        (response) => reply(null, response),
        (error: unknown) => reply(told(error)),
      );
  };
  const getStatement: handleUnaryCall<GetStatementRequest, GetStatementResponse> = ({ request }, reply) => {
    statementOfDay(context.pool, request.day, profile).then(
      (kinds) => {
        const list = Object.entries(kinds).map(([kind, row]) => ({ kind, ...row, amountFen: BigInt(row.amountFen) }));
        reply(null, create(GetStatementResponseSchema, { day: request.day, kinds: list }));
      },
      (error: unknown) => reply(told(error)),
    );
  };
  server.addService(
    { ...definition, ...inboxDefinition },
    { reportBatch, getStatement, ...inboxHandlers(context, conduct) },
  );
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync(listen, ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    ),
  );
  return {
    address: `${listen.slice(0, listen.lastIndexOf(':'))}:${port}`,
    stop: () =>
      new Promise((resolve) => {
        const timer = setTimeout(() => server.forceShutdown(), stopTimeoutMs);
        server.tryShutdown(() => {
          clearTimeout(timer);
          resolve();
        });
      }),
  };
}
