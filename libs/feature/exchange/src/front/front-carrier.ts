import {
  type AnsweredRecord,
  type BatchBody,
  type Obstacles,
  type Statement,
  type SubmittedRecord,
} from '@tongban/domain/exchange';
import { ok, type Clock, type Instant, type Result, type Uuid } from '@tongban/kernel';
import type { BatchOnItsWay, Carrier, Objections, Sending } from '../carrier.js';
import type { ExchangeLog } from '../ports.js';
import { reasonOf } from '../province/body.js';
import { statementUnavailable } from '../province/statement.js';
import { batchId, batchText, writeBatchRows, type FrontProfile } from './batch-rows.js';
import type { FrontDatabase } from './front-database.js';
import { frontFailure } from './front-failure.js';
import { frontStatement } from './front-statement.js';
import { readObstacles } from './obstacles.js';
import { writeTaskRows, type TaskWriting } from './task-writer.js';
import { abnormalProblem, readVerdicts, type RowVerdict } from './verdicts.js';

export interface FrontCarrierOptions {
  readonly database: FrontDatabase;
  readonly profile: FrontProfile;
  readonly clock: Clock;
  readonly log: ExchangeLog;
  /** DN_AUDIT_ABNORMAL says what was bad and never what was good: silence for so long counts as good. */
  readonly quietMs?: number;
  /** How often a written batch is looked at while its verdict is awaited. */
  readonly pollMs?: number;
  readonly obstaclesEveryMs?: number;
}

const usualQuietMs = 600_000;
const usualPollMs = 15_000;
const usualObstaclesEveryMs = 60_000;
const chinaOffset = '+08:00';
/** Times of quality checks that are committed late are found by reading this stretch again. */
const overlapMs = 600_000;
const mostWritten = 1_000;

/** Writes batches into the province's front-end database and reads there what became of them. */
export class FrontCarrier implements Carrier {
  /** Since when each batch has been in the database, as far as this process knows. */
  private readonly written = new Map<Uuid, Instant>();
  private known: Obstacles = new Map();
  private lookAgainAt: Instant = 0;

  constructor(private readonly options: FrontCarrierOptions) {}

  async send({ id, body }: BatchOnItsWay): Promise<Sending> {
    const { database, profile, clock, pollMs = usualPollMs } = this.options;
    try {
      await database.write((sql) => writeBatchRows(sql, profile, body));
      const since = this.sinceOf(id, clock.now());
      const verdicts = await database.read((sql) => readVerdicts(sql, profile, body));
      const answer = this.answerOf(body, verdicts, since);
      if (answer === undefined) return { kind: 'waiting', againMs: pollMs };
      this.written.delete(id);
      const bytes = Buffer.from(JSON.stringify({ batch: body.batch, records: answer }));
      const records = new Map(answer.map((row) => [row.businessKey, row]));
      return { kind: 'answered', answer: { receivedAt: this.timeOf(body), records }, bytes, signature: '' };
    } catch (error) {
      return frontFailure(error);
    }
  }

  async statement(day: string): Promise<Result<Statement>> {
    const { database, profile, log } = this.options;
    try {
      return ok(await database.read((sql) => frontStatement(sql, profile, day)));
    } catch (error) {
      return statementUnavailable(log, reasonOfFront(error));
    }
  }

  /** The tables as they are, read again now and then; a database that is away keeps nothing back. */
  async obstacles(now: Instant): Promise<Obstacles> {
    if (now < this.lookAgainAt) return this.known;
    const { database, profile, log, obstaclesEveryMs = usualObstaclesEveryMs } = this.options;
    this.lookAgainAt = now + obstaclesEveryMs;
    try {
      this.known = await readObstacles(database, profile);
    } catch (error) {
      log('warn', 'the front-end tables could not be looked at', { reason: reasonOfFront(error) });
    }
    return this.known;
  }

  async objections(position: string | undefined, limit: number): Promise<Objections> {
    const { database, profile } = this.options;
    if (profile.front.verdict.kind !== 'abnormal') return { found: [], position: position ?? '', more: false };
    const [from, after] = placeOf(position);
    const rows = await database.read((sql) =>
      sql.query(
        `select row_guid, table_row_guid, table_cd_batch, table_sql_name, err_type, remark, table_update_time
           from DN_AUDIT_ABNORMAL
          where table_update_time > ? or (table_update_time = ? and row_guid > ?)
          order by table_update_time, row_guid limit ${limit}`,
        [from, from, after],
      ),
    );
    const found = rows.flatMap((row) => {
      const batch = batchId(String(row['table_cd_batch']));
      return batch === undefined ? [] : [{ rowGuid: String(row['table_row_guid']), batch, ...abnormalProblem(row) }];
    });
    const last = rows.at(-1);
    const newest = last === undefined ? from : String(last['table_update_time']).slice(0, timeLength);
    if (last !== undefined && rows.length === limit)
      return { found, position: `${newest} ${String(last['row_guid'])}`, more: true };
    // At the end it steps back by a stretch, also behind the pages it has passed: what is committed late lies there, and
    // what was said of a batch that had no answer yet.
    return { found, position: last === undefined && after === '' ? from : minus(newest, overlapMs), more: false };
  }

  async writeTask(task: TaskWriting): Promise<string | undefined> {
    const { database, profile } = this.options;
    // Only the national database has tables for the catalogue.
    if (profile.front.verdict.kind !== 'abnormal') return 'no tables';
    try {
      await database.write((sql) => writeTaskRows(sql, task));
      return undefined;
    } catch (error) {
      return reasonOfFront(error);
    }
  }

  close(): Promise<void> {
    return this.options.database.close();
  }

  private sinceOf(id: Uuid, now: Instant): Instant {
    const since = this.written.get(id) ?? now;
    if (this.written.size >= mostWritten) this.written.clear();
    this.written.set(id, since);
    return since;
  }

  /** Undefined while rows are without a verdict and silence does not yet count as one. */
  private answerOf(
    body: BatchBody,
    verdicts: ReadonlyMap<string, RowVerdict>,
    since: Instant,
  ): AnsweredRecord[] | undefined {
    const { profile, clock, quietMs = usualQuietMs } = this.options;
    const { verdict, row } = profile.front;
    const quiet = verdict.kind === 'abnormal' && clock.now() >= since + quietMs;
    const receipt = batchText(body.batch);
    const answers: AnsweredRecord[] = [];
    for (const record of body.records) {
      const said = verdicts.get(String(record.columns[row]));
      if (said === undefined && !quiet) return undefined;
      answers.push(answerTo(record, said, receipt));
    }
    // A bad row may be found first and the others be looked at later.
    return verdict.kind === 'abnormal' && !quiet ? undefined : answers;
  }

  /** The day of the statement is the one that the rows carry. */
  private timeOf({ records }: BatchBody): Instant {
    const { time } = this.options.profile.front;
    return Date.parse(`${String(records[0]!.columns[time]).replace(' ', 'T')}${chinaOffset}`);
  }
}

const answerTo = (
  { businessKey, dataVersion }: SubmittedRecord,
  said: RowVerdict | undefined,
  receipt: string,
): AnsweredRecord =>
  said?.outcome === 'refused'
    ? { businessKey, dataVersion, outcome: 'rejected', problems: [said.problem] }
    : { businessKey, dataVersion, outcome: 'acknowledged', receipt, problems: [] };

const reasonOfFront = (error: unknown): string => {
  const failure = frontFailure(error);
  return 'reason' in failure ? failure.reason : reasonOf(error);
};

const beginning = '1970-01-01 00:00:00';
const timeLength = beginning.length;
/** A time, and within a full page's last second the row that the page ended with. */
const placeOf = (position: string | undefined): readonly [time: string, after: string] =>
  position === undefined || position === ''
    ? [beginning, '']
    : [position.slice(0, timeLength), position.slice(timeLength + 1)];
const minus = (time: string, ms: number): string =>
  new Date(Date.parse(`${time.replace(' ', 'T')}Z`) - ms).toISOString().slice(0, 19).replace('T', ' ');
