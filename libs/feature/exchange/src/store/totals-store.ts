import type { Sql } from '@tongban/journal';
import type { Instant } from '@tongban/kernel';
import { stages, type Stage } from './report-store.js';
import type { Scope } from './scope.js';

/** What the exchange looks like at a glance; also what metrics show. */
export interface ExchangeTotals {
  readonly reports: Readonly<Record<Stage, number>>;
  /** Since when the oldest report has waited to be sent or answered; null when none does. */
  readonly oldestUnsentAt: Instant | null;
  readonly oldestHeldAt: Instant | null;
  readonly openBatches: number;
  /** Outcomes that are not yet known to be in the journal of their case. */
  readonly notesOnTheWay: number;
}

/** Over the cases taken in below `prefix`; batches and notes are counted over all. */
export async function readExchangeTotals(sql: Sql, { node, profile }: Scope, prefix = ''): Promise<ExchangeTotals> {
  const counted = await sql.query<{ stage: Stage; count: number; oldest: Date }>(
    `select stage, count(*)::int as count, min(since) as oldest from exchange_report
      where node = $1 and profile = $2 and starts_with(intake, $3) group by stage`,
    [node, profile, prefix],
  );
  const [rest] = await sql.query<{ batches: number; notes: number }>(
    `select (select count(*)::int from exchange_batch where node = $1 and profile = $2 and state = 'open') as batches,
            (select count(*)::int from exchange_note where node = $1 and profile = $2 and next_at is not null) as notes`,
    [node, profile],
  );
  const of = (stage: Stage) => counted.find((row) => row.stage === stage);
  const ages = [of('pending'), of('sent')].flatMap((row) => (row === undefined ? [] : [row.oldest.getTime()]));
  return {
    reports: Object.fromEntries(stages.map((stage) => [stage, of(stage)?.count ?? 0])) as Record<Stage, number>,
    oldestUnsentAt: ages.length === 0 ? null : Math.min(...ages),
    oldestHeldAt: of('held')?.oldest.getTime() ?? null,
    openBatches: rest?.batches ?? 0,
    notesOnTheWay: rest?.notes ?? 0,
  };
}
