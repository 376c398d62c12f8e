import { localDate } from '@tongban/domain/calendar';
import { ok, refuse } from '@tongban/kernel';
import { documentNumber } from './acceptance.js';
import type { CaseCommandOf } from './command-schemas.js';
import { isBlank, lacksMandate, mandateRequired, type Decider } from './context.js';
import { draft } from './entry-schemas.js';

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

export const decide: Decider<'decide'> = (state, command, context) => {
  const { outcome, reasonCode, reason, legalBasis, remedies } = command;
  if (state.item.regime !== 'onTheSpot' && state.handlers.accepted?.subject === context.actor.subject)
    return refuse('case.same-person', '受理（审核）人不得批准同一办件');
  if (outcome === 'refuse' && (reasonCode === undefined || [reason, legalBasis, remedies].some(isBlank)))
    return refuse('case.reason-required', '不予许可须说明理由、法律依据，并告知行政复议或者行政诉讼的权利');
  const { facts, sealed } = decisionDetails(command);
  const number = documentNumber('JD', command.sequence, context);
  return ok([draft('case.decided', { outcome, documentNumber: number, ...facts }, sealed)]);
};

export const certify: Decider<'certify'> = (state, { sequence, validTo }, context) => {
  const validFrom = localDate(context.now);
  if (validTo !== undefined && validTo < validFrom)
    return refuse('request.invalid', '证照有效期截止日期不能早于发证日期', { validFrom, validTo });
  return ok([
    draft('case.certified', {
      certificateNumber: documentNumber('ZS', sequence, context),
      resultName: state.item.resultName,
      validFrom,
      ...(validTo === undefined ? {} : { validTo }),
    }),
  ]);
};

export const withdraw: Decider<'withdraw'> = (_state, { mandate, reasonCode, reason }, context) => {
  if (lacksMandate(context, mandate)) return mandateRequired();
  if (isBlank(reason)) return refuse('case.reason-required', '撤回申请须说明理由');
  return ok([draft('case.withdrawn', { reasonCode }, { reason })]);
};
