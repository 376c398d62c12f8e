import { ok, refuse, type Instant } from '@tongban/kernel';
import type { Decider } from './context.js';
import { draft } from './entry-schemas.js';
import type { CaseState } from './state.js';

/** 代办七步. */
export const agencySteps = {
  entrust: '委托',
  accept: '受理',
  handle: '办理',
  deliver: '送达',
  file: '归档',
  report: '上报',
  callBack: '回访',
} as const;
export type AgencyStep = keyof typeof agencySteps;

export interface AgencyProgress {
  readonly step: AgencyStep;
  readonly at: Instant | null;
}

/** How long after closing an agent may still open what the resident entrusted, in natural days. */
export const agentSightDays = 30;
const dayMs = 24 * 60 * 60 * 1000;

/** False once the work is done and the days for delivery, filing and calling back are over. */
export const isInAgentSight = ({ closedAt }: Pick<CaseState, 'closedAt'>, now: Instant): boolean =>
  closedAt === null || now < closedAt + agentSightDays * dayMs;

/** The seven steps as facts: when the mandate was granted and the month reported is for the caller to say. */
export const agencyProgress = (
  state: CaseState,
  { grantedAt, reportedAt }: { readonly grantedAt: Instant | null; readonly reportedAt: Instant | null },
): AgencyProgress[] => [
  { step: 'entrust', at: grantedAt },
  { step: 'accept', at: state.acceptedAt },
  { step: 'handle', at: state.decidedAt },
  { step: 'deliver', at: state.delivered?.deliveredAt ?? null },
  { step: 'file', at: state.filed?.at ?? null },
  { step: 'report', at: reportedAt },
  { step: 'callBack', at: state.calledBack?.at ?? null },
];

const notEntrusted = () => refuse('case.not-entrusted', '该件不是代办件');
const isOthers = ({ handlers }: CaseState, subject: string): boolean => handlers.submitted?.subject !== subject;
const otherAgent = () => refuse('jurisdiction.not-party', '只能由承办该件的代办员办理');

/** 回访: once; the agent who carried the case, or a clerk who checks on the agent. */
export const callBack: Decider<'callBack'> = (state, { outcome, text }, { actor }) => {
  if (state.mandate === null) return notEntrusted();
  if (actor.role === 'agent' && isOthers(state, actor.subject)) return otherAgent();
  // Nobody answered: calling again is what is wanted.
  if (state.calledBack !== null && state.calledBack.outcome !== 'unreached')
    return refuse('case.called-back', '该件已回访');
  return ok([
    text === undefined ? draft('case.calledBack', { outcome }) : draft('case.calledBack', { outcome }, { text }),
  ]);
};

/** 归档: the agent's papers are in order; after delivery where there is something to deliver. */
export const fileAway: Decider<'fileAway'> = (state, _command, { actor }) => {
  if (state.mandate === null) return notEntrusted();
  if (isOthers(state, actor.subject)) return otherAgent();
  if (state.filed !== null) return refuse('case.filed', '该件已归档');
  const hasResult = state.closing === 'certified' || state.closing === 'approved';
  if (hasResult && state.delivered === null) return refuse('case.undelivered', '结果送达后方可归档');
  return ok([draft('case.filed', {})]);
};
