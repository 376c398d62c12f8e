import { policy } from '@tongban/domain/policy';
import { feedbackSpecs } from '@tongban/domain/feedback';
import { defineRoute } from '@tongban/platform/http';
import { z } from 'zod';
import { filingSchema } from '../usecase/file-feedback.js';
import * as s from './schemas.js';

const replayed = ['request.key-reused'] as const;

const filing = {
  method: 'POST',
  command: true,
  body: filingSchema,
  response: { 201: s.filed },
} as const;
export const file = defineRoute({
  ...filing,
  path: '/nodes/{node}/feedback',
  operationId: 'fileFeedback',
  summary: '提出投诉、咨询或建议（可匿名）',
  ...policy.fileFeedback,
  refusals: [...replayed, 'case.unknown'],
});
export const intake = defineRoute({
  ...filing,
  path: '/nodes/{node}/feedback/intake',
  operationId: 'takeInFeedback',
  summary: '登记窗口、电话、信函提出的投诉、咨询或建议',
  ...policy.takeInFeedback,
  refusals: [...replayed, 'case.unknown'],
});
export const list = defineRoute({
  method: 'GET',
  path: '/nodes/{node}/feedback',
  operationId: 'listFeedback',
  summary: '投诉、咨询、建议和差评整改列表',
  ...policy.listFeedback,
  query: s.listQuery,
  response: s.feedbackPage,
  refusals: [],
});
export const one = defineRoute({
  method: 'GET',
  path: '/nodes/{node}/feedback/{record}',
  operationId: 'getFeedback',
  summary: '投诉、咨询、建议或差评整改',
  ...policy.getFeedback,
  params: s.recordParam,
  response: s.feedback,
  refusals: ['feedback.unknown'],
});
export const dossier = defineRoute({
  method: 'GET',
  path: '/nodes/{node}/feedback/{record}/dossier',
  operationId: 'openFeedbackDossier',
  audited: true,
  summary: '查看诉求内容和办理文书（留痕）',
  ...policy.openFeedbackDossier,
  params: s.recordParam,
  query: s.sight,
  response: s.dossier,
  refusals: ['feedback.unknown', 'feedback.party', 'dossier.not-recipient'],
});
export const progress = defineRoute({
  method: 'GET',
  path: '/feedback/{number}',
  operationId: 'getFeedbackProgress',
  guessable: true,
  audited: true,
  summary: '凭编号和查询码查看进度和答复',
  ...policy.getFeedbackProgress,
  params: s.numberParam,
  query: z.object({ code: s.code }),
  response: s.progress,
  refusals: ['feedback.query-code'],
});
export const answers = defineRoute({
  method: 'GET',
  path: '/nodes/{node}/answers',
  operationId: 'listPublishedAnswers',
  summary: '公开的咨询答复',
  ...policy.listPublishedAnswers,
  query: z.object({ query: z.string().max(100).default('') }),
  response: s.published,
  refusals: [],
});
export const figures = defineRoute({
  method: 'GET',
  path: '/nodes/{node}/feedback-figures',
  operationId: 'getFeedbackFigures',
  summary: '好差评、投诉和咨询统计',
  ...policy.getFeedbackFigures,
  query: s.figuresQuery,
  response: s.figures,
  refusals: [],
});

const act = {
  method: 'POST',
  command: true,
  ifMatch: 'optional',
  params: s.recordParam,
  response: s.commandResponse,
} as const;
/** What every act may be refused with, beside what it names itself. */
const onFeedback = [
  ...replayed,
  ...(['request.stale', 'feedback.unknown', 'feedback.state', 'feedback.closed', 'feedback.kind'] as const),
  ...(['feedback.not-owner', 'feedback.handing-over', 'case.back-dated'] as const),
] as const;
const specs = feedbackSpecs;

export const acceptance = defineRoute({
  ...act,
  path: '/nodes/{node}/feedback/{record}/acceptance',
  operationId: 'acceptFeedback',
  summary: specs.accept.name,
  ...policy.acceptFeedback,
  body: s.bodies.accept,
  refusals: [...onFeedback, 'feedback.party', 'feedback.terms'],
});
export const nonAcceptance = defineRoute({
  ...act,
  path: '/nodes/{node}/feedback/{record}/non-acceptance',
  operationId: 'refuseFeedback',
  summary: specs.notAccept.name,
  ...policy.refuseFeedback,
  body: s.bodies.notAccept,
  refusals: [...onFeedback, 'feedback.party'],
});
export const forwarding = defineRoute({
  ...act,
  path: '/nodes/{node}/feedback/{record}/forwarding',
  operationId: 'forwardFeedback',
  summary: specs.forward.name,
  ...policy.forwardFeedback,
  body: s.bodies.forward,
  refusals: onFeedback,
});
export const assignment = defineRoute({
  ...act,
  path: '/nodes/{node}/feedback/{record}/assignment',
  operationId: 'assignFeedback',
  summary: specs.assign.name,
  ...policy.assignFeedback,
  body: s.bodies.assign,
  refusals: onFeedback,
});
export const callBack = defineRoute({
  ...act,
  path: '/nodes/{node}/feedback/{record}/call-back',
  operationId: 'callBackRater',
  summary: specs.callBack.name,
  ...policy.callBackRater,
  body: s.bodies.callBack,
  refusals: onFeedback,
});
export const classification = defineRoute({
  ...act,
  path: '/nodes/{node}/feedback/{record}/classification',
  operationId: 'classifyRating',
  summary: specs.classify.name,
  ...policy.classifyRating,
  body: s.bodies.classify,
  refusals: [...onFeedback, 'feedback.party'],
});
export const exclusion = defineRoute({
  ...act,
  path: '/nodes/{node}/feedback/{record}/exclusion',
  operationId: 'decideExclusion',
  summary: specs.decideExclusion.name,
  ...policy.decideExclusion,
  body: s.bodies.decideExclusion,
  refusals: [...onFeedback, 'feedback.party', 'feedback.same-person'],
});
export const rectification = defineRoute({
  ...act,
  path: '/nodes/{node}/feedback/{record}/rectification',
  operationId: 'rectifyRating',
  summary: specs.rectify.name,
  ...policy.rectifyRating,
  body: s.bodies.rectify,
  refusals: onFeedback,
});
export const explanation = defineRoute({
  ...act,
  path: '/nodes/{node}/feedback/{record}/explanation',
  operationId: 'explainRating',
  summary: specs.explain.name,
  ...policy.explainRating,
  body: s.bodies.explain,
  refusals: onFeedback,
});
export const investigation = defineRoute({
  ...act,
  path: '/nodes/{node}/feedback/{record}/investigation',
  operationId: 'investigateComplaint',
  summary: specs.investigate.name,
  ...policy.investigateComplaint,
  body: s.bodies.investigate,
  refusals: [...onFeedback, 'feedback.party'],
});
export const answer = defineRoute({
  ...act,
  path: '/nodes/{node}/feedback/{record}/answer',
  operationId: 'answerFeedback',
  summary: specs.answer.name,
  ...policy.answerFeedback,
  body: s.bodies.answer,
  refusals: [...onFeedback, 'feedback.party'],
});
export const review = defineRoute({
  ...act,
  path: '/nodes/{node}/feedback/{record}/review',
  operationId: 'reviewFeedback',
  summary: specs.review.name,
  ...policy.reviewFeedback,
  body: s.bodies.review,
  refusals: [...onFeedback, 'feedback.party', 'feedback.same-person'],
});
export const closure = defineRoute({
  ...act,
  path: '/nodes/{node}/feedback/{record}/closure',
  operationId: 'closeFeedback',
  summary: specs.close.name,
  ...policy.closeFeedback,
  body: s.bodies.close,
  refusals: [...onFeedback, 'feedback.party', 'feedback.satisfaction'],
});
export const extension = defineRoute({
  ...act,
  path: '/nodes/{node}/feedback/{record}/extension',
  operationId: 'extendFeedback',
  summary: specs.extend.name,
  ...policy.extendFeedback,
  body: s.bodies.extend,
  refusals: [...onFeedback, 'feedback.party', 'feedback.terms'],
});
export const publication = defineRoute({
  ...act,
  path: '/nodes/{node}/feedback/{record}/publication',
  operationId: 'publishAnswer',
  summary: specs.publish.name,
  ...policy.publishAnswer,
  body: s.bodies.publish,
  refusals: [...onFeedback, 'feedback.published'],
});

const byCode = {
  method: 'POST',
  command: true,
  params: s.numberParam,
  response: s.commandResponse,
} as const;
const onCode = [...onFeedback, 'feedback.query-code'] as const;
export const rating = defineRoute({
  ...byCode,
  path: '/feedback/{number}/rating',
  operationId: 'rateFeedback',
  ...policy.rateFeedback,
  guessable: true,
  summary: '评价答复；对差评整改为二次评价',
  body: s.bodies.rate,
  refusals: [...onCode, 'feedback.rated'],
});
export const withdrawal = defineRoute({
  ...byCode,
  path: '/feedback/{number}/withdrawal',
  operationId: 'withdrawFeedback',
  ...policy.withdrawFeedback,
  guessable: true,
  summary: '撤回',
  body: s.bodies.withdraw,
  refusals: onCode,
});
