import { create } from '@bufbuild/protobuf';
import type {
  handleClientStreamingCall,
  handleServerStreamingCall,
  handleUnaryCall,
  ServerReadableStream,
  ServerWritableStream,
  UntypedServiceImplementation,
} from '@grpc/grpc-js';
import {
  BlobChunkSchema,
  StatBlobResponseSchema,
  type BlobChunk,
  type ReadBlobRequest,
  type StatBlobRequest,
  type StatBlobResponse,
} from '@tongban/contract';
import { ok, refuse, type Result } from '@tongban/kernel';
import { blobCallLimits, isBlobDigest, type BlobFiles, type BlobHeld, type BlobWriter } from './blob-files.js';
import { Fuse } from './blob-fuse.js';
import { statusOf } from './blob-status.js';

const badDigest = refuse('request.malformed', '附件摘要格式不正确');
const cut = refuse('service.unavailable', '附件传送中断，可从断点继续');
const fault = refuse('service.fault', '附件读写失败');

/** What the calls may be told apart from the refusals that their callers see. */
type Log = (level: 'warn', message: string, details: Record<string, unknown>) => void;
/** Whether whoever calls may have the file; asked before anything is told of it. */
export type BlobJudge = (call: unknown, digest: string, wants: 'stat' | 'read') => Promise<Result<void>>;
type Limits = { readonly [Name in keyof typeof blobCallLimits]: number };

/** A broken disk is a fault of this host: the caller gets a code, the log the reason. */
async function sheltered<T>(log: Log, work: () => Promise<Result<T>>): Promise<Result<T>> {
  try {
    return await work();
  } catch (error) {
    log('warn', 'an attachment call failed', { reason: String(error) });
    return fault;
  }
}

const response = ({ held, complete }: BlobHeld): StatBlobResponse =>
  create(StatBlobResponseSchema, { held: BigInt(held), complete });

/**
 * The blob calls of FederationService. Sealed bytes only: nothing here could open them. A failed call carries the
 * refusal's code in `tongban-code`; what came of a cut upload is kept for the next one, and nobody can read it.
 */
export function blobService(
  files: BlobFiles,
  log: Log = () => undefined,
  limits: Limits = blobCallLimits,
  judge: BlobJudge = async () => ok(undefined),
): UntypedServiceImplementation {
  let reads = 0;
  let writes = 0;

  const statBlob: handleUnaryCall<StatBlobRequest, StatBlobResponse> = (call, callback) => {
    const { digest } = call.request;
    const tell = async (): Promise<Result<BlobHeld>> => {
      const allowed = await judge(call, digest, 'stat');
      return allowed.ok ? ok(await files.stat(digest)) : allowed;
    };
    const answered = isBlobDigest(digest) ? sheltered(log, tell) : badDigest;
    void Promise.resolve(answered).then((held) =>
      held.ok ? callback(null, response(held.value)) : callback(statusOf(held.refusal)),
    );
  };

  const writeBlob: handleClientStreamingCall<BlobChunk, StatBlobResponse> = (call, callback) => {
    const taken =
      writes < limits.maxConcurrentWrites
        ? sheltered(log, () => takeBlob(call, files, limits))
        : Promise.resolve(refuse('service.busy', '同时接收的附件过多'));
    writes++;
    void taken.then((held) => {
      writes--;
      if (held.ok) callback(null, response(held.value));
      else callback(statusOf(held.refusal));
      call.destroy();
    });
  };

  const readBlob: handleServerStreamingCall<ReadBlobRequest, BlobChunk> = (call) => {
    const given =
      reads < limits.maxConcurrentReads
        ? sheltered(log, () => giveBlob(call, files, limits, judge))
        : Promise.resolve(refuse('service.busy', '同时读取的附件过多'));
    reads++;
    void given.then((done) => {
      reads--;
      if (done.ok) call.end();
      else call.emit('error', statusOf(done.refusal));
    });
  };

  return { statBlob, writeBlob, readBlob };
}

async function takeBlob(
  call: ServerReadableStream<BlobChunk, StatBlobResponse>,
  files: BlobFiles,
  limits: Limits,
): Promise<Result<BlobHeld>> {
  const fuse = new Fuse(call, limits, () => call.destroy());
  const chunks = (call as AsyncIterable<BlobChunk>)[Symbol.asyncIterator]();
  let writer: BlobWriter | undefined;
  try {
    let chunk = await nextChunk(chunks, fuse);
    if (chunk === 'cut') return cut;
    if (chunk === undefined || !isBlobDigest(chunk.digest)) return badDigest;
    const { digest, size, offset } = chunk;
    const held = await files.stat(digest);
    if (held.complete) return ok(held);
    const opened = await files.receive(digest, Number(size), Number(offset));
    if (!opened.ok) return opened;
    writer = opened.value;
    for (; chunk !== undefined; chunk = await nextChunk(chunks, fuse)) {
      if (chunk === 'cut') return cut;
      if (chunk.data.length > limits.maxChunkBytes) return refuse('request.too-large', '附件分块过大');
      if (chunk.digest !== '' && chunk.digest !== digest) return badDigest;
      const written = await writer.write(chunk.data);
      if (!written.ok) return written;
    }
    fuse.clear();
    return await writer.finish();
  } finally {
    fuse.clear();
    await writer?.close();
  }
}

/** The next chunk; undefined after the last one, `cut` when the line broke, stood still or was held too long. */
async function nextChunk(chunks: AsyncIterator<BlobChunk>, fuse: Fuse): Promise<BlobChunk | 'cut' | undefined> {
  try {
    fuse.touch();
    const { done, value } = await chunks.next();
    // A stream that is destroyed without an error may also look finished.
    if (fuse.blown) return 'cut';
    return done === true ? undefined : (value as BlobChunk);
  } catch {
    return 'cut';
  }
}

async function giveBlob(
  call: ServerWritableStream<ReadBlobRequest, BlobChunk>,
  files: BlobFiles,
  limits: Limits,
  judge: BlobJudge,
): Promise<Result<void>> {
  const { digest, offset } = call.request;
  if (!isBlobDigest(digest)) return badDigest;
  const allowed = await judge(call, digest, 'read');
  if (!allowed.ok) return allowed;
  const source = await files.read(digest, Number(offset));
  if (!source.ok) return source;
  const { size, chunks } = source.value;
  // Not destroyed: a destroyed stream cannot send the status that ends the call.
  const fuse = new Fuse(call, limits, () => undefined);
  const first = { digest, size: BigInt(size), offset };
  let headed = false;
  const send = (data: Uint8Array): Promise<boolean> => {
    const chunk = create(BlobChunkSchema, headed ? { data } : { ...first, data });
    headed = true;
    fuse.touch();
    const gone = new Promise<boolean>((resolve) => call.write(chunk, (error?: Error | null) => resolve(!error)));
    return Promise.race([gone, fuse.broken.then(() => false)]);
  };
  try {
    for await (const data of chunks) if (!(await send(data))) return cut;
    if (!headed && !(await send(new Uint8Array()))) return cut;
    return ok(undefined);
  } finally {
    fuse.clear();
  }
}
