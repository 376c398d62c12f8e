import type { ProfileName } from '@tongban/domain/exchange';
import type { Sql } from '@tongban/journal';
import type { Instant, Uuid } from '@tongban/kernel';
import type { ResendBulk, ResendScope } from './resend-store.js';
import { iso, type Scope } from './scope.js';

/** Something that was asked to be sent again: one case or many. */
export interface ResendAsked extends Pick<
  ResendBulk,
  'key' | 'value' | 'subject' | 'because' | 'state' | 'reports' | 'sent' | 'skipped' | 'askedAt' | 'endedAt'
> {
  readonly profile: ProfileName;
  readonly scope: ResendScope | 'record';
  /** Of one case. */
  readonly number: string | null;
}

export interface ResendPosition {
  readonly at: Instant;
  readonly key: Uuid;
}

interface Row extends Omit<ResendAsked, 'askedAt' | 'endedAt'> {
  readonly askedAt: Date;
  readonly endedAt: Date | null;
}

/** What was asked below `prefix`, the newest first; at most `limit` behind the position. */
export async function listResends(
  sql: Sql,
  { node, profile }: Scope,
  { prefix, after, limit }: { prefix: string; after: ResendPosition | undefined; limit: number },
): Promise<ResendAsked[]> {
  const rows = await sql.query<Row>(
    `select key, $2 as profile, scope, value, number, subject, because, state, reports, sent, skipped,
       asked_at as "askedAt", ended_at as "endedAt"
     from (
       select o.key, o.scope, o.value, null as number, o.subject, o.because, o.state, o.reports, o.sent, o.skipped,
         o.asked_at, o.ended_at
         from exchange_resend_order o where o.node = $1 and o.profile = $2 and starts_with(o.prefix, $3)
       union all
       select s.key, 'record', s.record::text, r.number, s.subject, s.because, 'done', 1, 1, 0, s.asked_at, s.asked_at
         from exchange_resend s
         join exchange_report r on r.node = s.node and r.profile = s.profile and r.record = s.record
        where s.node = $1 and s.profile = $2 and starts_with(r.intake, $3)
     ) as asked
     where $4::timestamptz is null or (asked_at, key) < ($4::timestamptz, $5::uuid)
     order by asked_at desc, key desc limit $6`,
    [node, profile, prefix, after === undefined ? null : iso(after.at), after?.key ?? null, limit],
  );
  return rows.map((row) => ({
    ...row,
    askedAt: row.askedAt.getTime(),
    endedAt: row.endedAt?.getTime() ?? null,
  }));
}
