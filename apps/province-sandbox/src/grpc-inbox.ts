import { create, fromBinary, toBinary, type DescMessage, type MessageShape } from '@bufbuild/protobuf';
import { status, type handleUnaryCall, type ServiceDefinition } from '@grpc/grpc-js';
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
  ProvinceExchangeService,
  ReplyInboxRequestSchema,
  ReplyInboxResponseSchema,
} from '@tongban/contract';
import type { Conduct } from './behaviour.js';
import type { SandboxContext } from './context.js';
import { fileOf, keepReply, messagesBehind, replySchema, type InboxMessage } from './inbox-store.js';
import { signerOf } from './keys.js';

const mostMessages = 100;

interface Question {
  readonly question: Uint8Array;
  readonly signature: string;
}
interface Answer {
  readonly answer: Uint8Array;
  readonly signature: string;
}

const method = <Q extends DescMessage, A extends DescMessage>(
  name: string,
  question: Q,
  answer: A,
  serialize: (message: Answer) => Uint8Array,
) => ({
  path: `/${ProvinceExchangeService.typeName}/${name}`,
  ...{ requestStream: false as const, responseStream: false as const },
  requestSerialize: (message: MessageShape<Q>) => Buffer.from(toBinary(question, message)),
  requestDeserialize: (bytes: Buffer) => fromBinary(question, bytes),
  responseSerialize: (message: Answer) => Buffer.from(serialize(message)),
  responseDeserialize: (bytes: Buffer) => fromBinary(answer, bytes),
});

export const inboxDefinition = {
  listInbox: method('ListInbox', ListInboxRequestSchema, ListInboxResponseSchema, (answer) =>
    toBinary(ListInboxResponseSchema, create(ListInboxResponseSchema, answer)),
  ),
  getInboxFile: method('GetInboxFile', GetInboxFileRequestSchema, GetInboxFileResponseSchema, (answer) =>
    toBinary(GetInboxFileResponseSchema, create(GetInboxFileResponseSchema, answer)),
  ),
  replyInbox: method('ReplyInbox', ReplyInboxRequestSchema, ReplyInboxResponseSchema, (answer) =>
    toBinary(ReplyInboxResponseSchema, create(ReplyInboxResponseSchema, answer)),
  ),
} satisfies ServiceDefinition;

const column = (name: string, value: unknown) => ({
  name,
  value:
    typeof value === 'number' && Number.isInteger(value)
      ? ({ case: 'integer', value: BigInt(value) } as const)
      : ({ case: 'text', value: typeof value === 'string' ? value : JSON.stringify(value) } as const),
});
const columns = (row: Readonly<Record<string, unknown>>) =>
  Object.entries(row)
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([name, value]) => column(name, value));

interface Material {
  readonly material_code: string;
  readonly file_name: string;
  readonly media_type: string;
  readonly size: number;
  readonly sha256: string;
}

function wire({ position, message }: InboxMessage) {
  const { id, kind, materials = [], lines = [], ...rest } = message;
  return {
    ...{ position: BigInt(position), id: String(id), kind: String(kind), columns: columns(rest) },
    materials: (materials as Material[]).map((one) => ({
      ...{ materialCode: one.material_code, fileName: one.file_name, mediaType: one.media_type },
      ...{ size: one.size, sha256: one.sha256 },
    })),
    lines: (lines as Record<string, unknown>[]).map((line) => ({ columns: columns(line) })),
  };
}

class Told extends Error {
  constructor(
    readonly code: status,
    readonly details: string,
  ) {
    super(details);
  }
}

/** What the platform sends down by gRPC: the same messages as over HTTPS. */
export function inboxHandlers(context: SandboxContext, conduct: Conduct) {
  const { pool, clientKeys, receiptKey } = context;
  const answering =
    (work: (question: Uint8Array) => Promise<Uint8Array>): handleUnaryCall<Question, Answer> =>
    ({ request }, reply) => {
      const { mode } = conduct.take();
      const run = async (): Promise<Answer> => {
        if (mode === 'down') throw new Told(status.UNAVAILABLE, '平台维护中');
        if ((await signerOf(request.signature, request.question, clientKeys)) === undefined)
          throw new Told(status.UNAUTHENTICATED, '签名不正确');
        const answer = await work(request.question);
        if (mode === 'lost' || mode === 'html') throw new Told(status.CANCELLED, '连接中断');
        const signature = await receiptKey.sign(answer);
        return { answer: mode === 'half' ? answer.subarray(0, Math.floor(answer.length / 2)) : answer, signature };
      };
      run().then(
        (answer) => reply(null, answer),
        (error: unknown) =>
          reply(error instanceof Told ? error : { code: status.INVALID_ARGUMENT, details: '报文不正确' }),
      );
    };
  return {
    listInbox: answering(async (bytes) => {
      const { after, limit } = fromBinary(InboxQuestionSchema, bytes);
      const found = await messagesBehind(pool, Number(after), Math.min(limit, mostMessages));
      return toBinary(InboxPageSchema, create(InboxPageSchema, { messages: found.map(wire) }));
    }),
    getInboxFile: answering(async (bytes) => {
      const { id, place } = fromBinary(InboxFileQuestionSchema, bytes);
      const file = await fileOf(pool, id, place);
      if (file === undefined) throw new Told(status.NOT_FOUND, '没有这个文件');
      return file;
    }),
    replyInbox: answering(async (bytes) => {
      const { $typeName: _type, lines, id, outcome, ...texts } = fromBinary(InboxReplySchema, bytes);
      const said = Object.entries(texts).filter(([, value]) => value !== '');
      const read = replySchema.parse({
        ...{ id, outcome, ...Object.fromEntries(said) },
        ...(lines.length === 0 ? {} : { lines: lines.map(({ line, code, text }) => ({ line, code, text })) }),
      });
      if (!(await keepReply(pool, read))) throw new Told(status.NOT_FOUND, '没有这条消息');
      return toBinary(InboxRepliedSchema, create(InboxRepliedSchema, { id, outcome }));
    }),
  };
}
