import type { Uuid } from '@tongban/kernel';
import { limitsOf, type ExchangeTools, type FeedChange, type FeedPosition } from '../ports.js';
import { advanceCursor, readCursor } from '../store/cursor-store.js';
import { seenSeqs } from '../store/report-store.js';
import { refreshReports, scopeOf } from './refresh.js';

const lowestRecord: Uuid = '00000000-0000-0000-0000-000000000000';

/**
 * Follows the cases in the order of their changes. A change may be committed after a later one, so the last stretch is
 * read again and again; a case whose newest entry has been taken into account costs one comparison.
 */
export class FeedReader {
  /** Where the reading under way stands; the kept cursor is never behind what a crash may lose. */
  private position: FeedPosition | undefined;
  private overlapAt = 0;

  constructor(private readonly tools: ExchangeTools) {}

  /** One page, since what was opened for it is to lie open until its batches are made. True when there is more. */
  async read(): Promise<boolean> {
    this.position = await this.start();
    const rows = await this.readPage(this.position);
    const last = rows.at(-1);
    const more = last !== undefined && rows.length === limitsOf(this.tools).feedPageCases;
    this.position = more ? { at: last.changedAt, record: last.record } : undefined;
    return more;
  }

  private async start(): Promise<FeedPosition | undefined> {
    if (this.position !== undefined) return this.position;
    const { transactor, clock } = this.tools;
    const { feedOverlapMs, feedOverlapEveryMs } = limitsOf(this.tools);
    const cursor = await transactor.run((sql) => readCursor(sql, scopeOf(this.tools)));
    const now = clock.now();
    if (cursor === undefined || now < this.overlapAt) return cursor;
    this.overlapAt = now + feedOverlapEveryMs;
    return { at: cursor.at - feedOverlapMs, record: lowestRecord };
  }

  private async readPage(after: FeedPosition | undefined): Promise<readonly FeedChange[]> {
    const { tools } = this;
    const scope = scopeOf(tools);
    const { rows, seen } = await tools.transactor.run(async (sql) => {
      const rows = await tools.cases.changedAfter(sql, tools.node, after, limitsOf(tools).feedPageCases);
      const records = rows.map(({ record }) => record);
      return { rows, seen: await seenSeqs(sql, scope, records) };
    });
    const news = rows.filter(({ record, seq }) => seq > (seen.get(record) ?? 0));
    await refreshReports(
      tools,
      news.map(({ record }) => record),
    );
    const last = rows.at(-1);
    // After the work: a crash before this line has the page read again, which changes nothing.
    if (last !== undefined)
      await tools.transactor.run((sql) => advanceCursor(sql, scope, { at: last.changedAt, record: last.record }));
    return rows;
  }
}
