import { Client } from 'pg';

export type Invariant = 'I1' | 'I2' | 'I3' | 'I4' | 'I5' | 'I6' | 'I7' | 'I8' | 'I9' | 'I12';

/** What was promised and is not so. */
export interface Violation {
  readonly invariant: Invariant;
  readonly what: string;
}

/** The database of one host. */
export interface Place {
  readonly name: string;
  readonly url: string;
}

/** A command that a client was told is saved (201, `done`) or on its way to the owner (202, `requested`). */
export interface Acknowledged {
  readonly key: string;
  readonly node: string;
  readonly record: string;
  readonly state: 'done' | 'requested';
}

export interface PublicKey {
  readonly node: string;
  /** Ed25519, 32 bytes as base64url. */
  readonly signing: string;
}

/** Everything that the check is told; the rest it reads from the databases. */
export interface World {
  readonly city: string;
  readonly places: readonly Place[];
  /** The database of the province's platform. */
  readonly provinceUrl: string;
  readonly keys: ReadonlyMap<string, PublicKey>;
  readonly acknowledged: readonly Acknowledged[];
  /** Commands that only a database knew when it was put back to an earlier state. */
  readonly mayBeLost: ReadonlySet<string>;
}

const connectTimeoutMs = 10_000;
const statementTimeoutMs = 120_000;

export type Query = <Row>(sql: string, params?: readonly unknown[]) => Promise<Row[]>;

/** Runs `use` on one connection that is closed afterwards. */
export async function reading<T>(url: string, use: (query: Query) => Promise<T>): Promise<T> {
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: connectTimeoutMs,
    statement_timeout: statementTimeoutMs,
    application_name: 'chaos check',
  });
  client.on('error', () => undefined); // the query under way rejects
  try {
    await client.connect();
    return await use(async <Row>(sql: string, params: readonly unknown[] = []) => {
      return (await client.query(sql, [...params])).rows as Row[];
    });
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Lengths of the significant part of a division code, from the province down (GB/T 10114: 2, 4, 6, 9, 12 digits). */
const prefixLengths = [2, 4, 6, 9, 12] as const;
const codeLength = 12;

/** The node itself and everything above it up to the province, nearest first. */
export function lineOf(node: string): string[] {
  const line = prefixLengths.map((length) => node.slice(0, length).padEnd(codeLength, '0'));
  return [...new Set(line)].reverse();
}
