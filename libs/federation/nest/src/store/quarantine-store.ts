import type { Sql } from '@tongban/journal';
import type { NodeCode } from '@tongban/kernel';
import type { Quarantined } from './port.js';

/** Never lost, never applied: kept as it came until an operator or an upgrade resolves it (I6). */
export async function insertQuarantined(
  sql: Sql,
  node: NodeCode,
  peer: NodeCode,
  session: string,
  messages: readonly Quarantined[],
  now: number,
): Promise<void> {
  if (messages.length === 0) return;
  await sql.query(
    `insert into quarantine (node, peer, incarnation, link_seq, record, code, detail, payload, quarantined_at)
     select $1, $2, $3, s, r, c, d, p, $4
       from unnest($5::bigint[], $6::uuid[], $7::text[], $8::text[], $9::bytea[]) as u(s, r, c, d, p)
     on conflict on constraint quarantine_once do nothing`,
    [
      node,
      peer,
      session,
      new Date(now).toISOString(),
      messages.map((message) => message.linkSeq),
      messages.map((message) => message.record ?? null),
      messages.map((message) => message.code),
      messages.map((message) => message.detail),
      messages.map((message) => Buffer.from(message.payload)),
    ],
  );
}
