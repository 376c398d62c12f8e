import type { SignatureValue, Sql } from '@tongban/journal';
import type { NodeCode, Uuid } from '@tongban/kernel';

export interface Issue {
  readonly document: string;
  readonly digest: Uint8Array;
  readonly signature: SignatureValue;
  /** Milliseconds since 1970. */
  readonly issuedAt: number;
}

/** Handing out the same bytes again changes nothing. */
export async function insertIssue(sql: Sql, node: NodeCode, record: Uuid, issue: Issue): Promise<void> {
  const { document, digest, signature, issuedAt } = issue;
  await sql.query(
    `insert into document_issue (node, record, document, digest, suite, key_id, signature, issued_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict on constraint document_issue_pk do nothing`,
    [
      ...[node, record, document, Buffer.from(digest), signature.suite, signature.keyId],
      ...[Buffer.from(signature.value), new Date(issuedAt).toISOString()],
    ],
  );
}

const mostIssues = 500;

interface Row {
  readonly document: string;
  readonly digest: Buffer;
  readonly suite: string;
  readonly key_id: string;
  readonly signature: Buffer;
  readonly issued_at: Date;
}

/** Oldest first. */
export async function listIssues(sql: Sql, node: NodeCode, record: Uuid): Promise<Issue[]> {
  const rows = await sql.query<Row>(
    `select document, digest, suite, key_id, signature, issued_at from document_issue
      where node = $1 and record = $2 order by issued_at, document limit $3`,
    [node, record, mostIssues],
  );
  return rows.map((row) => ({
    ...{ document: row.document, digest: row.digest, issuedAt: row.issued_at.getTime() },
    signature: { suite: row.suite, keyId: row.key_id, value: row.signature },
  }));
}
