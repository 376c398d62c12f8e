import { fromBinary, type DescMessage, type MessageShape } from '@bufbuild/protobuf';
import type {
  handleClientStreamingCall,
  handleServerStreamingCall,
  handleUnaryCall,
  ServerReadableStream,
  ServerWritableStream,
  UntypedServiceImplementation,
} from '@grpc/grpc-js';
import {
  CompareDigestsQuerySchema,
  ConcludeQuerySchema,
  LocateQuerySchema,
  ResendQuerySchema,
  SnapshotQuerySchema,
  type Ask,
  type CompareDigestsResponse,
  type ConcludeResponse,
  type Envelope,
  type LocateResponse,
  type MendChunk,
  type MendResponse,
  type SnapshotChunk,
} from '@tongban/contract';
import type { KeyDirectory } from '@tongban/journal';
import { ok, refuse, RefusalError, type NodeCode, type Result } from '@tongban/kernel';
import { askLimits, checkAsk, type AskName, type AskPair } from './asks.js';
import { Fuse } from './blob-fuse.js';
import { statusOf } from './blob-status.js';

type Query<Schema extends DescMessage> = MessageShape<Schema>;

/** What a host answers to its children's hosts. Streams throw RefusalError. */
export interface AskHandlers {
  resend(pair: AskPair, query: Query<typeof ResendQuerySchema>): AsyncIterable<Envelope>;
  snapshot(pair: AskPair, query: Query<typeof SnapshotQuerySchema>): AsyncIterable<SnapshotChunk>;
  compareDigests(
    pair: AskPair,
    query: Query<typeof CompareDigestsQuerySchema>,
  ): Promise<Result<CompareDigestsResponse>>;
  /** `deadline`: when the caller stops waiting, milliseconds since 1970. */
  locate(pair: AskPair, query: Query<typeof LocateQuerySchema>, deadline: number): Promise<Result<LocateResponse>>;
  mend(pair: AskPair, chunks: AsyncIterable<MendChunk>): Promise<Result<MendResponse>>;
  conclude(pair: AskPair, query: Query<typeof ConcludeQuerySchema>): Promise<Result<ConcludeResponse>>;
}

export interface AskServiceOptions {
  readonly directory: Pick<KeyDirectory, 'verify'>;
  readonly isHosted: (node: NodeCode) => boolean;
  readonly clock: { now(): number };
  /** Undefined until the host is open. */
  readonly handlers: () => AskHandlers | undefined;
  readonly log: (level: 'warn', message: string, details: Record<string, unknown>) => void;
  readonly limits?: Partial<Record<keyof typeof askLimits, number>>;
}

const busy = refuse('service.busy', '同时进行的核对过多');
const starting = refuse('service.unavailable', '服务正在启动');
const cut = { ok: false, refusal: { code: 'service.unavailable', detail: '传送中断' } } as const;
const unreadable = refuse('request.malformed', '请求格式不正确');

/** The calls of FederationService by which a child's host asks its parent's: signed, bounded in number, size and time. */
export function askService(options: AskServiceOptions): UntypedServiceImplementation {
  const limits = { ...askLimits, ...options.limits };
  let running = 0;

  async function answer<T>(work: () => Promise<Result<T>>): Promise<Result<T>> {
    if (running >= limits.maxConcurrentCalls) return busy;
    running++;
    try {
      return await work();
    } catch (error) {
      if (error instanceof RefusalError) return { ok: false, refusal: error.refusal };
      options.log('warn', 'a call of a child failed', { reason: String(error) });
      return refuse('service.fault', '核对失败，已记录');
    } finally {
      running--;
    }
  }

  function opened<Schema extends DescMessage, T>(
    name: AskName,
    ask: Ask,
    schema: Schema,
    work: (handlers: AskHandlers, pair: AskPair, query: MessageShape<Schema>) => Promise<Result<T>>,
  ): Promise<Result<T>> {
    return answer(async () => {
      const handlers = options.handlers();
      if (handlers === undefined) return starting;
      const pair = checkAsk(options.directory, options.isHosted, name, ask, options.clock.now());
      if (!pair.ok) return pair;
      const query = decoded(schema, ask.body);
      return query === undefined ? unreadable : work(handlers, pair.value, query);
    });
  }

  const unary =
    <Schema extends DescMessage, T>(
      name: AskName,
      schema: Schema,
      work: (handlers: AskHandlers, pair: AskPair, query: MessageShape<Schema>, deadline: number) => Promise<Result<T>>,
    ): handleUnaryCall<Ask, T> =>
    (call, callback) => {
      const deadline = Math.min(Number(call.getDeadline()), options.clock.now() + limits.unaryTimeoutMs);
      void opened(name, call.request, schema, (handlers, pair, query) => work(handlers, pair, query, deadline)).then(
        (result) => (result.ok ? callback(null, result.value) : callback(statusOf(result.refusal))),
      );
    };

  const streamed =
    <Schema extends DescMessage, T>(
      name: AskName,
      schema: Schema,
      source: (handlers: AskHandlers, pair: AskPair, query: MessageShape<Schema>) => AsyncIterable<T>,
    ): handleServerStreamingCall<Ask, T> =>
    (call) => {
      void opened(name, call.request, schema, (handlers, pair, query) =>
        give(call, source(handlers, pair, query), limits),
      ).then((result) => (result.ok ? call.end() : call.emit('error', statusOf(result.refusal))));
    };

  const mend: handleClientStreamingCall<MendChunk, MendResponse> = (call, callback) => {
    const fuse = new Fuse(call, { ...limits, transferTimeoutMs: limits.streamTimeoutMs }, () => call.destroy());
    const chunks = alive(call, fuse);
    void answer(async () => {
      const handlers = options.handlers();
      if (handlers === undefined) return starting;
      const { value: first } = await chunks.next();
      const ask = (first as MendChunk | undefined)?.ask;
      if (ask === undefined) return unreadable;
      const pair = checkAsk(options.directory, options.isHosted, 'mend', ask, options.clock.now());
      return pair.ok ? handlers.mend(pair.value, chunks) : pair;
    }).then((result) => {
      fuse.clear();
      if (result.ok) callback(null, result.value);
      else callback(statusOf(result.refusal));
      call.destroy();
    });
  };

  return {
    resend: streamed('resend', ResendQuerySchema, (handlers, pair, query) => handlers.resend(pair, query)),
    snapshot: streamed('snapshot', SnapshotQuerySchema, (handlers, pair, query) => handlers.snapshot(pair, query)),
    compareDigests: unary('compareDigests', CompareDigestsQuerySchema, (handlers, pair, query) =>
      handlers.compareDigests(pair, query),
    ),
    locate: unary('locate', LocateQuerySchema, (handlers, pair, query, deadline) =>
      handlers.locate(pair, query, deadline),
    ),
    mend,
    conclude: unary('conclude', ConcludeQuerySchema, (handlers, pair, query) => handlers.conclude(pair, query)),
  };
}

function decoded<Schema extends DescMessage>(schema: Schema, bytes: Uint8Array): MessageShape<Schema> | undefined {
  try {
    return fromBinary(schema, bytes);
  } catch {
    return undefined;
  }
}

/** One message at a time, as the other side takes them. */
async function give<T>(
  call: ServerWritableStream<Ask, T>,
  messages: AsyncIterable<T>,
  limits: { readonly idleTimeoutMs: number; readonly streamTimeoutMs: number },
): Promise<Result<void>> {
  const fuse = new Fuse(call, { ...limits, transferTimeoutMs: limits.streamTimeoutMs }, () => undefined);
  try {
    for await (const message of messages) {
      fuse.touch();
      const taken = new Promise<boolean>((resolve) => call.write(message, (error?: Error | null) => resolve(!error)));
      if (!(await Promise.race([taken, fuse.broken.then(() => false)]))) return cut;
    }
    return ok(undefined);
  } finally {
    fuse.clear();
  }
}

async function* alive(call: ServerReadableStream<MendChunk, MendResponse>, fuse: Fuse): AsyncGenerator<MendChunk> {
  try {
    for await (const chunk of call as AsyncIterable<MendChunk>) {
      fuse.touch();
      yield chunk;
      fuse.touch();
    }
  } catch {
    throw new RefusalError(cut.refusal);
  }
  // A stream that is destroyed without an error may also look finished.
  if (fuse.blown) throw new RefusalError(cut.refusal);
}
