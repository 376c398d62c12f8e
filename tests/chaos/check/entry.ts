import { createHash, createPublicKey, verify, type KeyObject } from 'node:crypto';
import type { PublicKey } from './world.js';

/** A row of the table `entry`; numbers that do not fit JavaScript's come as text. */
export interface EntryRow {
  readonly node: string;
  readonly record: string;
  readonly seq: number;
  readonly epoch: number;
  readonly id: string;
  readonly record_class: string;
  readonly type: string;
  readonly version: number;
  readonly author: string;
  readonly actor_subject: string;
  readonly actor_role: string;
  readonly actor_division: string;
  readonly on_behalf_of: string | null;
  readonly occurred_ms: string;
  readonly recorded_ms: string;
  readonly facts: string;
  readonly sealed: string | null;
  readonly prev_hash: Buffer;
  readonly hash: Buffer;
  readonly suite: string;
  readonly key_id: string;
  readonly signature: Buffer;
}

export const entrySql = `
select node, record::text, seq, epoch, id::text, record_class, type, version, author, actor_subject, actor_role,
       actor_division, on_behalf_of, (extract(epoch from occurred_at) * 1000)::bigint::text as occurred_ms,
       (extract(epoch from recorded_at) * 1000)::bigint::text as recorded_ms, facts::text as facts,
       sealed::text as sealed, prev_hash, hash, suite, key_id, signature
  from entry where (node, record, seq) > ($1, $2::uuid, $3::int) order by node, record, seq limit $4`;

const sm3 = (bytes: Buffer): Buffer => createHash('sm3').update(bytes).digest();

/** Each field as its length in four bytes and its bytes (docs/protocol/journal.md, "Framing"). */
function framed(fields: readonly (string | Buffer)[]): Buffer {
  return Buffer.concat(
    fields.flatMap((field) => {
      const bytes = typeof field === 'string' ? Buffer.from(field, 'utf8') : field;
      const length = Buffer.alloc(4);
      length.writeUInt32BE(bytes.length);
      return [length, bytes];
    }),
  );
}

function sealedDigest(sealed: string | null): Buffer {
  if (sealed === null) return Buffer.alloc(0);
  const jwe = JSON.parse(sealed) as Record<string, string | undefined>;
  return sm3(framed(['protected', 'iv', 'ciphertext', 'tag'].map((name) => jwe[name] ?? '')));
}

/** The hash of an entry as docs/protocol/journal.md describes it, written from that page alone. */
export function hashOf(row: EntryRow): Buffer {
  const fields = framed([
    'tongban-entry-1',
    row.id,
    row.record,
    row.record_class,
    String(row.seq),
    String(row.epoch),
    row.type,
    String(row.version),
    row.author,
    row.actor_subject,
    row.actor_role,
    row.actor_division,
    row.on_behalf_of ?? '',
    row.occurred_ms,
    row.recorded_ms,
    row.facts,
    sealedDigest(row.sealed),
  ]);
  return sm3(Buffer.concat([row.prev_hash, fields]));
}

/** Says what is wrong with an entry's signature; a signature that was found good is not computed again. */
export class Signatures {
  private readonly good = new Set<string>();
  private readonly keys = new Map<string, KeyObject>();

  constructor(private readonly directory: ReadonlyMap<string, PublicKey>) {}

  faultOf(row: EntryRow): string | undefined {
    const known = this.directory.get(row.key_id);
    if (known === undefined) return `nobody has the key ${row.key_id}`;
    if (known.node !== row.author) return `the key ${row.key_id} is not one of ${row.author}`;
    if (row.suite !== 'ed25519') return `the suite ${row.suite} is not known`;
    const name = `${row.hash.toString('hex')} ${row.signature.toString('hex')} ${row.key_id}`;
    if (this.good.has(name)) return undefined;
    let key = this.keys.get(row.key_id);
    if (key === undefined) {
      key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: known.signing }, format: 'jwk' });
      this.keys.set(row.key_id, key);
    }
    if (!verify(null, row.hash, key, row.signature)) return 'the signature does not fit the hash';
    this.good.add(name);
    return undefined;
  }
}
