import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { unwrap, type JsonObject, type NodeCode, type Result, type Uuid } from '@tongban/kernel';
import type { Sql } from './sql.js';

const cipher = 'aes-256-gcm';
const keyBytes = 32;
const ivBytes = 12;
const tagBytes = 16;
/** Data keys held open in memory; a node has one, and for the time of a rotation two. */
const maxOpenKeys = 10_000;

interface KeyRow {
  readonly id: number;
  readonly wrapped: string;
}

/** What wraps a data key: the node's own key, from its key file. */
interface Wrapping {
  seal(content: JsonObject, recipients: readonly NodeCode[]): Promise<string>;
  open(sealed: string, node: NodeCode): Promise<Result<JsonObject>>;
}

const stored = /^s1:(\d{1,9}):([\w-]+)$/;
const beginningOf = (id: number): string => `s1:${id}:`;

/**
 * Texts of a column that nobody is to read in the database: AES-256-GCM under a data key of the node, which lies beside
 * them wrapped for the node (JWE) and so opens with its key file only. `context` says where the text belongs (table and
 * record): moved elsewhere it does not open.
 */
export class SealedTexts {
  private readonly opened = new Map<string, Buffer>();

  constructor(private readonly wrapping: Wrapping) {}

  async seal(sql: Sql, node: NodeCode, context: string, text: string): Promise<string> {
    const newest = (await this.newestOf(sql, node)) ?? (await this.begin(sql, node, 1));
    return this.sealUnder(node, newest, context, text);
  }

  /** What `seal` made; a text from before columns were sealed is given back as it is. @throws when it is not genuine */
  async open(sql: Sql, node: NodeCode, context: string, text: string): Promise<string> {
    const [, id, value] = stored.exec(text) ?? [];
    if (id === undefined || value === undefined) return text;
    const [row] = await sql.query<KeyRow>('select id, wrapped from data_key where node = $1 and id = $2', [
      ...[node, Number(id)],
    ]);
    if (row === undefined) throw new Error(`data key ${id} of ${node} is not there`);
    const bytes = Buffer.from(value, 'base64url');
    const decipher = createDecipheriv(cipher, await this.keyOf(node, row), bytes.subarray(0, ivBytes), {
      authTagLength: tagBytes,
    });
    decipher.setAAD(Buffer.from(`${node} ${context}`));
    decipher.setAuthTag(bytes.subarray(-tagBytes));
    const parts = [decipher.update(bytes.subarray(ivBytes, -tagBytes)), decipher.final()];
    return Buffer.concat(parts).toString('utf8');
  }

  /**
   * Another key for what is sealed from now on, wrapped under the node's newest key. A repeat of the command makes no second
   * one. Its number.
   */
  async rotate(sql: Sql, node: NodeCode, command: Uuid): Promise<number> {
    const [made] = await sql.query<{ id: number }>('select id from data_key where node = $1 and begun_by = $2', [
      ...[node, command],
    ]);
    if (made !== undefined) return made.id;
    const newest = await this.newestOf(sql, node);
    return (await this.begin(sql, node, (newest?.id ?? 0) + 1, command)).id;
  }

  private async begin(sql: Sql, node: NodeCode, id: number, command?: Uuid): Promise<KeyRow> {
    const wrapped = await this.wrapping.seal({ key: randomBytes(keyBytes).toString('base64url') }, [node]);
    await sql.query(
      `insert into data_key (node, id, wrapped, begun_by, made_at) values ($1, $2, $3, $4, now())
       on conflict on constraint data_key_pk do nothing`,
      [node, id, wrapped, command ?? null],
    );
    // Somebody else may have been faster; then theirs is as good.
    const newest = await this.newestOf(sql, node);
    if (newest === undefined) throw new Error(`no data key of ${node}`);
    return newest;
  }

  private async newestOf(sql: Sql, node: NodeCode): Promise<KeyRow | undefined> {
    const [row] = await sql.query<KeyRow>('select id, wrapped from data_key where node = $1 order by id desc limit 1', [
      node,
    ]);
    return row;
  }

  /** True for what the key of this number has sealed. */
  isUnder(id: number, text: string): boolean {
    return text.startsWith(beginningOf(id));
  }

  private async sealUnder(node: NodeCode, row: KeyRow, context: string, text: string): Promise<string> {
    const iv = randomBytes(ivBytes);
    const encipher = createCipheriv(cipher, await this.keyOf(node, row), iv, { authTagLength: tagBytes });
    encipher.setAAD(Buffer.from(`${node} ${context}`));
    const closed = Buffer.concat([iv, encipher.update(text, 'utf8'), encipher.final(), encipher.getAuthTag()]);
    return `${beginningOf(row.id)}${closed.toString('base64url')}`;
  }

  /** Known by its wrapping: a key of a transaction that was rolled back is never taken for the one that stands there. */
  private async keyOf(node: NodeCode, { wrapped }: KeyRow): Promise<Buffer> {
    const known = this.opened.get(wrapped);
    if (known !== undefined) return known;
    const { key } = unwrap(await this.wrapping.open(wrapped, node));
    const bytes = Buffer.from(String(key), 'base64url');
    if (bytes.length !== keyBytes) throw new Error(`a data key of ${node} has ${bytes.length} bytes`);
    if (this.opened.size >= maxOpenKeys) this.opened.clear();
    this.opened.set(wrapped, bytes);
    return bytes;
  }
}
