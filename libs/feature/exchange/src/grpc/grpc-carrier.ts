import { create, fromBinary } from '@bufbuild/protobuf';
import { Client, credentials, Metadata, status, type ServiceError } from '@grpc/grpc-js';
import {
  BatchAnswerSchema,
  GetStatementRequestSchema,
  GetStatementResponseSchema,
  ReportBatchRequestSchema,
  ReportBatchResponseSchema,
  type GetStatementResponse,
  type ReportBatchRequest,
  type ReportBatchResponse,
} from '@tongban/contract';
import { matchAnswer, recordKinds, statementOf, type BatchBody, type Statement } from '@tongban/domain/exchange';
import { ok, type Result } from '@tongban/kernel';
import { signDetached, type Signer } from '@tongban/platform/signing';
import type { BatchOnItsWay, Carrier, Sending } from '../carrier.js';
import { usualLimits, type ExchangeLimits, type ExchangeLog } from '../ports.js';
import { reasonOf } from '../province/body.js';
import type { ProvinceKeys } from '../province/keys.js';
import { statementUnavailable } from '../province/statement.js';
import { answeredRecords, batchMessages } from './batch-messages.js';
import { deserializer, path, serializer, unary } from './unary.js';

export interface GrpcAddress {
  /** `https://host:port`, or `http://host:port` without TLS. */
  readonly url: string;
  readonly signer: () => Promise<Signer>;
  readonly keys: ProvinceKeys;
}

const keepaliveTimeMs = 30_000;
/** The province says that it has not worked on the batch and will not: malformed, or the key used for another one. */
const refusedStatuses: readonly number[] = [status.INVALID_ARGUMENT, status.ALREADY_EXISTS];

const isServiceError = (error: unknown): error is ServiceError =>
  error instanceof Error && 'code' in error && typeof error.code === 'number';

/** Client streaming of batches to a platform that takes them as protobuf. */
export class GrpcCarrier implements Carrier {
  private readonly client: Client;

  constructor(
    private readonly address: GrpcAddress,
    private readonly log: ExchangeLog,
    private readonly limits: Pick<ExchangeLimits, 'requestTimeoutMs' | 'answerMaxBytes'> = usualLimits,
  ) {
    const { protocol, host } = new URL(address.url);
    const channel = protocol === 'https:' ? credentials.createSsl() : credentials.createInsecure();
    this.client = new Client(host, channel, {
      'grpc.max_receive_message_length': limits.answerMaxBytes,
      'grpc.keepalive_time_ms': keepaliveTimeMs,
      // A batch that failed is sent again by its own rules.
      'grpc.enable_retries': 0,
    });
  }

  async send({ body }: BatchOnItsWay, stop: AbortSignal): Promise<Sending> {
    const { signer, keys } = this.address;
    try {
      const messages = await batchMessages(body, async (digest) => signDetached(await signer(), digest));
      const { answer: bytes, signature } = await this.report(messages, stop);
      const verified = await keys.verify(signature, bytes);
      if (!verified.ok) return failed(`${verified.refusal.code}: ${verified.refusal.detail}`);
      return readAnswered(body, bytes, signature);
    } catch (error) {
      if (!isServiceError(error)) return failed(reasonOf(error));
      const reason = `gRPC ${status[error.code] ?? error.code}`;
      return refusedStatuses.includes(error.code) ? { kind: 'refused', reason } : failed(reason);
    }
  }

  async statement(day: string): Promise<Result<Statement>> {
    try {
      const told = await this.getStatement(day);
      if (told.day !== day) return statementUnavailable(this.log, 'unexpected content');
      const known = told.kinds.flatMap(({ kind, acknowledged, rejected, amountFen, digest }) =>
        recordKinds.some((ours) => ours === kind)
          ? [[kind, { acknowledged, rejected, amountFen: Number(amountFen), digest }] as const]
          : [],
      );
      return ok({ ...statementOf([]), ...Object.fromEntries(known) });
    } catch (error) {
      return statementUnavailable(this.log, reasonOf(error));
    }
  }

  async close(): Promise<void> {
    this.client.close();
  }

  private report(messages: readonly ReportBatchRequest[], stop: AbortSignal): Promise<ReportBatchResponse> {
    return new Promise((resolve, reject) => {
      const call = this.client.makeClientStreamRequest(
        path('ReportBatch'),
        serializer(ReportBatchRequestSchema),
        deserializer(ReportBatchResponseSchema),
        new Metadata(),
        { deadline: Date.now() + this.limits.requestTimeoutMs },
        (error, response) => {
          stop.removeEventListener('abort', cancel);
          if (error !== null) reject(error);
          else if (response === undefined) reject(new Error('no answer'));
          else resolve(response);
        },
      );
      const cancel = (): void => call.cancel();
      stop.addEventListener('abort', cancel, { once: true });
      if (stop.aborted) cancel();
      // A batch has at most 500 small messages: they may all wait in the stream.
      for (const message of messages) call.write(message);
      call.end();
    });
  }

  private getStatement(day: string): Promise<GetStatementResponse> {
    const schemas = { question: GetStatementRequestSchema, answer: GetStatementResponseSchema };
    const question = create(GetStatementRequestSchema, { day });
    return unary(this.client, 'GetStatement', schemas, question, this.limits.requestTimeoutMs);
  }
}

const failed = (reason: string): Sending => ({ kind: 'failed', reason });

function readAnswered(body: BatchBody, bytes: Uint8Array, signature: string): Sending {
  const told = fromBinary(BatchAnswerSchema, bytes);
  const { batch, receivedAtMs } = told;
  const answer = matchAnswer(body, { batch, receivedAt: Number(receivedAtMs), records: answeredRecords(told) });
  return answer.ok
    ? { kind: 'answered', answer: answer.value, bytes, signature }
    : failed(`${answer.refusal.code}: ${answer.refusal.detail}`);
}
