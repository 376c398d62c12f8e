import { localDate } from '@tongban/domain/calendar';
import {
  caseRecordClass,
  dutyOf,
  usualDutyParameters,
  type CaseCommand,
  type CaseState,
  type DutyKind,
  type DutyParameters,
  type RatingLevel,
} from '@tongban/domain/casework';
import { derivedId } from '@tongban/federation/nest';
import { sm3 } from '@tongban/journal';
import { ok, type Result } from '@tongban/kernel';
import { nextDailyNumber } from '../store/case-store.js';
import { readDueCases, saveDutyAt, type OwnedCase } from '../store/duty-store.js';
import type { CaseworkTools, CommandOutcome } from './context.js';
import { followDelegations } from './follow-delegations.js';
import { followRetirements } from './follow-retirements.js';

const dutyRoundMs = 10_000;
/** Delegations end at midnight; a minute later is soon enough. */
const delegationRoundMs = 60_000;
/** Cases that one round looks at; what is over waits for the next one. */
export const maxDutiesPerRound = 200;
/** A case that cannot be acted on now, because it is on its way for example, is looked at again after this. */
const retryMs = 10 * 60_000;

/** What a region counts for an applicant who says nothing. */
export interface RatingDefault {
  readonly level: RatingLevel;
}
const usualRatingDefault: RatingDefault = { level: 'basicallySatisfied' };

export interface DutyTools extends Pick<
  CaseworkTools,
  'commands' | 'transactor' | 'clock' | 'calendar' | 'items' | 'sealer'
> {
  readonly parameters?: DutyParameters;
  readonly ratingDefault?: RatingDefault;
  readonly log: (level: 'info' | 'warn', message: string, details?: Record<string, unknown>) => void;
}

export interface DutiesDone {
  readonly looked: number;
  readonly done: number;
}

/**
 * What the law and the delegations make of cases without anybody's doing: acceptance by silence, breaches, default
 * ratings, and moves when a power ends. Each act is a command of its own; what was done is read off the case, so a
 * process that dies anywhere goes on where it was.
 */
export class DutyRounds {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  private delegationsAt = 0;
  private readonly stopping = new AbortController();

  constructor(private readonly tools: DutyTools) {}

  start(): void {
    let busy = false;
    this.timer = setInterval(() => {
      if (busy) return;
      busy = true;
      this.running = this.both()
        .catch((error: unknown) => this.tools.log('warn', 'a round of duties failed', { error: String(error) }))
        .finally(() => {
          busy = false;
        });
    }, dutyRoundMs);
    this.timer.unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    this.stopping.abort();
    await this.running;
  }

  /** Everything that is due now, up to the bound; each case by itself: one that fails does not hold up the others. */
  async round(): Promise<DutiesDone> {
    const { transactor, clock, log } = this.tools;
    const due = await transactor.run((sql) => readDueCases(sql, clock.now(), maxDutiesPerRound));
    let done = 0;
    for (const held of due) {
      if (this.stopping.signal.aborted) break;
      try {
        if (await this.look(held)) done++;
      } catch (error) {
        log('warn', 'a duty was not done', { record: held.record, error: String(error) });
        await transactor.run((sql) => saveDutyAt(sql, held, clock.now() + retryMs));
      }
    }
    return { looked: due.length, done };
  }

  /** Moves running cases as delegations that have ended, or are used up, want it. */
  delegations(): Promise<number> {
    return followDelegations(this.tools, this.stopping.signal);
  }

  /** Hands the open cases of nodes that end to their successors. */
  retirements(): Promise<number> {
    return followRetirements(this.tools, this.stopping.signal);
  }

  private async both(): Promise<void> {
    await this.round();
    await this.retirements();
    const now = this.tools.clock.now();
    if (now - this.delegationsAt < delegationRoundMs) return;
    this.delegationsAt = now;
    await this.delegations();
  }

  private async look(held: OwnedCase): Promise<boolean> {
    const { transactor, clock, parameters = usualDutyParameters } = this.tools;
    const now = clock.now();
    const duty = dutyOf(held.state, this.tools.calendar, now, parameters);
    if (duty === null || duty.at > now) {
      await transactor.run((sql) => saveDutyAt(sql, held, duty?.at ?? null));
      return false;
    }
    // On its way to another owner: a command would only follow it there as a request.
    const acted = held.state.pendingOffer === null && (await this.act(held, duty.kind)).ok;
    if (!acted) await transactor.run((sql) => saveDutyAt(sql, held, now + retryMs));
    return acted;
  }

  private act({ node, record, seq }: OwnedCase, kind: DutyKind): Promise<Result<CommandOutcome>> {
    const { commands, clock, ratingDefault = usualRatingDefault } = this.tools;
    const key = derivedId(record, `duty ${kind} ${seq}`);
    return commands.execute<CaseState, CaseCommand>({
      ...{ node, record, key, digest: sm3(Buffer.from(key)), recordClass: caseRecordClass, expectedSeq: seq },
      actor: { subject: 'duties', role: 'system', division: node },
      occurredAt: clock.now(),
      async command(sql) {
        if (kind === 'markOverdue') return ok({ type: 'markOverdue' });
        if (kind === 'defaultRating')
          return ok({ type: 'rate', level: ratingDefault.level, channel: 'systemDefault', reasonCodes: [] });
        const sequence = await nextDailyNumber(sql, node, localDate(clock.now()), 'SL');
        return ok({ type: 'deemAccepted', sequence });
      },
    });
  }
}
