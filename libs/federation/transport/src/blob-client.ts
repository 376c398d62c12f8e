import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { Metadata, type Client, type ClientWritableStream, type requestCallback } from '@grpc/grpc-js';
import {
  BlobChunkSchema,
  ReadBlobRequestSchema,
  StatBlobRequestSchema,
  type BlobChunk,
  type ReadBlobRequest,
  type StatBlobRequest,
  type StatBlobResponse,
} from '@tongban/contract';
import { ok, refuse, RefusalError, type Result } from '@tongban/kernel';
import { blobCallLimits, type BlobHeader, type BlobHeld, type BlobSource } from './blob-files.js';
import { refusalOf } from './blob-status.js';
import { federationDefinition } from './grpc-courier.js';

const within = (timeoutMs: number) => ({ deadline: Date.now() + timeoutMs });

/** The answer of a call as a value; `settled` tells a writer to stop. */
class Answer {
  settled = false;
  readonly result: Promise<Result<BlobHeld>>;
  readonly callback: requestCallback<StatBlobResponse>;

  constructor() {
    const { promise, resolve } = Promise.withResolvers<Result<BlobHeld>>();
    this.result = promise;
    this.callback = (error, value) => {
      this.settled = true;
      if (error !== null) return resolve({ ok: false, refusal: refusalOf(error) });
      resolve(ok({ held: Number(value?.held ?? 0n), complete: value?.complete ?? false }));
    };
  }
}

async function cancelledBy(
  signal: AbortSignal | undefined,
  call: { cancel(): void },
  work: () => Promise<Result<BlobHeld>>,
): Promise<Result<BlobHeld>> {
  const cancel = (): void => call.cancel();
  if (signal?.aborted === true) cancel();
  signal?.addEventListener('abort', cancel, { once: true });
  try {
    return await work();
  } finally {
    signal?.removeEventListener('abort', cancel);
  }
}

/** How much of a blob the parent holds. Refusals: service.unavailable and whatever the server names. */
export async function statBlob(client: Client, digest: string, signal?: AbortSignal): Promise<Result<BlobHeld>> {
  const { path, requestSerialize, responseDeserialize } = federationDefinition['statBlob']!;
  const answer = new Answer();
  const call = client.makeUnaryRequest<StatBlobRequest, StatBlobResponse>(
    path,
    requestSerialize,
    responseDeserialize,
    create(StatBlobRequestSchema, { digest }),
    new Metadata(),
    within(blobCallLimits.statTimeoutMs),
    answer.callback,
  );
  return cancelledBy(signal, call, () => answer.result);
}

/**
 * Sends a blob from `header.offset` on, one chunk at a time as the other side takes them. The answer says how much is
 * held; a refusal service.unavailable means that the line was cut and what came is kept.
 *
 * @throws whatever `chunks` throws; the call is then cancelled.
 */
export async function writeBlob(
  client: Client,
  header: BlobHeader,
  chunks: AsyncIterable<Uint8Array>,
  signal?: AbortSignal,
): Promise<Result<BlobHeld>> {
  const { path, requestSerialize, responseDeserialize } = federationDefinition['writeBlob']!;
  const answer = new Answer();
  const call = client.makeClientStreamRequest<BlobChunk, StatBlobResponse>(
    path,
    requestSerialize,
    responseDeserialize,
    new Metadata(),
    within(blobCallLimits.transferTimeoutMs),
    answer.callback,
  );
  call.on('error', () => undefined); // the answer tells
  return cancelledBy(signal, call, async () => {
    try {
      await sendChunks(call, header, chunks, answer);
    } catch (error) {
      call.cancel();
      await answer.result;
      throw error;
    }
    return answer.result;
  });
}

async function sendChunks(
  call: ClientWritableStream<BlobChunk>,
  header: BlobHeader,
  chunks: AsyncIterable<Uint8Array>,
  answer: Answer,
): Promise<void> {
  const { digest, size, offset } = header;
  const first: MessageInitShape<typeof BlobChunkSchema> = { digest, size: BigInt(size), offset: BigInt(offset) };
  let headed = false;
  const send = async (data: Uint8Array): Promise<void> => {
    const chunk = create(BlobChunkSchema, headed ? { data } : { ...first, data });
    headed = true;
    // A write that the ended call never confirms must not hold us.
    await Promise.race([new Promise<void>((resolve) => call.write(chunk, () => resolve())), answer.result]);
  };
  for await (const bytes of chunks) {
    for (let from = 0; from < bytes.length && !answer.settled; from += blobCallLimits.chunkBytes) {
      await send(bytes.subarray(from, from + blobCallLimits.chunkBytes));
    }
    if (answer.settled) return;
  }
  if (!headed) await send(new Uint8Array());
  call.end();
}

/** A blob from an offset on. Refusals: attachment.unknown, attachment.offset, service.unavailable, service.busy. */
export async function readBlob(client: Client, digest: string, offset: number): Promise<Result<BlobSource>> {
  const { path, requestSerialize, responseDeserialize } = federationDefinition['readBlob']!;
  const call = client.makeServerStreamRequest<ReadBlobRequest, BlobChunk>(
    path,
    requestSerialize,
    responseDeserialize,
    create(ReadBlobRequestSchema, { digest, offset: BigInt(offset) }),
    new Metadata(),
    within(blobCallLimits.transferTimeoutMs),
  );
  call.on('error', () => undefined); // the iterator tells
  const incoming = (call as AsyncIterable<BlobChunk>)[Symbol.asyncIterator]();
  const next = async (): Promise<BlobChunk | undefined> => {
    try {
      const { done, value } = await incoming.next();
      return done === true ? undefined : (value as BlobChunk);
    } catch (error) {
      throw new RefusalError(refusalOf(error));
    }
  };
  try {
    const first = await next();
    if (first === undefined || first.digest !== digest || first.offset !== BigInt(offset)) {
      call.cancel();
      return refuse('service.fault', 'the parent answered with another blob');
    }
    const chunks = async function* (): AsyncGenerator<Uint8Array> {
      try {
        for (let chunk: BlobChunk | undefined = first; chunk !== undefined; chunk = await next()) {
          if (chunk.data.length > 0) yield chunk.data;
        }
      } finally {
        call.cancel();
      }
    };
    return ok({ size: Number(first.size), chunks: chunks() });
  } catch (error) {
    if (error instanceof RefusalError) return { ok: false, refusal: error.refusal };
    throw error;
  }
}

/** The parent's blobs over one channel. */
export const blobClient = (client: Client) => ({
  stat: (digest: string, signal?: AbortSignal) => statBlob(client, digest, signal),
  write: (header: BlobHeader, chunks: AsyncIterable<Uint8Array>, signal?: AbortSignal) =>
    writeBlob(client, header, chunks, signal),
  read: (digest: string, offset: number) => readBlob(client, digest, offset),
});
