import { localDate } from '@tongban/domain/calendar';
import {
  feedbackRecordClass,
  hashFeedbackCode,
  makeFeedbackNumber,
  type FeedbackCommand,
  type FeedbackState,
} from '@tongban/domain/feedback';
import { derivedId } from '@tongban/federation/nest';
import { sm3 } from '@tongban/journal';
import { ok, type NodeCode, type Uuid } from '@tongban/kernel';
import type { FeedbackTools, Log } from '../ports.js';
import { findFeedback, listUnmarked, nextNumber } from '../store/feedback-store.js';
import { listToOpen, markOpened, type RatingToFollow } from '../store/rating-store.js';

export const followUpLimits = {
  /** Bad ratings are found in the database, whatever told of them was lost. */
  pollIntervalMs: 5_000,
  recordsPerBatch: 50,
  batchesPerRun: 20,
} as const;

const queryCodePurpose = 'feedback-follow-up';
/** One follow-up for each case and channel of rating, whichever process opens it and however often it tries. */
export const followUpOf = (caseRecord: Uuid, channel: string): Uuid => derivedId(caseRecord, `follow-up ${channel}`);

/**
 * The machine's part of feedback, for the nodes of one host: opens the follow-up of bad ratings and marks what is
 * overdue. Everything is found in the database and done under keys that follow from it, so that it may be cut off
 * anywhere and begin again.
 */
export class FollowUps {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;
  private stopped = false;
  /** Of one run: an example for each code, as a node that recovers refuses all of them. */
  private readonly refused = new Map<string, { readonly node: NodeCode; readonly record: Uuid }>();

  constructor(
    private readonly tools: Pick<FeedbackTools, 'commands' | 'transactor' | 'clock' | 'secrets'>,
    private readonly nodes: readonly NodeCode[],
    private readonly log: Log,
  ) {}

  start(): void {
    this.timer = setInterval(() => this.wake(), followUpLimits.pollIntervalMs);
    this.wake();
  }

  readonly wake = (): void => {
    if (this.running !== undefined || this.stopped) return;
    this.running = this.run()
      .catch((error: unknown) => this.log('warn', 'follow-ups of feedback', { error: String(error) }))
      .finally(() => {
        this.running = undefined;
      });
  };

  async stop(): Promise<void> {
    this.stopped = true;
    clearInterval(this.timer);
    await this.running;
  }

  /** Works off what waits, within the bounds of one run. */
  async run(): Promise<void> {
    this.refused.clear();
    for (let batch = 0; batch < followUpLimits.batchesPerRun && !this.stopped; batch++) {
      const done = (await this.openBatch()) + (await this.markBatch());
      if (done === 0) break;
    }
    for (const [code, example] of this.refused)
      this.log('warn', 'feedback was not moved by the machine', { code, ...example });
  }

  /** How many were opened. */
  private async openBatch(): Promise<number> {
    const { transactor } = this.tools;
    const waiting = await transactor.run((sql) => listToOpen(sql, this.nodes, followUpLimits.recordsPerBatch));
    let opened = 0;
    for (const { node, command } of waiting) if (await this.open(node, command)) opened++;
    return opened;
  }

  private async open(node: NodeCode, bad: RatingToFollow): Promise<boolean> {
    const { transactor, clock, secrets } = this.tools;
    const record = followUpOf(bad.case, bad.rating.channel);
    const day = localDate(clock.now());
    const done = await this.execute(node, record, 'open', true, async (sql) => {
      const number = makeFeedbackNumber(
        'ratingFollowUp',
        node,
        day,
        await nextNumber(sql, node, day, 'ratingFollowUp'),
      );
      const code = secrets.hmac(node, queryCodePurpose, record).slice(0, 16);
      return {
        ...{ type: 'open', number, queryCodeHash: hashFeedbackCode(number, code) },
        ...{ case: bad.case, item: bad.item, department: bad.department, complainedOf: [...bad.complainedOf] },
        rating: { ...bad.rating, reasonCodes: [...bad.rating.reasonCodes] },
      };
    });
    return transactor.run(async (sql) => {
      // Found open counts as opened: the record stands where a second one would.
      const isOpen = done || (await findFeedback(sql, node, record)) !== undefined;
      if (isOpen) await markOpened(sql, node, bad.case, bad.rating.channel, clock.now());
      return isOpen;
    });
  }

  /** How many were marked. */
  private async markBatch(): Promise<number> {
    const today = localDate(this.tools.clock.now());
    const late = await this.tools.transactor.run((sql) =>
      listUnmarked(sql, this.nodes, today, followUpLimits.recordsPerBatch),
    );
    let marked = 0;
    for (const { node, record, seq } of late) {
      const command = (): Promise<FeedbackCommand> => Promise.resolve({ type: 'markOverdue' });
      if (await this.execute(node, record, `overdue ${seq}`, false, command)) marked++;
    }
    return marked;
  }

  private async execute(
    node: NodeCode,
    record: Uuid,
    purpose: string,
    begins: boolean,
    command: (sql: Parameters<typeof nextNumber>[0]) => Promise<FeedbackCommand>,
  ): Promise<boolean> {
    const key = derivedId(record, purpose);
    const done = await this.tools.commands.execute<FeedbackState, FeedbackCommand>({
      ...{ node, key, digest: sm3(Buffer.from(key)), recordClass: feedbackRecordClass, record, begins },
      actor: { subject: 'feedback', role: 'system', division: node },
      occurredAt: this.tools.clock.now(),
      command: async (sql) => ok(await command(sql)),
    });
    if (!done.ok) this.refused.set(done.refusal.code, { node, record });
    return done.ok;
  }
}
