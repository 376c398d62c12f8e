import { ok, refuse, type NodeCode, type Result } from '@tongban/kernel';
import type { Transaction } from '@tongban/platform/database';
import type { BlobStore } from './blob-store.js';
import { isDigest } from './digest.js';
import { Fetcher } from './fetcher.js';
import { checkContent, type MediaType } from './media-type.js';
import type { BlobHeld, ParentBlobs } from './ports.js';
import { keyBytes } from './sealing.js';

export interface StoredAttachment {
  readonly digest: string;
  /** Bytes of the opened content. */
  readonly size: number;
  readonly mediaType: string;
}

export interface NewAttachment extends StoredAttachment {
  readonly mediaType: MediaType;
  /** base64url. Kept nowhere here: it travels in the sealed part of the case. */
  readonly key: string;
}

const encodedKeyCharacters = Math.ceil((keyBytes * 4) / 3);

function keyFrom(text: string): Buffer | undefined {
  if (text.length !== encodedKeyCharacters || !/^[\w-]+$/.test(text)) return undefined;
  return Buffer.from(text, 'base64url');
}

/** Attachments of the nodes of this host. With `fetchFromParent`, files that are not here are looked for one tier up. */
export class Attachments {
  private readonly fetcher: Fetcher | undefined;

  constructor(
    private readonly store: BlobStore,
    private readonly clock: { now(): number },
    fetchFromParent?: ParentBlobs['read'],
  ) {
    this.fetcher = fetchFromParent === undefined ? undefined : new Fetcher(store, fetchFromParent);
  }

  /**
   * Takes an upload. The file is on disk before the row is; a rolled back transaction leaves a file that nobody can
   * open. Refusals: attachment.empty, attachment.too-large, attachment.type.
   *
   * @param declaredType the Content-Type as it was sent; the content must agree.
   */
  async put(
    sql: Transaction,
    node: NodeCode,
    bytes: Uint8Array,
    declaredType: string,
    subject: string,
  ): Promise<Result<NewAttachment>> {
    const mediaType = checkContent(bytes, declaredType);
    if (!mediaType.ok) return mediaType;
    const { digest, key, sealedSize } = await this.store.put(bytes);
    await sql.query(
      `insert into blob (node, digest, size, sealed_size, media_type, uploaded_by, received_at)
       values ($1, $2, $3, $4, $5, $6, $7)`,
      [node, digest, bytes.length, sealedSize, mediaType.value, subject, new Date(this.clock.now())],
    );
    return ok({ digest, size: bytes.length, mediaType: mediaType.value, key: key.toString('base64url') });
  }

  /**
   * Makes a file that was uploaded elsewhere an upload of this node: fetched from above where it is not here, and opened
   * once, so that file, key and description agree. Under the same digest again nothing changes. Refusals: as `open`,
   * and attachment.digest where the content is not as described.
   */
  async adopt(sql: Transaction, node: NodeCode, file: StoredAttachment & { readonly key: string }, subject: string) {
    const { digest, size, mediaType, key } = file;
    const opened = await this.open(node, digest, key);
    if (!opened.ok) return opened;
    const checked = checkContent(opened.value, mediaType);
    if (!checked.ok) return checked;
    if (opened.value.length !== size) return refuse('attachment.digest', '附件内容与登记不符');
    const { held } = await this.store.stat(digest);
    await sql.query(
      `insert into blob (node, digest, size, sealed_size, media_type, uploaded_by, received_at)
       values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing`,
      [node, digest, size, held, mediaType, subject, new Date(this.clock.now())],
    );
    return ok({ digest, size, mediaType, key });
  }

  /** How much of a file that somebody seals and sends in pieces is here. */
  held(digest: string): Promise<BlobHeld> {
    return this.store.stat(digest);
  }

  /**
   * Takes one piece of a sealed file at exactly the offset that is held; a piece of a file that is complete changes
   * nothing. Refusals: attachment.offset (with `held`), attachment.digest, attachment.too-large, attachment.empty,
   * service.busy.
   */
  async receive(digest: string, size: number, offset: number, piece: Uint8Array): Promise<Result<BlobHeld>> {
    const held = await this.store.stat(digest);
    if (held.complete) return ok(held);
    const writer = await this.store.receive(digest, size, offset);
    if (!writer.ok) return writer;
    try {
      const written = await writer.value.write(piece);
      return written.ok ? await writer.value.finish() : written;
    } finally {
      await writer.value.close();
    }
  }

  /** Brings a file that a host below asks for from above, where it is not here. Refusal: attachment.not-here. */
  async fetch(digest: string): Promise<Result<void>> {
    if (this.fetcher === undefined) return refuse('attachment.not-here', '附件尚未传到本级');
    const fetched = await this.fetcher.fetch(digest);
    return fetched.ok ? ok(undefined) : fetched;
  }

  /** Those of the digests that were uploaded at this node. */
  find(sql: Transaction, node: NodeCode, digests: readonly string[]): Promise<readonly StoredAttachment[]> {
    if (digests.length === 0) return Promise.resolve([]);
    return sql.query<StoredAttachment>(
      'select digest, size, media_type as "mediaType" from blob where node = $1 and digest = any($2::text[])',
      [node, [...digests]],
    );
  }

  /** Has files sent to the parent as soon as they are here; asking again changes nothing. */
  async sendUp(sql: Transaction, node: NodeCode, digests: readonly string[]): Promise<void> {
    if (digests.length === 0) return;
    // Sorted, so that two transactions take their rows in the same order.
    await sql.query(
      `insert into blob_transfer (node, digest, next_at, created_at)
       select $1, digest, $3, $3 from unnest($2::text[]) as digest
       on conflict (node, digest) do nothing`,
      [node, [...new Set(digests)].sort(), new Date(this.clock.now())],
    );
  }

  /**
   * The opened bytes, for whoever has the key. Refusals: attachment.unknown when the key does not fit,
   * attachment.not-here when the file is neither here nor at the parent.
   */
  async open(_node: NodeCode, digest: string, key: string): Promise<Result<Buffer>> {
    const bytes = keyFrom(key);
    if (bytes === undefined || !isDigest(digest)) return refuse('attachment.unknown', '没有这个附件');
    const opened = await this.store.open(digest, bytes);
    if (opened.ok || opened.refusal.code !== 'attachment.not-here' || this.fetcher === undefined) return opened;
    const fetched = await this.fetcher.fetch(digest);
    return fetched.ok ? this.store.open(digest, bytes) : fetched;
  }
}
