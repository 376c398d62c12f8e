import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { openFrontDatabase, type FrontDatabase } from '@tongban/feature/exchange';
import type { Clock } from '@tongban/kernel';
import type { Logger } from '@tongban/platform/telemetry';
import type { KindCount } from '../reports.js';
import { Auditor, type AuditMode } from './auditor.js';
import type { Family } from './family.js';
import type { Planted } from '../inbox-store.js';
import { createFrontTables } from './front-schema.js';
import { plantRows, rowReplies } from './outbox.js';

const msPerDay = 86_400_000;
const fenPerYuan = 100;

/** The running front-end database of this platform, with its quality check. */
export interface Front {
  mode: AuditMode;
  /** Batches that the check has not looked at. */
  waiting(): Promise<number>;
  /** What the check found on the rows of a day (YYYY-MM-DD), in the same terms as the gateway's statement. */
  statement(family: Family, day: string): Promise<Record<string, KindCount>>;
  /** Sends a message down in the tables of its family. */
  plant(message: Planted): Promise<void>;
  /** What the gateway has answered in a family's table. */
  replies(profile: string): Promise<object[]>;
  stop(): Promise<void>;
}

export async function openFront(url: string, intervalMs: number, clock: Clock, logger: Logger): Promise<Front> {
  const database = openFrontDatabase(url);
  await createFrontTables(database);
  const auditor = new Auditor(database, clock.now);
  const stopping = new AbortController();
  const running = keepAuditing(auditor, intervalMs, stopping.signal, logger);
  return {
    get mode() {
      return auditor.mode;
    },
    set mode(mode) {
      auditor.mode = mode;
    },
    waiting: () => auditor.waiting(),
    statement: (family, day) => statementOf(database, family, day),
    plant: (message) => plantRows(database, message, clock.now()),
    replies: (profile) => rowReplies(database, profile),
    async stop() {
      stopping.abort();
      await running;
      await database.close();
    },
  };
}

async function keepAuditing(auditor: Auditor, intervalMs: number, signal: AbortSignal, logger: Logger): Promise<void> {
  while (!signal.aborted) {
    try {
      await auditor.round();
    } catch (error) {
      logger.warn({ err: error }, 'the quality check failed');
    }
    // Being told to stop ends the wait.
    await sleep(intervalMs, undefined, { signal }).catch(() => undefined);
  }
}

async function statementOf(database: FrontDatabase, family: Family, day: string): Promise<Record<string, KindCount>> {
  const next = new Date(Date.parse(`${day}T00:00:00Z`) + msPerDay).toISOString().slice(0, 10);
  const rows = await database.read((sql) =>
    sql.query(
      'select kind, row_guid, batch, good, amount from SANDBOX_AUDITED where family = ? and cd_time >= ? and cd_time < ?',
      [family.name, `${day} 00:00:00`, `${next} 00:00:00`],
    ),
  );
  const counts: Record<string, KindCount> = {};
  for (const { kind } of family.tables) {
    const own = rows.filter((row) => row['kind'] === kind);
    const good = own.filter((row) => Number(row['good']) === 1);
    const lines = good.map((row) => `${String(row['row_guid'])} ${String(row['batch'])}\n`).sort();
    counts[kind] = {
      acknowledged: good.length,
      rejected: own.length - good.length,
      amountFen: good.reduce((sum, row) => sum + Math.round(Number(row['amount'] ?? 0) * fenPerYuan), 0),
      digest: createHash('sha256').update(lines.join('')).digest('hex'),
    };
  }
  return counts;
}
