import { ancestorAt, ok, refuse } from '@tongban/kernel';
import type { CaseContext, Decider } from './context.js';
import { draft } from './entry-schemas.js';
import { maskPersonalNumbers } from './fields.js';
import { hashPickUpCode } from './numbers.js';
import { identityFits } from './submission.js';
import type { CaseState } from './state.js';
import { backDatingMs, clockSkewMs } from './times.js';

/** A code collects the certificate that it was made for, and nothing where none was made. */
const collects = ({ certificate }: CaseState, code: string): boolean =>
  certificate?.pickUpCodeHash !== undefined && certificate.pickUpCodeHash === hashPickUpCode(certificate.number, code);

export const deliver: Decider<'deliver'> = (state, command, context) => {
  const { owner, route, intake, closing, delivered, closedAt } = state;
  if (closing !== 'certified' && closing !== 'approved')
    return refuse('case.state', '该件没有可以送达的办理结果', { closing: closing ?? '' });
  if (delivered !== null) return refuse('case.delivered', '结果已送达，不能重复登记');
  if (![owner, route.deliver, intake].includes(context.actor.division))
    return refuse('jurisdiction.division', '只能由送达地点、收件地点或办理机关登记送达');
  const deliveredAt = command.deliveredAt ?? context.occurredAt;
  if (deliveredAt > context.now + clockSkewMs || (closedAt !== null && deliveredAt < closedAt - backDatingMs))
    return refuse('case.back-dated', '送达时间不能早于办结时间，也不能晚于当前时间');
  const { method, recipient, pickUpCode, parcel } = command;
  if (parcel !== undefined && method !== 'post') return refuse('request.invalid', '只有邮寄送达才登记承运单位和邮件号');
  if (pickUpCode !== undefined && !collects(state, pickUpCode))
    return refuse('case.pick-up-code', '取件码不正确，请核对');
  const facts = {
    ...{ method, deliveredAt },
    ...(pickUpCode === undefined ? {} : { proof: 'pickUpCode' as const }),
    ...(parcel === undefined ? {} : { parcel }),
  };
  return ok([draft('case.delivered', facts, { recipient })]);
};

/** What people left on the provincial portal comes by the gateway's node, which nobody else can speak for. */
const isFromProvince = ({ intake }: CaseState, { actor }: CaseContext): boolean =>
  actor.role === 'system' && actor.division === ancestorAt(intake, 'province');

/** A resident's own word, once per channel; the default that a region may set is the system's. */
export const rate: Decider<'rate'> = (state, { level, channel, reasonCodes, text }, context) => {
  const bySystem = context.actor.role === 'system' && !isFromProvince(state, context);
  if (bySystem !== (channel === 'systemDefault'))
    return refuse('jurisdiction.role', '评价须由申请人本人作出，默认评价只能由系统登记');
  if (context.onBehalfOf !== undefined) return refuse('jurisdiction.not-party', '评价不能代为作出');
  if (state.ratings.some((rating) => rating.channel === channel))
    return refuse('case.rated', '已通过该渠道评价过', { channel });
  const facts = { level, channel, reasonCodes: reasonCodes ?? [] };
  return ok([text === undefined ? draft('case.rated', facts) : draft('case.rated', facts, { text })]);
};

/** After closing, only what the province sent back may still be put right. */
export const correct: Decider<'correct'> = (state, { changes, reasonCode }) => {
  const rejected = Object.values(state.reports).some(({ outcome }) => outcome === 'rejected');
  if (state.status === 'closed' && !rejected)
    return refuse('case.closed', '办件已办结，且没有被省级平台退回，不能更正');
  const identityType = changes.identityType ?? state.identityType;
  const applicantType = changes.applicantType ?? state.applicantType;
  const identityChange = { from: state.identityType, to: identityType };
  const applicantChange = { from: state.applicantType, to: applicantType };
  const changesIdentity = identityChange.from !== identityChange.to;
  const changesApplicant = applicantChange.from !== applicantChange.to;
  if (!changesIdentity && !changesApplicant) return refuse('case.nothing-to-correct', '更正内容与原内容相同');
  if (!identityFits(applicantType, identityType))
    return refuse('request.invalid', '申请人类型与证件类型不相符', { applicantType, identityType });
  return ok([
    draft('case.corrected', {
      changes: {
        ...(changesIdentity ? { identityType: identityChange } : {}),
        ...(changesApplicant ? { applicantType: applicantChange } : {}),
      },
      reasonCode,
    }),
  ]);
};

/** The province's answer. Its words become facts, so numbers of persons in them are masked. */
export const noteReport: Decider<'noteReport'> = (state, command) => {
  const { profile, outcome, dataVersion, receipt } = command;
  const known = state.reports[profile];
  if (known !== undefined && dataVersion < known.dataVersion)
    return refuse('request.stale', '已有更新数据版本的上报结果', { dataVersion: known.dataVersion });
  const problems = (command.problems ?? []).map((problem) => ({
    ...problem,
    message: maskPersonalNumbers(problem.message),
  }));
  return ok([
    draft('case.reported', {
      profile,
      outcome,
      dataVersion,
      ...(receipt === undefined ? {} : { receipt }),
      problems,
    }),
  ]);
};
