import { addDays, addYears, localDate } from '@tongban/domain/calendar';
import { ok, refuse, type DecisionContext, type Draft, type RecordRules, type Result } from '@tongban/kernel';
import type { GrantCommand, MandateCommand, RevokeCommand } from './schemas.js';
import { evolveMandate, type MandateState } from './state.js';

export const mandateRecordClass = 'mandate';
/** The longest term. */
export const maxTermYears = 1;
/** How long before it is recorded a mandate may begin: a paper signed at the door is entered later. */
export const maxBackDatedDays = 7;
/** How far a device's clock may be ahead of the owner's. */
export const clockSkewMs = 5 * 60 * 1000;
/** How much earlier than the step before it a step may claim to be. */
export const backDatingMs = 24 * 60 * 60 * 1000;

type Drafts = Result<readonly Draft[]>;
export type MandateRules = RecordRules<MandateState, MandateCommand>;

/** The rules of class `mandate`: the resident's authority for the village agent. */
export const mandateRules = (): MandateRules => ({
  recordClass: mandateRecordClass,
  evolve: evolveMandate,
  decide: (state, command, context) => {
    if (context.occurredAt > context.now + clockSkewMs) return refuse('mandate.invalid', '办理时间不能晚于当前时间');
    return command.type === 'grant' ? grant(state, command, context) : revoke(state, command, context);
  },
});

function termRefusal({ from, until }: GrantCommand, { occurredAt, now }: DecisionContext): Result<never> | undefined {
  const today = localDate(now);
  if (until < from) return refuse('mandate.invalid', '委托期限的截止日期不能早于起始日期', { from, until });
  if (until >= addYears(from, maxTermYears))
    return refuse('mandate.invalid', `委托期限最长为 ${maxTermYears} 年`, { from, until });
  if (until < today) return refuse('mandate.invalid', '委托期限已过', { until });
  if (from < addDays(localDate(occurredAt), -maxBackDatedDays) || from < addDays(today, -maxBackDatedDays))
    return refuse('mandate.invalid', `委托起始日期不能早于登记日前 ${maxBackDatedDays} 天`, { from });
  return undefined;
}

function grant(state: MandateState | undefined, command: GrantCommand, context: DecisionContext): Drafts {
  const { actor } = context;
  const { principal, witness, principalRef, agent, items, powers, from, until, evidence, evidenceFile } = command;
  if (state !== undefined) return refuse('mandate.invalid', '委托已登记，变更须另立委托');
  if (actor.role !== 'agent' && actor.role !== 'clerk')
    return refuse('jurisdiction.role', '委托由代办员或窗口人员登记', { role: actor.role });
  if (actor.role === 'agent' && actor.subject !== agent.subject)
    return refuse('mandate.other-agent', '代办员只能登记对本人的委托');
  const term = termRefusal(command, context);
  if (term !== undefined) return term;
  const facts = {
    ...{ principalRef, agent, from, until, evidence },
    items: [...new Set(items)],
    powers: [...new Set(powers)],
    witnessed: witness !== undefined,
  };
  const names = witness === undefined ? { principal } : { principal, witness };
  if (evidenceFile === undefined) return ok([{ type: 'mandate.granted', version: 1, facts, sealed: names }]);
  return ok([{ type: 'mandate.granted', version: 2, facts, sealed: { ...names, evidenceFile } }]);
}

function revoke(state: MandateState | undefined, command: RevokeCommand, context: DecisionContext): Drafts {
  const { actor, owner, occurredAt, now } = context;
  if (state === undefined) return refuse('mandate.unknown', '没有这份委托');
  if (state.owner !== owner) return refuse('mandate.not-owner', '该委托不由本级保管', { owner: state.owner });
  if (actor.role !== 'agent' && actor.role !== 'resident')
    return refuse('jurisdiction.role', '委托由委托人或受托人撤销', { role: actor.role });
  if (actor.role === 'agent' && actor.subject !== state.agentSubject)
    return refuse('mandate.other-agent', '受托人不是当前代办员');
  if (actor.role === 'resident' && command.principalRef !== state.principalRef)
    return refuse('mandate.other-principal', '只有委托人本人可以撤销委托');
  if (state.revoked !== null) return refuse('mandate.revoked', '委托已被撤销', { on: state.revoked.on });
  if (localDate(now) > state.until) return refuse('mandate.expired', '委托已到期，无须撤销', { until: state.until });
  if (occurredAt < state.lastOccurredAt - backDatingMs) return refuse('mandate.invalid', '撤销时间不能早于委托时间');
  const facts = { reasonCode: command.reasonCode, revokedOn: localDate(occurredAt) };
  return ok([{ type: 'mandate.revoked', version: 1, facts }]);
}
