import type { ReconciliationStatement } from '@tongban/contract';
import type { SignatureValue, Sql } from '@tongban/journal';
import { parentOf, type NodeCode, type Uuid } from '@tongban/kernel';

export type ReconciliationState = 'running' | 'agreed' | 'differing' | 'interrupted' | 'cancelled';

export interface UnmendedRecord {
  readonly record: Uuid;
  readonly code: string;
  readonly detail: string;
}

/** What a comparison found; counts of records unless a name says otherwise. */
export interface ReconciliationResult {
  readonly checkedRecords: number;
  readonly checkedEntries: number;
  /** Heads or projections that did not fit sound entries and were made anew. */
  readonly rederived: number;
  readonly damaged: number;
  readonly differing: number;
  readonly mendedHere: number;
  readonly mendedThere: number;
  /** Bytes of digests and keys that travelled, both ways. */
  readonly digestBytes: number;
  readonly unmended: readonly UnmendedRecord[];
  /** Why it ended before its end. */
  readonly interruption?: string;
}

export interface Reconciliation {
  readonly id: Uuid;
  readonly peer: NodeCode | null;
  readonly state: ReconciliationState;
  readonly begunAt: Date;
  readonly endedAt: Date | null;
  readonly result: ReconciliationResult | null;
  readonly isSigned: boolean;
  readonly isCountersigned: boolean;
}

const iso = (at: number): string => new Date(at).toISOString();
const signatureJson = ({ suite, keyId, value }: SignatureValue): string =>
  JSON.stringify({ suite, keyId, value: Buffer.from(value).toString('base64url') });

export async function beginReconciliation(
  sql: Sql,
  node: NodeCode,
  id: Uuid,
  peer: NodeCode | undefined,
  now: number,
): Promise<void> {
  await sql.query(
    `insert into reconciliation (node, id, peer, state, begun_at) values ($1, $2, $3, 'running', $4)
     on conflict on constraint reconciliation_pk do nothing`,
    [node, id, peer ?? null, iso(now)],
  );
}

export interface SignedStatement {
  readonly statement: Uint8Array;
  readonly own: SignatureValue;
  readonly peer?: SignatureValue;
}

export async function endReconciliation(
  sql: Sql,
  node: NodeCode,
  id: Uuid,
  state: Exclude<ReconciliationState, 'running'>,
  result: ReconciliationResult,
  signed: SignedStatement | undefined,
  now: number,
): Promise<void> {
  await sql.query(
    `update reconciliation set state = $3, result = $4, statement = $5, signature = $6, peer_signature = $7,
       ended_at = $8 where node = $1 and id = $2`,
    [
      node,
      id,
      state,
      JSON.stringify(result),
      signed === undefined ? null : Buffer.from(signed.statement),
      signed === undefined ? null : signatureJson(signed.own),
      signed?.peer === undefined ? null : signatureJson(signed.peer),
      iso(now),
    ],
  );
}

/** The parent's side of a statement that a child has written. */
export async function saveCountersigned(
  sql: Sql,
  node: NodeCode,
  read: ReconciliationStatement,
  statement: Uint8Array,
  own: SignatureValue,
  peer: SignatureValue,
): Promise<void> {
  const result: ReconciliationResult = {
    checkedRecords: read.records,
    checkedEntries: 0,
    rederived: 0,
    damaged: 0,
    differing: read.differing,
    mendedHere: read.mendedAtParent,
    mendedThere: read.mendedAtChild,
    digestBytes: Number(read.digestBytes),
    unmended: [],
  };
  await sql.query(
    `insert into reconciliation (node, id, peer, state, begun_at, ended_at, result, statement, signature, peer_signature)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict on constraint reconciliation_pk do nothing`,
    [
      node,
      read.id,
      read.child,
      read.unmended === 0 ? 'agreed' : 'differing',
      iso(Number(read.begunAtMs)),
      iso(Number(read.endedAtMs)),
      JSON.stringify(result),
      Buffer.from(statement),
      signatureJson(own),
      signatureJson(peer),
    ],
  );
}

const columns = `id, peer, state, begun_at as "begunAt", ended_at as "endedAt", result,
  signature is not null as "isSigned", peer_signature is not null as "isCountersigned"`;

export function readReconciliations(sql: Sql, node: NodeCode, limitRows: number): Promise<Reconciliation[]> {
  return sql.query<Reconciliation>(
    `select ${columns} from reconciliation where node = $1 order by begun_at desc, id limit $2`,
    [node, limitRows],
  );
}

export async function findReconciliation(sql: Sql, node: NodeCode, id: Uuid): Promise<Reconciliation | undefined> {
  const [row] = await sql.query<Reconciliation>(`select ${columns} from reconciliation where node = $1 and id = $2`, [
    node,
    id,
  ]);
  return row;
}

/** When each node last had its turn: compared its records with its parent to the end, or was told not to. */
export async function readLastComparisons(
  sql: Sql,
  nodes: readonly NodeCode[],
): Promise<ReadonlyMap<NodeCode, number>> {
  const rows = await sql.query<{ node: NodeCode; at: Date }>(
    `select node, max(ended_at) as at from reconciliation
      where (node, coalesce(peer, node)) in (select n, p from unnest($1::text[], $2::text[]) as u(n, p))
        and state in ('agreed', 'differing', 'cancelled') group by node`,
    [nodes, nodes.map((node) => parentOf(node) ?? node)],
  );
  return new Map(rows.map(({ node, at }) => [node, at.getTime()]));
}

/** Notes who wants a run to stop; the first one counts. What has ended stays as it ended. */
export async function askCancel(sql: Sql, node: NodeCode, id: Uuid, by: string, now: number): Promise<void> {
  await sql.query(
    `update reconciliation set cancel_asked_at = $3, cancel_asked_by = $4
      where node = $1 and id = $2 and state = 'running' and cancel_asked_at is null`,
    [node, id, iso(now), by],
  );
}

/** A process that ended in the middle left these behind, or they were stopped before they had begun. */
export async function interruptRunning(sql: Sql, nodes: readonly NodeCode[], now: number): Promise<void> {
  await sql.query(
    `update reconciliation set ended_at = $2,
       state = case when cancel_asked_at is null then 'interrupted' else 'cancelled' end
      where node = any($1) and state = 'running'`,
    [nodes, iso(now)],
  );
}

/** Old ones go; the signed statements of a year stay. */
export async function dropReconciliations(sql: Sql, olderThan: number, limitRows: number): Promise<number> {
  const rows = await sql.query<{ id: Uuid }>(
    `delete from reconciliation where (node, id) in (
       select node, id from reconciliation where begun_at < $1 limit $2) returning id`,
    [iso(olderThan), limitRows],
  );
  return rows.length;
}
