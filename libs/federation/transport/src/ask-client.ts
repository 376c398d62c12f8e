import { create, toBinary, type DescMessage, type MessageInitShape } from '@bufbuild/protobuf';
import { Metadata, type Client } from '@grpc/grpc-js';
import {
  CompareDigestsQuerySchema,
  ConcludeQuerySchema,
  LocateQuerySchema,
  MendChunkSchema,
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
import type { Keystore } from '@tongban/journal';
import { ok, RefusalError, type Result } from '@tongban/kernel';
import { askLimits, signAsk, type AskName, type AskPair } from './asks.js';
import { refusalOf } from './blob-status.js';
import { federationDefinition } from './grpc-courier.js';

export interface AskClientOptions {
  readonly client: Client;
  readonly keystore: Pick<Keystore, 'sign'>;
  readonly clock: { now(): number };
  readonly limits?: Partial<Record<'unaryTimeoutMs' | 'streamTimeoutMs', number>>;
}

/** A node asks its parent's host. Refusals: what the parent names, service.unavailable when it is out of reach. */
export class AskClient {
  private readonly limits: { readonly unaryTimeoutMs: number; readonly streamTimeoutMs: number };

  constructor(private readonly options: AskClientOptions) {
    this.limits = { ...askLimits, ...options.limits };
  }

  compareDigests(
    pair: AskPair,
    query: MessageInitShape<typeof CompareDigestsQuerySchema>,
  ): Promise<Result<CompareDigestsResponse>> {
    return this.unary('compareDigests', pair, CompareDigestsQuerySchema, query);
  }

  /** `deadline` in milliseconds since 1970 cuts the usual time short. */
  locate(
    pair: AskPair,
    query: MessageInitShape<typeof LocateQuerySchema>,
    deadline?: number,
  ): Promise<Result<LocateResponse>> {
    return this.unary('locate', pair, LocateQuerySchema, query, deadline);
  }

  conclude(pair: AskPair, query: MessageInitShape<typeof ConcludeQuerySchema>): Promise<Result<ConcludeResponse>> {
    return this.unary('conclude', pair, ConcludeQuerySchema, query);
  }

  /** Throws RefusalError when it is cut; what came before stays good. */
  snapshot(pair: AskPair, query: MessageInitShape<typeof SnapshotQuerySchema>): AsyncGenerator<SnapshotChunk> {
    return this.streamed('snapshot', pair, SnapshotQuerySchema, query);
  }

  resend(pair: AskPair, query: MessageInitShape<typeof ResendQuerySchema>): AsyncGenerator<Envelope> {
    return this.streamed('resend', pair, ResendQuerySchema, query);
  }

  /** Sends whole records, one chunk at a time as the other side takes them. */
  async mend(pair: AskPair, chunks: AsyncIterable<MendChunk>): Promise<Result<MendResponse>> {
    const { path, requestSerialize, responseDeserialize } = federationDefinition['mend']!;
    const { promise: answered, resolve } = Promise.withResolvers<Result<MendResponse>>();
    const call = this.options.client.makeClientStreamRequest<MendChunk, MendResponse>(
      path,
      requestSerialize,
      responseDeserialize,
      new Metadata(),
      { deadline: Date.now() + this.limits.streamTimeoutMs },
      (error, value) => resolve(error === null ? ok(value!) : { ok: false, refusal: refusalOf(error) }),
    );
    call.on('error', () => undefined); // the answer tells
    const send = async (chunk: MendChunk): Promise<boolean> => {
      const taken = new Promise<true>((done) => call.write(chunk, () => done(true)));
      // A write that the ended call never confirms must not hold us.
      return Promise.race([taken, answered.then(() => false)]);
    };
    try {
      let open = await send(create(MendChunkSchema, { ask: this.ask('mend', pair, new Uint8Array()) }));
      for await (const chunk of chunks) {
        open = open && (await send(chunk));
        if (!open) break;
      }
      call.end();
    } catch (error) {
      call.cancel();
      throw error;
    }
    return answered;
  }

  private ask(name: AskName, pair: AskPair, body: Uint8Array): Ask {
    return signAsk(this.options.keystore, name, pair, body, this.options.clock.now());
  }

  private unary<Schema extends DescMessage, Response>(
    name: AskName,
    pair: AskPair,
    schema: Schema,
    query: MessageInitShape<Schema>,
    deadline = Infinity,
  ): Promise<Result<Response>> {
    const { path, requestSerialize, responseDeserialize } = federationDefinition[name]!;
    const { promise, resolve } = Promise.withResolvers<Result<Response>>();
    this.options.client.makeUnaryRequest<Ask, Response>(
      path,
      requestSerialize,
      responseDeserialize,
      this.ask(name, pair, toBinary(schema, create(schema, query))),
      new Metadata(),
      { deadline: Math.min(deadline, Date.now() + this.limits.unaryTimeoutMs) },
      (error, value) => resolve(error === null ? ok(value!) : { ok: false, refusal: refusalOf(error) }),
    );
    return promise;
  }

  private async *streamed<Schema extends DescMessage, Message>(
    name: AskName,
    pair: AskPair,
    schema: Schema,
    query: MessageInitShape<Schema>,
  ): AsyncGenerator<Message> {
    const { path, requestSerialize, responseDeserialize } = federationDefinition[name]!;
    const call = this.options.client.makeServerStreamRequest<Ask, Message>(
      path,
      requestSerialize,
      responseDeserialize,
      this.ask(name, pair, toBinary(schema, create(schema, query))),
      new Metadata(),
      { deadline: Date.now() + this.limits.streamTimeoutMs },
    );
    call.on('error', () => undefined); // the iterator tells
    try {
      for await (const message of call as AsyncIterable<Message>) yield message;
    } catch (error) {
      throw new RefusalError(refusalOf(error));
    } finally {
      call.cancel();
    }
  }
}
