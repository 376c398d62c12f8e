import { policy } from '@tongban/domain/policy';
import { requestKinds, requestOutcomes } from '@tongban/domain/privacy';
import { cursorParam, defineRoute, limitParam } from '@tongban/platform/http';
import { z } from 'zod';
import { sealedLogs } from '../usecase/rotate.js';

const caseParam = z.object({ record: z.uuid() });
const requestParam = z.object({ request: z.uuid() });
const codeField = z
  .string()
  .regex(/^\d{6}$/)
  .optional()
  .meta({ description: '由他人代为或在窗口申请的，申请人凭查询码办理' });
const kind = z.enum(Object.keys(requestKinds) as [keyof typeof requestKinds]);
const outcome = z.enum(Object.keys(requestOutcomes) as [keyof typeof requestOutcomes]);
const text = z.string().trim().min(2).max(2_000);
const party = ['case.unknown', 'jurisdiction.not-party'] as const;

const access = z
  .object({
    ...{ reader: z.string(), role: z.string(), purpose: z.string() },
    what: z.string().meta({ description: 'dossier 全部资料，masked 脱敏查看，escrow 托管开启，其余为附件摘要' }),
    readAt: z.iso.datetime(),
  })
  .meta({ id: 'DataAccess' });
const requestShape = {
  request: z.uuid(),
  record: z.uuid(),
  kind,
  kindName: z.string(),
  askedAt: z.iso.datetime(),
  answerBy: z.iso.date().meta({ description: '答复期限' }),
  answer: z
    .object({ outcome, legalBasis: z.string().nullable(), erased: z.boolean(), at: z.iso.datetime() })
    .nullable(),
};
const done = {
  201: z.object({ request: z.uuid(), state: z.literal('done'), seq: z.int() }).meta({ id: 'PrivacyRequestDone' }),
} as const;

export const accesses = defineRoute({
  method: 'GET',
  path: '/nodes/{node}/cases/{record}/privacy/accesses',
  operationId: 'listDataAccesses',
  summary: '谁、何时、因何查看过我的资料（个人信息保护法第四十四条）',
  ...policy.listDataAccesses,
  guessable: true,
  audited: true,
  params: caseParam,
  query: z.object({ code: codeField }),
  response: z.object({ accesses: z.array(access) }),
  refusals: party,
});
export const copy = defineRoute({
  method: 'GET',
  path: '/nodes/{node}/cases/{record}/privacy/copy',
  operationId: 'copyOwnData',
  summary: '复制我的个人信息（个人信息保护法第四十五条）；窗口人员应本人到场请求提供',
  ...policy.copyOwnData,
  audited: true,
  params: caseParam,
  response: z
    .object({
      ...{ format: z.string(), node: z.string(), record: z.uuid(), number: z.string() },
      item: z.object({ code: z.string(), name: z.string() }),
      submittedAt: z.iso.datetime(),
      closing: z.string().nullable(),
      parts: z.array(z.object({ seq: z.int(), type: z.string(), content: z.unknown() })),
      accesses: z.array(access),
      watermark: z.string(),
    })
    .meta({ id: 'OwnDataCopy' }),
  refusals: [...party, 'dossier.not-recipient', 'dossier.erased'],
});
export const ask = defineRoute({
  method: 'POST',
  path: '/nodes/{node}/cases/{record}/privacy/requests',
  operationId: 'askAboutData',
  summary: '请求更正、删除、限制或拒绝处理个人信息（个人信息保护法第四十四条、第四十六条、第四十七条）',
  ...policy.askAboutData,
  guessable: true,
  command: true,
  params: caseParam,
  body: z.strictObject({ kind, text, code: codeField }).meta({ id: 'PrivacyRequest' }),
  response: done,
  refusals: [
    ...party,
    ...(['privacy.pending', 'privacy.at-intake', 'privacy.case-open', 'privacy.retention'] as const),
    'request.key-reused',
  ],
});
export const ofCase = defineRoute({
  method: 'GET',
  path: '/nodes/{node}/cases/{record}/privacy/requests',
  operationId: 'listDataRequests',
  summary: '我就该件提出的个人信息权利申请及答复情况',
  ...policy.listDataRequests,
  guessable: true,
  params: caseParam,
  query: z.object({ code: codeField }),
  response: z.object({ requests: z.array(z.object(requestShape).meta({ id: 'PrivacyRequestState' })) }),
  refusals: party,
});
export const open = defineRoute({
  method: 'GET',
  path: '/nodes/{node}/privacy/requests',
  operationId: 'listOpenDataRequests',
  summary: '待答复的个人信息权利申请，期限近的在前',
  ...policy.listOpenDataRequests,
  query: z.object({
    cursor: cursorParam(z.object({ answerBy: z.iso.date(), record: z.uuid() })),
    limit: limitParam(),
  }),
  response: z.object({
    requests: z.array(z.object(requestShape).meta({ id: 'PrivacyRequestState' })),
    next: z.string().nullable(),
  }),
  refusals: [],
});
export const one = defineRoute({
  method: 'GET',
  path: '/nodes/{node}/privacy/requests/{request}',
  operationId: 'getDataRequest',
  summary: '个人信息权利申请的内容（留痕）',
  ...policy.getDataRequest,
  audited: true,
  params: requestParam,
  response: z.object({ ...requestShape, asked: z.string(), answered: z.string().nullable() }),
  refusals: ['privacy.unknown', 'dossier.not-recipient'],
});
export const answerRoute = defineRoute({
  method: 'POST',
  path: '/nodes/{node}/privacy/requests/{request}/answer',
  operationId: 'answerDataRequest',
  summary: '答复个人信息权利申请；同意删除的，各级随即销毁资料的密钥，不能恢复',
  ...policy.answerDataRequest,
  command: true,
  params: requestParam,
  body: z
    .strictObject({
      ...{ outcome, text },
      legalBasis: z.string().trim().min(2).max(500).optional().meta({ description: '不同意的，须写明法律依据' }),
    })
    .meta({ id: 'PrivacyAnswer' }),
  response: done,
  refusals: [
    ...(['privacy.unknown', 'privacy.answered', 'privacy.not-owner', 'privacy.case-open'] as const),
    ...(['privacy.retention', 'case.unknown', 'request.key-reused'] as const),
  ],
});
export const escrow = defineRoute({
  method: 'POST',
  path: '/nodes/{node}/cases/{record}/escrow-openings',
  operationId: 'releaseToEscrow',
  summary: '调取密封资料，供两名托管人持各自份额开启（留痕；本服务不能开启）',
  ...policy.releaseToEscrow,
  audited: true,
  params: caseParam,
  body: z
    .strictObject({ reason: z.string().trim().min(4).max(200).meta({ description: '开启事由，申请人可以看到' }) })
    .meta({ id: 'EscrowOpening' }),
  response: z.object({
    parts: z.array(z.object({ seq: z.int(), type: z.string(), sealed: z.string() })),
  }),
  refusals: ['case.unknown'],
});

const rotationPosition = z.object({
  log: z.int().min(0).max(sealedLogs.length),
  after: z
    .string()
    .regex(/^(\d{1,18}|[0-9a-f-]{36})$/)
    .nullable(),
});
export const rotation = defineRoute({
  method: 'POST',
  path: '/nodes/{node}/key-rotations',
  operationId: 'rotateDataKeys',
  summary: '轮换数据密钥并分批重新加密查阅事由；同一幂等键携返回的游标继续，直至没有下一批',
  ...policy.rotateDataKeys,
  command: true,
  query: z.object({ cursor: cursorParam(rotationPosition) }),
  response: z
    .object({
      key: z.int().meta({ description: '在用数据密钥的序号' }),
      resealed: z.int().meta({ description: '本批重新加密的条数' }),
      next: z.string().nullable(),
    })
    .meta({ id: 'KeyRotationStep' }),
  refusals: [],
});
