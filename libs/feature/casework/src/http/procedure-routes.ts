import { policy } from '@tongban/domain/policy';
import { caseCommandSchemas } from '@tongban/domain/casework';
import { defineRoute } from '@tongban/platform/http';
import { z } from 'zod';
import { base, code, occurredAt, onCase } from './action-routes.js';
import { recordParam } from './shared.js';

const s = caseCommandSchemas;
const inHand = [...onCase, 'case.paused', 'case.not-owner', 'case.reason-required'] as const;

export const onTheSpot = defineRoute({
  ...base,
  path: '/nodes/{node}/cases/{record}/on-the-spot',
  operationId: 'handleOnTheSpot',
  summary: '当场办结（受理、决定、制证、送达一次完成）',
  ...policy.handleOnTheSpot,
  body: s.handleOnTheSpot
    .omit({ type: true, sequences: true, catalogue: true, handlerName: true })
    .extend({ occurredAt }),
  refusals: [...onCase, 'case.regime', 'case.power', 'case.material-missing', 'fee.unpaid', 'item.version-not-held'],
});
export const specialProcedure = defineRoute({
  ...base,
  path: '/nodes/{node}/cases/{record}/special-procedure',
  operationId: 'pauseCase',
  summary: '启动特别程序（暂停计时）',
  ...policy.pauseCase,
  body: s.pause.omit({ type: true, sequence: true }).extend({ occurredAt }),
  refusals: inHand,
});
export const specialProcedureEnd = defineRoute({
  ...base,
  path: '/nodes/{node}/cases/{record}/special-procedure-end',
  operationId: 'resumeCase',
  summary: '结束特别程序（恢复计时）',
  ...policy.resumeCase,
  body: s.resume.omit({ type: true }).extend({ occurredAt }),
  refusals: [...inHand, 'case.not-paused'],
});
export const extensionRequest = defineRoute({
  ...base,
  path: '/nodes/{node}/cases/{record}/extension-request',
  operationId: 'askExtension',
  summary: '申请延长办理期限',
  ...policy.askExtension,
  body: s.askExtension.omit({ type: true }).extend({ occurredAt }),
  refusals: [...inHand, 'case.extension'],
});
export const extension = defineRoute({
  ...base,
  path: '/nodes/{node}/cases/{record}/extension',
  operationId: 'decideExtension',
  summary: '批准或不予延长办理期限',
  ...policy.decideExtension,
  body: s.decideExtension.omit({ type: true, sequence: true }).extend({ occurredAt }),
  refusals: [...inHand, 'case.extension', 'case.same-person'],
});
export const recount = defineRoute({
  ...base,
  path: '/nodes/{node}/cases/{record}/recount',
  operationId: 'recountCase',
  summary: '放假安排公布后重算期限',
  ...policy.recountCase,
  body: z.strictObject({ occurredAt }),
  refusals: [...onCase, 'case.not-owner', 'case.nothing-to-recount'],
});
export const review = defineRoute({
  ...base,
  path: '/nodes/{node}/cases/{record}/review',
  operationId: 'reviewCase',
  summary: '审核（上报件为初审）',
  ...policy.reviewCase,
  body: s.review.omit({ type: true, sequence: true }).extend({ occurredAt }),
  refusals: [...inHand, 'case.reviewed'],
});
export const urging = defineRoute({
  ...base,
  path: '/nodes/{node}/cases/{record}/urging',
  operationId: 'urgeCase',
  summary: '催办',
  ...policy.urgeCase,
  body: s.urge.omit({ type: true }).extend({ occurredAt, code }),
  guessable: 'whenRefused',
  refusals: [...onCase, 'case.urged', 'jurisdiction.not-party'],
});
export const conference = defineRoute({
  ...base,
  path: '/nodes/{node}/cases/{record}/conference',
  operationId: 'callConference',
  summary: '发起会审',
  ...policy.callConference,
  body: s.callConference.omit({ type: true, sequence: true }).extend({ occurredAt }),
  refusals: [...inHand, 'case.conference'],
});
export const conferenceOpinion = defineRoute({
  ...base,
  path: '/nodes/{node}/cases/{record}/conference-opinion',
  operationId: 'giveConferenceOpinion',
  summary: '提出会审意见',
  ...policy.giveConferenceOpinion,
  body: s.giveOpinion.omit({ type: true }).extend({ occurredAt }),
  refusals: [...inHand, 'case.conference'],
});
export const conferenceConclusion = defineRoute({
  ...base,
  path: '/nodes/{node}/cases/{record}/conference-conclusion',
  operationId: 'concludeConference',
  summary: '形成会审结论',
  ...policy.concludeConference,
  body: s.concludeConference.omit({ type: true }).extend({ occurredAt }),
  refusals: [...inHand, 'case.conference'],
});
export const recounts = defineRoute({
  method: 'POST',
  path: '/nodes/{node}/recounts',
  operationId: 'recountCases',
  summary: '放假安排公布后批量重算本级办件期限',
  ...policy.recountCases,
  command: true,
  body: z.strictObject({ after: recordParam.shape.record.optional() }),
  response: z.object({ recounted: z.int(), unchanged: z.int(), next: z.uuid().nullable() }).meta({ id: 'Recounted' }),
  refusals: [],
});
