import { localDate } from '@tongban/domain/calendar';
import { ok, refuse, type Draft } from '@tongban/kernel';
import type { CaseCommandOf } from './command-schemas.js';
import { needsFirstReview } from './clock.js';
import { documentNumber, isBlank, lacksMandate, mandateRequired, type CaseContext, type Decider } from './context.js';
import { draft } from './entry-schemas.js';
import { unpaidRefusal } from './fees.js';
import { hashPickUpCode } from './numbers.js';
import { openConference } from './procedure-state.js';
import type { CaseState } from './state.js';

/** Administrative Licensing Law, article 38: a refusal says why, on what basis, and what can be done against it. */
function decisionDetails(command: CaseCommandOf<'decide'>) {
  const { reasonCode, reason, legalBasis, remedies } = command;
  return {
    facts: {
      ...(reasonCode === undefined ? {} : { reasonCode }),
      ...(legalBasis === undefined ? {} : { legalBasis }),
      ...(remedies === undefined ? {} : { remedies }),
    },
    sealed: { opinion: command.opinion, ...(reason === undefined ? {} : { reason }) },
  };
}

/** 明确答复: a controlled item is answered in a numbered document of its own, whichever way it is decided. */
function replyDrafts(
  { item }: CaseState,
  { outcome, reply, replySequence }: CaseCommandOf<'decide'>,
  context: CaseContext,
): Draft[] {
  if (item.regime !== 'controlled' || reply === undefined || replySequence === undefined) return [];
  return [
    draft('case.replied', { documentNumber: documentNumber('DF', replySequence, context), outcome }, { text: reply }),
  ];
}

/** 承办、审核、批准 are three hands; on the spot one is enough. */
function samePersonRefusal({ item, handlers, reviews }: CaseState, { actor }: CaseContext) {
  if (item.regime === 'onTheSpot') return undefined;
  if (handlers.accepted?.subject === actor.subject) return refuse('case.same-person', '受理人不得批准同一办件');
  return reviews.some(({ by }) => by === actor.subject)
    ? refuse('case.same-person', '审核人与批准人不得为同一人')
    : undefined;
}

function readinessRefusal(state: CaseState, { outcome, reply, replySequence }: CaseCommandOf<'decide'>) {
  if (needsFirstReview(state) && !state.reviewed) return refuse('case.review-required', '上报件须先经下级初审并附意见');
  if (openConference(state) !== undefined) return refuse('case.conference', '会审尚未形成结论，不能作出决定');
  if (state.item.regime === 'controlled' && (isBlank(reply) || replySequence === undefined))
    return refuse('case.reason-required', '明确答复件须出具书面答复');
  // An item without a paper ends with the decision: nothing is left to be held back until the money is there.
  return outcome === 'approve' && state.item.resultKind === 'none' ? unpaidRefusal(state) : undefined;
}

export const decide: Decider<'decide'> = (state, command, context) => {
  const { outcome, reasonCode, reason, legalBasis, remedies } = command;
  const refused = samePersonRefusal(state, context) ?? readinessRefusal(state, command);
  if (refused !== undefined) return refused;
  if (outcome === 'refuse' && (reasonCode === undefined || [reason, legalBasis, remedies].some(isBlank)))
    return refuse('case.reason-required', '不予许可须说明理由、法律依据，并告知行政复议或者行政诉讼的权利');
  const { facts, sealed } = decisionDetails(command);
  const number = documentNumber('JD', command.sequence, context);
  return ok([
    draft('case.decided', { outcome, documentNumber: number, ...facts }, sealed),
    ...replyDrafts(state, command, context),
  ]);
};

export const certify: Decider<'certify'> = (state, { sequence, validTo, pickUpCode }, context) => {
  const validFrom = localDate(context.now);
  if (validTo !== undefined && validTo < validFrom)
    return refuse('request.invalid', '证照有效期截止日期不能早于发证日期', { validFrom, validTo });
  const unpaid = unpaidRefusal(state);
  if (unpaid !== undefined) return unpaid;
  const certificateNumber = documentNumber('ZS', sequence, context);
  const facts = {
    certificateNumber,
    resultName: state.item.resultName,
    validFrom,
    ...(validTo === undefined ? {} : { validTo }),
  };
  if (pickUpCode === undefined) return ok([draft('case.certified', facts)]);
  const pickUpCodeHash = hashPickUpCode(certificateNumber, pickUpCode);
  return ok([draft('case.certified', { ...facts, pickUpCodeHash }, { pickUpCode })]);
};

export const withdraw: Decider<'withdraw'> = (_state, { mandate, reasonCode, reason }, context) => {
  if (lacksMandate(context, mandate)) return mandateRequired();
  if (isBlank(reason)) return refuse('case.reason-required', '撤回申请须说明理由');
  return ok([draft('case.withdrawn', { reasonCode }, { reason })]);
};
