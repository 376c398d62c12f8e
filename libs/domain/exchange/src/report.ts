import type { Instant } from '@tongban/kernel';
import type { HeldField } from './held.js';

/** What the province objects to. */
export interface ExchangeProblem {
  readonly code: string;
  readonly field: string;
  readonly message: string;
}

interface Reported {
  /** Number of the newest content; rises with every new content, 0 before the first. Never used for two contents. */
  readonly dataVersion: number;
  /** Digest of the content under that number. */
  readonly content: string | null;
  /** Fields that keep further records of the case back. */
  readonly held: readonly HeldField[];
}

/** The report of one case, whatever number of rows it has. */
export type ReportState =
  | (Reported & { readonly name: 'pending'; readonly attempts: number; readonly sendAt: Instant | null })
  | (Reported & { readonly name: 'held'; readonly receipt: string | null })
  | (Reported & {
      readonly name: 'sent';
      readonly attempts: number;
      readonly answerBy: Instant;
      /** Content that came while the answer was awaited. */
      readonly next: string | null;
    })
  | (Reported & { readonly name: 'acknowledged'; readonly receipt: string })
  | (Reported & { readonly name: 'rejected'; readonly problems: readonly ExchangeProblem[] });

export type ReportAnswer =
  | { readonly outcome: 'acknowledged'; readonly receipt: string }
  | { readonly outcome: 'rejected'; readonly problems: readonly ExchangeProblem[] };

/** `roll` is a random number in [0, 1) that spreads retries. */
export type ReportEvent =
  | {
      readonly type: 'built';
      readonly content: string | null;
      readonly held: readonly HeldField[];
      readonly now: Instant;
    }
  | {
      readonly type: 'corrected';
      readonly content: string | null;
      readonly held: readonly HeldField[];
      readonly now: Instant;
    }
  | { readonly type: 'tick'; readonly now: Instant; readonly permitted: boolean; readonly roll: number }
  | { readonly type: 'sendFailed'; readonly dataVersion: number; readonly now: Instant; readonly roll: number }
  | { readonly type: 'answered'; readonly dataVersion: number; readonly now: Instant; readonly answer: ReportAnswer };

export type ReportEffect =
  | { readonly type: 'send'; readonly dataVersion: number; readonly content: string; readonly attempt: number }
  | { readonly type: 'wake'; readonly at: Instant }
  | { readonly type: 'record'; readonly dataVersion: number; readonly answer: ReportAnswer }
  | { readonly type: 'returnToUnit'; readonly problems: readonly ExchangeProblem[] }
  | { readonly type: 'showHeld'; readonly held: readonly HeldField[] }
  | { readonly type: 'alarm'; readonly attempts: number };

export interface ReportPolicy {
  readonly answerTimeoutMs: number;
  readonly retryFirstMs: number;
  readonly retryMaxMs: number;
  /** Failures in a row after which a person is told; trying goes on at the longest interval. */
  readonly alarmAfterAttempts: number;
}

export const defaultReportPolicy: ReportPolicy = {
  answerTimeoutMs: 60_000,
  retryFirstMs: 2_000,
  retryMaxMs: 600_000,
  alarmAfterAttempts: 8,
};

export interface ReportStep {
  readonly state: ReportState;
  readonly effects: readonly ReportEffect[];
}

export const newReport: ReportState = {
  name: 'pending',
  dataVersion: 0,
  content: null,
  held: [],
  attempts: 0,
  sendAt: null,
};

/** Doubles up to the cap, then takes half to the whole of it. */
export function retryDelayMs(attempts: number, roll: number, policy: ReportPolicy): number {
  const full = Math.min(policy.retryFirstMs * 2 ** Math.max(0, attempts - 1), policy.retryMaxMs);
  return Math.ceil(full * (0.5 + roll / 2));
}

const unchanged = (state: ReportState): ReportStep => ({ state, effects: [] });

function pending(state: ReportState, content: string, held: readonly HeldField[], now: Instant): ReportStep {
  // A way that has just failed is not tried sooner because there is more to say.
  const waiting = state.name === 'pending' && state.attempts > 0 && state.sendAt !== null;
  const sendAt = waiting ? Math.max(now, state.sendAt) : now;
  const attempts = waiting ? state.attempts : 0;
  return {
    state: { name: 'pending', dataVersion: state.dataVersion + 1, content, held, attempts, sendAt },
    effects: [{ type: 'wake', at: sendAt }],
  };
}

const idle = (dataVersion: number): ReportState => ({ ...newReport, dataVersion });

/** Nothing new to send: the state follows from what is missing and what was last settled. */
function settled(state: ReportState, held: readonly HeldField[]): ReportState {
  if (state.name === 'acknowledged' && held.length > 0) return { ...state, name: 'held', held };
  if (state.name === 'held' && held.length === 0) {
    const { dataVersion, content, receipt } = state;
    return receipt === null ? idle(dataVersion) : { name: 'acknowledged', dataVersion, content, held, receipt };
  }
  return { ...state, held };
}

function nothingToSend(state: ReportState, held: readonly HeldField[]): ReportState {
  if (state.name === 'sent') return { ...state, held, next: null };
  if (held.length === 0) return state.name === 'pending' ? idle(state.dataVersion) : settled(state, held);
  const receipt = state.name === 'acknowledged' || state.name === 'held' ? state.receipt : null;
  const content = receipt === null ? null : state.content;
  return { name: 'held', dataVersion: state.dataVersion, content, held, receipt };
}

interface Rebuilt {
  readonly content: string | null;
  readonly held: readonly HeldField[];
  readonly now: Instant;
}

/** A correction is sent even when the rows are the same: what the province objected to may be mended on its side. */
function rebuilt(state: ReportState, { content, held, now }: Rebuilt, corrected: boolean): ReportStep {
  if (content === null) return unchanged(nothingToSend(state, held));
  const same = content === state.content && (!corrected || state.name === 'pending');
  if (state.name === 'sent') {
    const next = same && state.next !== content ? null : content;
    return unchanged({ ...state, held, next });
  }
  return same ? unchanged(settled(state, held)) : pending(state, content, held, now);
}

function contentArrived(state: ReportState, event: Rebuilt, corrected: boolean): ReportStep {
  const step = rebuilt(state, event, corrected);
  if (event.held.length === 0) return step;
  return { state: step.state, effects: [...step.effects, { type: 'showHeld', held: event.held }] };
}

function failed(state: ReportState & { name: 'sent' }, now: Instant, roll: number, policy: ReportPolicy): ReportStep {
  const sendAt = now + retryDelayMs(state.attempts, roll, policy);
  const effects: ReportEffect[] = [{ type: 'wake', at: sendAt }];
  if (state.attempts === policy.alarmAfterAttempts) effects.push({ type: 'alarm', attempts: state.attempts });
  const { held, attempts, next } = state;
  // The province may have stored what we believe lost, so newer content never goes out under the same number.
  const dataVersion = next === null ? state.dataVersion : state.dataVersion + 1;
  return {
    state: { name: 'pending', dataVersion, content: next ?? state.content, held, attempts, sendAt },
    effects,
  };
}

function answered(state: ReportState, answer: ReportAnswer, now: Instant): ReportStep {
  const effects: ReportEffect[] = [{ type: 'record', dataVersion: state.dataVersion, answer }];
  if (answer.outcome === 'rejected') effects.push({ type: 'returnToUnit', problems: answer.problems });
  const { dataVersion, content, held } = state;
  if (state.name === 'sent' && state.next !== null) {
    const step = pending(state, state.next, held, now);
    return { state: step.state, effects: [...effects, ...step.effects] };
  }
  if (answer.outcome === 'rejected')
    return { state: { name: 'rejected', dataVersion, content, held, problems: answer.problems }, effects };
  const acknowledged: ReportState = { name: 'acknowledged', dataVersion, content, held, receipt: answer.receipt };
  return { state: settled(acknowledged, held), effects };
}

/** Whether an answer to the current number still tells something: twice the same outcome does not. */
function isNews(state: ReportState, answer: ReportAnswer): boolean {
  if (state.name === 'sent') return true;
  if (state.name === 'pending') return state.attempts > 0;
  // Found wrong by the province's quality check after it had been acknowledged.
  const acknowledgedBefore = state.name === 'acknowledged' || (state.name === 'held' && state.receipt !== null);
  return acknowledgedBefore && answer.outcome === 'rejected';
}

function ticked(state: ReportState, event: ReportEvent & { type: 'tick' }, policy: ReportPolicy): ReportStep {
  const { now, permitted, roll } = event;
  if (state.name === 'sent') return now >= state.answerBy ? failed(state, now, roll, policy) : unchanged(state);
  if (state.name !== 'pending' || state.content === null || state.sendAt === null) return unchanged(state);
  if (!permitted || now < state.sendAt) return unchanged(state);
  const { dataVersion, content, held } = state;
  const attempts = state.attempts + 1;
  const answerBy = now + policy.answerTimeoutMs;
  return {
    state: { name: 'sent', dataVersion, content, held, attempts, answerBy, next: null },
    effects: [
      { type: 'send', dataVersion, content, attempt: attempts },
      { type: 'wake', at: answerBy },
    ],
  };
}

/** Pure: the next state and what to do. Events about another number than the current one are stale and change nothing. */
export function advanceReport(state: ReportState, event: ReportEvent, policy: ReportPolicy): ReportStep {
  switch (event.type) {
    case 'built':
      return contentArrived(state, event, false);
    case 'corrected':
      return contentArrived(state, event, true);
    case 'sendFailed':
      return state.name === 'sent' && state.dataVersion === event.dataVersion
        ? failed(state, event.now, event.roll, policy)
        : unchanged(state);
    case 'answered':
      return event.dataVersion === state.dataVersion && isNews(state, event.answer)
        ? answered(state, event.answer, event.now)
        : unchanged(state);
    case 'tick':
      return ticked(state, event, policy);
  }
}
