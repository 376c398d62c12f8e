import { policy } from '@tongban/domain/policy';
import { caseCommandSchemas } from '@tongban/domain/casework';
import { defineRoute } from '@tongban/platform/http';
import { z } from 'zod';
import { commandRefusals, commandResponse, recordParam } from './shared.js';

export const occurredAt = z.iso.datetime().optional().meta({ description: '离线办理时的实际办理时间' });
/** What a resident brings along to a case that was not opened by the own login. */
export const code = z
  .string()
  .regex(/^\d{6}$/)
  .optional()
  .meta({ description: '群众办理由他人代为申请的件时，须提供受理回执上的查询码' });
/** What all acts on a case have in common. */
export const base = {
  method: 'POST',
  command: true,
  ifMatch: 'optional',
  params: recordParam,
  response: commandResponse,
} as const;
const s = caseCommandSchemas;
/** What every act on a case may be refused with, beside what it names itself. */
export const onCase = [...commandRefusals, 'case.unknown', 'case.state', 'case.closed', 'case.handing-over'] as const;

export const acceptance = defineRoute({
  ...base,
  path: '/nodes/{node}/cases/{record}/acceptance',
  operationId: 'acceptCase',
  summary: '受理',
  ...policy.acceptCase,
  body: s.accept.omit({ type: true, sequence: true, catalogue: true }).extend({ occurredAt }),
  refusals: [...onCase, 'case.power', 'case.material-missing', 'item.version-not-held', 'mandate.revoked'],
});
export const nonAcceptance = defineRoute({
  ...base,
  path: '/nodes/{node}/cases/{record}/non-acceptance',
  operationId: 'refuseAcceptance',
  summary: '不予受理',
  ...policy.refuseAcceptance,
  body: s.notAccept.omit({ type: true, sequence: true }).extend({ occurredAt }),
  refusals: [...onCase, 'case.power', 'case.reason-required', 'case.deemed-accepted'],
});
export const supplementRequest = defineRoute({
  ...base,
  path: '/nodes/{node}/cases/{record}/supplement-request',
  operationId: 'requestSupplement',
  summary: '一次性告知补正',
  ...policy.requestSupplement,
  body: s.requestSupplement.omit({ type: true, sequence: true, catalogue: true }).extend({ occurredAt }),
  refusals: [...onCase, 'case.power', 'case.material-unknown', 'case.deemed-accepted'],
});
export const supplement = defineRoute({
  ...base,
  path: '/nodes/{node}/cases/{record}/supplement',
  operationId: 'supplementCase',
  summary: '补正材料',
  ...policy.supplementCase,
  body: s.supplement.omit({ type: true }).extend({ occurredAt, code }),
  guessable: 'whenRefused',
  refusals: [...onCase, 'case.material-unknown', 'attachment.unknown', 'mandate.required', 'jurisdiction.not-party'],
});
export const handOver = defineRoute({
  ...base,
  path: '/nodes/{node}/cases/{record}/hand-over',
  operationId: 'handOverCase',
  summary: '移交',
  ...policy.handOverCase,
  body: s.handOver.omit({ type: true }).extend({ occurredAt }),
  refusals: [...onCase, 'case.power', 'case.not-owner', 'case.reason-required', 'case.review-required', 'case.paused'],
});
export const decision = defineRoute({
  ...base,
  path: '/nodes/{node}/cases/{record}/decision',
  operationId: 'decideCase',
  summary: '作出决定',
  ...policy.decideCase,
  body: s.decide.omit({ type: true, sequence: true, replySequence: true }).extend({ occurredAt }),
  refusals: [
    ...([...onCase, 'case.power', 'case.reason-required', 'case.same-person', 'case.paused'] as const),
    ...(['case.review-required', 'case.conference', 'fee.unpaid'] as const),
  ],
});
export const certificate = defineRoute({
  ...base,
  path: '/nodes/{node}/cases/{record}/certificate',
  operationId: 'certifyCase',
  summary: '制证',
  ...policy.certifyCase,
  body: s.certify.omit({ type: true, sequence: true, pickUpCode: true }).extend({ occurredAt }),
  refusals: [...onCase, 'case.power', 'fee.unpaid'],
});
export const delivery = defineRoute({
  ...base,
  path: '/nodes/{node}/cases/{record}/delivery',
  operationId: 'deliverResult',
  summary: '送达',
  ...policy.deliverResult,
  body: s.deliver.omit({ type: true }).extend({ occurredAt }),
  refusals: [...onCase, 'case.delivered', 'case.pick-up-code', 'jurisdiction.not-party'],
});
export const rating = defineRoute({
  ...base,
  path: '/nodes/{node}/cases/{record}/rating',
  operationId: 'rateCase',
  summary: '评价（一事一评）',
  ...policy.rateCase,
  body: s.rate.omit({ type: true }).extend({ occurredAt, code }),
  guessable: 'whenRefused',
  refusals: [...onCase, 'case.rated', 'jurisdiction.not-party'],
});
export const withdrawal = defineRoute({
  ...base,
  path: '/nodes/{node}/cases/{record}/withdrawal',
  operationId: 'withdrawCase',
  summary: '撤回申请',
  ...policy.withdrawCase,
  body: s.withdraw.omit({ type: true }).extend({ occurredAt, code }),
  guessable: 'whenRefused',
  refusals: [...onCase, 'mandate.required', 'jurisdiction.not-party'],
});
export const correction = defineRoute({
  ...base,
  path: '/nodes/{node}/cases/{record}/correction',
  operationId: 'correctCase',
  summary: '更正上报数据',
  ...policy.correctCase,
  body: s.correct.omit({ type: true }).extend({ occurredAt }),
  refusals: [...onCase, 'case.nothing-to-correct'],
});
