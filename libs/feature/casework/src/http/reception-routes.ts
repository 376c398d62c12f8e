import { policy } from '@tongban/domain/policy';
import { caseCommandSchemas, trustLevels } from '@tongban/domain/casework';
import { identityTypes } from '@tongban/domain/casework';
import { defineRoute } from '@tongban/platform/http';
import { z } from 'zod';
import { base, code, occurredAt, onCase } from './action-routes.js';
import { commandRefusals } from './shared.js';

const s = caseCommandSchemas;

export const reception = defineRoute({
  ...base,
  path: '/nodes/{node}/cases/{record}/reception',
  operationId: 'receiveCase',
  summary: '接件（自助终端申请）',
  ...policy.receiveCase,
  body: s.receive.omit({ type: true }).extend({ occurredAt }),
  refusals: [...onCase, 'case.received', 'case.not-owner'],
});
export const confirmation = defineRoute({
  ...base,
  path: '/nodes/{node}/cases/{record}/confirmation',
  operationId: 'confirmCase',
  summary: '确认电话申请',
  ...policy.confirmCase,
  body: s.confirm.omit({ type: true }).extend({ occurredAt }),
  guessable: 'whenRefused',
  refusals: [
    ...onCase,
    'case.confirmed',
    'case.query-code',
    'mandate.required',
    'mandate.other-principal',
    'mandate.two-sides',
  ],
});
export const preReview = defineRoute({
  ...base,
  path: '/nodes/{node}/cases/{record}/pre-review',
  operationId: 'answerPreReview',
  summary: '出具预审意见（一次告知全部问题）',
  ...policy.answerPreReview,
  body: s.answerPreReview.omit({ type: true, catalogue: true }).extend({ occurredAt }),
  refusals: [
    ...([...onCase, 'case.power', 'case.pre-reviewed', 'case.material-missing', 'case.material-unknown'] as const),
    ...(['case.reason-required', 'item.version-not-held'] as const),
  ],
});
export const formalApplication = defineRoute({
  ...base,
  path: '/nodes/{node}/cases/{record}/formal-application',
  operationId: 'applyFormally',
  summary: '预审后提出正式申请',
  ...policy.applyFormally,
  body: s.applyFormally.omit({ type: true }).extend({ occurredAt, code }),
  guessable: 'whenRefused',
  refusals: [
    ...([...onCase, 'case.pre-review-pinned', 'case.material-unknown', 'attachment.unknown'] as const),
    ...(['mandate.required', 'mandate.other-principal', 'mandate.two-sides', 'jurisdiction.not-party'] as const),
  ],
});
export const serviceMark = defineRoute({
  ...base,
  path: '/nodes/{node}/cases/{record}/service-mark',
  operationId: 'markService',
  summary: '给予或取消特殊服务（绿色通道、重大项目、延时服务、上门服务）',
  ...policy.markService,
  body: s.markService.omit({ type: true }).extend({ occurredAt }),
  refusals: [...onCase, 'case.marked', 'case.not-owner', 'case.reason-required'],
});

const version = z.int().positive().meta({ description: '变更后适用的事项版本' });
export const itemVersion = defineRoute({
  ...base,
  path: '/nodes/{node}/cases/{record}/item-version',
  operationId: 'repinCase',
  summary: '变更在办件适用的事项版本',
  ...policy.repinCase,
  body: s.repin.omit({ type: true, item: true }).extend({ version, occurredAt }),
  refusals: [...onCase, 'case.version', 'case.not-owner', 'case.reason-required', 'item.version-not-held'],
});
/** Cases that one call moves. */
export const maxRepinsPerCall = 100;
export const repins = defineRoute({
  method: 'POST',
  path: '/nodes/{node}/repins',
  operationId: 'repinCases',
  summary: '将选定的在办件变更为新的事项版本',
  ...policy.repinCases,
  command: true,
  body: z.strictObject({
    records: z.array(z.uuid()).min(1).max(maxRepinsPerCall),
    version,
    reason: z.string().min(1).max(2000),
  }),
  response: z.object({
    cases: z.array(z.object({ record: z.uuid(), state: z.enum(['done', 'refused']), code: z.string().nullable() })),
  }),
  refusals: [...commandRefusals],
});

export const knownMaterials = defineRoute({
  method: 'POST',
  path: '/nodes/{node}/known-materials',
  operationId: 'findKnownMaterials',
  summary: '申请人以往办件中可沿用的材料',
  ...policy.findKnownMaterials,
  body: z.strictObject({
    item: z.string().regex(/^\d{12}$/),
    identityType: z.enum(Object.keys(identityTypes) as [keyof typeof identityTypes]),
    identityNumber: z.string().min(1).max(64),
    mandate: z.uuid().optional().meta({ description: '代办员须提供委托授权' }),
  }),
  response: z.object({
    materials: z.array(
      z.object({
        material: z.string(),
        trust: z.enum(Object.keys(trustLevels) as [keyof typeof trustLevels]),
        meaning: z.string(),
        reusable: z.boolean().meta({ description: '有可直接沿用的文件' }),
        certificateNumber: z.string().nullable(),
      }),
    ),
  }),
  refusals: [
    ...(['item.unknown', 'item.not-published', 'item.version-not-held', 'delegation.none'] as const),
    ...(['delegation.intake-above', 'delegation.quota-used', 'mandate.required', 'mandate.unknown'] as const),
    ...(['mandate.expired', 'mandate.revoked', 'mandate.other-principal', 'mandate.other-agent'] as const),
    ...(['mandate.item-not-covered', 'mandate.power-not-covered', 'mandate.not-yet-valid'] as const),
  ],
});
