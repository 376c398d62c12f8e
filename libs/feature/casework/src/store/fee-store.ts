import type { CaseState, FeeMovement, SettledMovement } from '@tongban/domain/casework';
import type { ProjectionChange } from '@tongban/federation/nest';
import type { Sql } from '@tongban/journal';
import type { NodeCode, Uuid } from '@tongban/kernel';

/** The most lines of one day's settlement; a window writes some hundreds. */
export const maxSettlementLines = 20_000;

/** Every holder keeps the lines of its cases; a line never changes, so one that is here already stays. */
export async function saveFeeMovements(
  sql: Sql,
  node: NodeCode,
  changes: readonly ProjectionChange<CaseState>[],
): Promise<void> {
  const lines = changes.flatMap(({ record, state }) => state.fee.movements.map((moved) => ({ record, ...moved })));
  if (lines.length === 0) return;
  await sql.query(
    `insert into fee_movement (node, record, seq, collector, taken_at, kind, notice_number, document_number, amount_fen, method,
       on_day)
     select $1, r, q, c, t, k, n, d, a, m, o
       from unnest($2::uuid[], $3::int[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::bigint[],
                   $10::text[], $11::date[]) as u(r, q, c, t, k, n, d, a, m, o)
     on conflict on constraint fee_movement_pk do nothing`,
    [
      node,
      lines.map(({ record }) => record),
      lines.map(({ seq }) => seq),
      lines.map(({ collector }) => collector),
      lines.map(({ at }) => at),
      lines.map(({ kind }) => kind),
      lines.map(({ noticeNumber }) => noticeNumber),
      lines.map(({ documentNumber }) => documentNumber),
      lines.map(({ amountFen }) => amountFen),
      lines.map(({ method }) => method),
      lines.map(({ on }) => on),
    ],
  );
}

interface Row {
  readonly record: Uuid;
  readonly kind: FeeMovement['kind'];
  readonly notice_number: string | null;
  readonly document_number: string | null;
  readonly amount_fen: number;
  readonly method: FeeMovement['method'];
  readonly on_day: string;
}

export type SettlementLine = SettledMovement & { readonly record: Uuid };

/**
 * What `settle` wants for a day at the node that collected: the day's lines, and the notices still open when it began.
 * One line more than maxSettlementLines tells that there are too many.
 */
export async function readSettlement(sql: Sql, node: NodeCode, day: string): Promise<SettlementLine[]> {
  const rows = await sql.query<Row>(
    `select record, kind, notice_number, document_number, amount_fen::float8 as amount_fen, method,
            to_char(on_day, 'YYYY-MM-DD') as on_day
       from fee_movement moved
      where node = $1 and collector = $1
        and (on_day = $2::date
          or (kind = 'noticed' and on_day < $2::date and not exists (
               select 1 from fee_movement ended
                where ended.node = $1 and ended.notice_number = moved.notice_number and ended.kind <> 'noticed'
                  and ended.on_day < $2::date)))
      order by on_day, record, seq limit $3`,
    [node, day, maxSettlementLines + 1],
  );
  return rows.map((row) => ({
    record: row.record,
    kind: row.kind,
    noticeNumber: row.notice_number,
    documentNumber: row.document_number,
    amountFen: row.amount_fen,
    method: row.method,
    on: row.on_day,
  }));
}

/** True when a receipt has been booked at the node. Two payments with one receipt wait for each other until commit. */
export async function isReceiptUsed(sql: Sql, node: NodeCode, receiptNumber: string): Promise<boolean> {
  await sql.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`receipt ${node} ${receiptNumber}`]);
  const rows = await sql.query(
    `select 1 from fee_movement where node = $1 and taken_at = $1 and kind = 'paid' and document_number = $2 limit 1`,
    [node, receiptNumber],
  );
  return rows.length > 0;
}
