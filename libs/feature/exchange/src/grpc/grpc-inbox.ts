import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { Client, credentials } from '@grpc/grpc-js';
import {
  GetInboxFileRequestSchema,
  GetInboxFileResponseSchema,
  InboxFileQuestionSchema,
  InboxPageSchema,
  InboxQuestionSchema,
  InboxRepliedSchema,
  InboxReplySchema,
  ListInboxRequestSchema,
  ListInboxResponseSchema,
  ReplyInboxRequestSchema,
  ReplyInboxResponseSchema,
  type ExchangeColumn,
  type WireInboxMessage,
} from '@tongban/contract';
import { maxInboxMessages, readInbox, type InboxMessage } from '@tongban/domain/exchange';
import { ok, refuse, type JsonObject, type Result, type Uuid } from '@tongban/kernel';
import { signDetached } from '@tongban/platform/signing';
import type { InboxReply, ProvinceInbox } from '../ports.js';
import { reasonOf } from '../province/body.js';
import type { GrpcAddress } from './grpc-carrier.js';
import { unary } from './unary.js';

const timeoutMs = 20_000;
const fileTimeoutMs = 120_000;
const answerMaxBytes = 24 * 1024 * 1024;

interface Signed {
  readonly question: Uint8Array;
  readonly signature: string;
}
interface Answered {
  readonly answer: Uint8Array;
  readonly signature: string;
}

function columnsOf(columns: readonly ExchangeColumn[]): JsonObject {
  const found: Record<string, string | number> = {};
  for (const { name, value } of columns)
    if (value.case === 'text') found[name] = value.value;
    else if (value.case === 'integer') found[name] = Number(value.value);
  return found;
}

/** As the same message reads over HTTPS. */
const plain = ({ position, id, kind, columns, materials, lines }: WireInboxMessage): JsonObject => ({
  ...columnsOf(columns),
  ...{ position: Number(position), id, kind },
  ...(materials.length === 0
    ? {}
    : {
        materials: materials.map(({ materialCode, fileName, mediaType, size, sha256 }) => ({
          ...{ material_code: materialCode, file_name: fileName, media_type: mediaType, size, sha256 },
        })),
      }),
  ...(lines.length === 0 ? {} : { lines: lines.map((line) => columnsOf(line.columns)) }),
});

/** What the province has for us, asked for over gRPC and signed both ways. */
export class GrpcInbox implements ProvinceInbox {
  private readonly client: Client;

  constructor(private readonly address: GrpcAddress) {
    const { protocol, host } = new URL(address.url);
    const channel = protocol === 'https:' ? credentials.createSsl() : credentials.createInsecure();
    this.client = new Client(host, channel, {
      'grpc.max_receive_message_length': answerMaxBytes,
      'grpc.enable_retries': 0,
    });
  }

  async fetch(after: number): Promise<Result<InboxMessage[]>> {
    const asked = create(InboxQuestionSchema, { after: BigInt(after), limit: maxInboxMessages });
    const schemas = { question: ListInboxRequestSchema, answer: ListInboxResponseSchema };
    const answered = await this.ask(toBinary(InboxQuestionSchema, asked), (signed) =>
      unary(this.client, 'ListInbox', schemas, create(ListInboxRequestSchema, signed), timeoutMs),
    );
    if (!answered.ok) return answered;
    try {
      return readInbox(after, { messages: fromBinary(InboxPageSchema, answered.value).messages.map(plain) });
    } catch {
      return refuse('exchange.answer', '省级平台的收件箱内容不合约定');
    }
  }

  async reply({ id, outcome, text, code, number, querycode, lines }: InboxReply): Promise<Result<void>> {
    const told = {
      ...{ id, outcome, text: text ?? '', code: code ?? '', number: number ?? '', querycode: querycode ?? '' },
      lines: (lines ?? []).map((line) => ({ ...line })),
    };
    const schemas = { question: ReplyInboxRequestSchema, answer: ReplyInboxResponseSchema };
    const answered = await this.ask(toBinary(InboxReplySchema, create(InboxReplySchema, told)), (signed) =>
      unary(this.client, 'ReplyInbox', schemas, create(ReplyInboxRequestSchema, signed), timeoutMs),
    );
    if (!answered.ok) return answered;
    try {
      const confirmed = fromBinary(InboxRepliedSchema, answered.value);
      if (confirmed.id === id && confirmed.outcome === outcome) return ok(undefined);
    } catch {
      // As one that confirms something else.
    }
    return refuse('exchange.answer', '省级平台没有确认这条答复');
  }

  async file(id: Uuid, place: number, maxBytes: number): Promise<Result<Uint8Array>> {
    const asked = toBinary(InboxFileQuestionSchema, create(InboxFileQuestionSchema, { id, place }));
    const schemas = { question: GetInboxFileRequestSchema, answer: GetInboxFileResponseSchema };
    const answered = await this.ask(asked, (signed) =>
      unary(this.client, 'GetInboxFile', schemas, create(GetInboxFileRequestSchema, signed), fileTimeoutMs),
    );
    if (!answered.ok || answered.value.length <= maxBytes) return answered;
    return refuse('exchange.answer', '省级平台的文件超过上限');
  }

  close(): void {
    this.client.close();
  }

  private async ask(question: Uint8Array, call: (signed: Signed) => Promise<Answered>): Promise<Result<Uint8Array>> {
    const { signer, keys } = this.address;
    try {
      const { answer, signature } = await call({ question, signature: await signDetached(await signer(), question) });
      const verified = await keys.verify(signature, answer);
      return verified.ok ? ok(answer) : verified;
    } catch (error) {
      return refuse('service.unavailable', `省级平台不可用：${reasonOf(error)}`);
    }
  }
}
