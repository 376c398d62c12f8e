import { policy } from '@tongban/domain/policy';
import { branchKinds, branchStages, jointClosings, jointCommandSchemas, jointStatuses } from '@tongban/domain/joint';
import { cursorParam, defineRoute, limitParam } from '@tongban/platform/http';
import { z } from 'zod';
import { openingSchema } from '../usecase/open-joint.js';
import { commandResponse, recordParam } from './shared.js';

const keysOf = <T extends Record<string, string>>(names: T) => z.enum(Object.keys(names) as [keyof T & string]);
const dueDate = z.object({ date: z.string(), provisional: z.boolean() });
const clock = z
  .object({
    limitDays: z.int(),
    usedDays: z.int().meta({ description: '审批用时（工作日），各分支重叠的日子只计一次' }),
    remainingDays: z.int(),
    running: z.boolean(),
    overdue: z.boolean(),
    due: dueDate.nullable(),
    provisional: z.boolean(),
  })
  .meta({ id: 'JointClock' });

const branchSchema = z
  .object({
    code: z.string(),
    name: z.string(),
    item: z.string(),
    department: z.string().nullable(),
    stage: z.string(),
    kind: keysOf(branchKinds),
    after: z.array(z.string()),
    inspect: z.boolean(),
    state: keysOf(branchStages),
    stateName: z.string(),
    attempts: z.array(
      z.object({
        record: z.uuid(),
        number: z.string(),
        status: z.string(),
        closing: z.string().nullable(),
        promisedDue: z.string().nullable(),
      }),
    ),
    trouble: z
      .object({ code: z.string(), detail: z.string(), attempts: z.int(), nextTryAt: z.iso.datetime() })
      .nullable()
      .meta({ description: '分支未能提交的原因和下次重试时间' }),
  })
  .meta({ id: 'JointBranch' });

const summaryShape = {
  record: z.uuid(),
  number: z.string(),
  template: z.object({ code: z.string(), version: z.int(), name: z.string() }),
  status: keysOf(jointStatuses),
  closing: keysOf(jointClosings).nullable(),
  owner: z.string(),
  openedAt: z.iso.datetime(),
  closedAt: z.iso.datetime().nullable(),
  seq: z.int(),
  headHash: z.string(),
  passed: z.int(),
  total: z.int(),
  clock,
};
const summary = z.object(summaryShape).meta({ id: 'JointCaseSummary' });
const jointCase = z
  .object({
    ...summaryShape,
    stages: z.array(z.object({ code: z.string(), name: z.string(), opened: z.boolean() })),
    branches: z.array(branchSchema),
    departments: z.array(clock.extend({ department: z.string(), branches: z.array(z.string()) })),
    inspections: z.array(
      z.object({
        noticeNumber: z.string(),
        documentNumber: z.string().nullable(),
        branches: z.array(z.string()),
        departments: z.array(z.string()),
        on: z.string(),
        conclusion: z.string().nullable(),
        findings: z.array(z.object({ department: z.string(), conclusion: z.string(), at: z.iso.datetime() })),
      }),
    ),
    conclusion: z.object({ documentNumber: z.string() }).nullable(),
  })
  .meta({ id: 'JointCase' });

const onJoint = ['request.key-reused', 'request.stale', 'joint.unknown', 'joint.closed', 'case.not-owner'] as const;
const papers = ['attachment.unknown', 'case.material-unknown', 'case.material-missing'] as const;
const occurredAt = z.iso.datetime().optional().meta({ description: '离线办理时的实际办理时间' });
const s = jointCommandSchemas;
const act = {
  method: 'POST',
  command: true,
  ifMatch: 'optional',
  params: recordParam,
  response: commandResponse,
} as const;
const position = z.object({ at: z.iso.datetime(), record: z.uuid() });

export const opening = defineRoute({
  method: 'POST',
  command: true,
  path: '/nodes/{node}/joint-cases',
  operationId: 'openJointCase',
  summary: '联办申请（一表申请，分支并联）',
  ...policy.openJointCase,
  body: openingSchema,
  response: { 201: commandResponse[201] },
  refusals: ['request.key-reused', 'joint.template', 'joint.branch', 'item.not-published', ...papers],
});
export const list = defineRoute({
  method: 'GET',
  path: '/nodes/{node}/joint-cases',
  operationId: 'listJointCases',
  summary: '联办件列表',
  ...policy.listJointCases,
  query: z.object({
    status: keysOf(jointStatuses).optional(),
    cursor: cursorParam(position),
    limit: limitParam(),
  }),
  response: z.object({ cases: z.array(summary), next: z.string().nullable() }),
  refusals: [],
});
export const one = defineRoute({
  method: 'GET',
  path: '/nodes/{node}/joint-cases/{record}',
  operationId: 'getJointCase',
  summary: '联办件：各分支、踏勘和时限',
  ...policy.getJointCase,
  params: recordParam,
  response: jointCase,
  refusals: ['joint.unknown'],
});
export const stage = defineRoute({
  ...act,
  path: '/nodes/{node}/joint-cases/{record}/stages',
  operationId: 'openJointStage',
  summary: '启动下一阶段',
  ...policy.openJointStage,
  body: s.openStage.omit({ type: true }).extend({ occurredAt }),
  refusals: [...onJoint, ...papers, 'joint.stage', 'joint.branch', 'item.not-published'],
});
export const restart = defineRoute({
  ...act,
  path: '/nodes/{node}/joint-cases/{record}/branches/{branch}/restart',
  operationId: 'restartJointBranch',
  summary: '重新提交未通过的分支事项',
  ...policy.restartJointBranch,
  params: recordParam.extend({ branch: z.string().max(64) }),
  body: s.restartBranch.omit({ type: true, branch: true }).extend({ occurredAt }),
  refusals: [...onJoint, ...papers, 'joint.branch', 'case.reason-required'],
});
export const inspection = defineRoute({
  ...act,
  path: '/nodes/{node}/joint-cases/{record}/inspection',
  operationId: 'callJointInspection',
  summary: '召集联合踏勘',
  ...policy.callJointInspection,
  body: s.callInspection.omit({ type: true, sequence: true }).extend({ occurredAt }),
  refusals: [...onJoint, 'joint.inspection', 'joint.branch', 'case.reason-required'],
});
export const finding = defineRoute({
  ...act,
  path: '/nodes/{node}/joint-cases/{record}/inspection-finding',
  operationId: 'recordJointFinding',
  summary: '提出踏勘意见',
  ...policy.recordJointFinding,
  body: s.recordFinding.omit({ type: true, actorDepartment: true }).extend({ occurredAt }),
  refusals: [...onJoint, 'joint.inspection', 'case.reason-required', 'jurisdiction.not-party'],
});
export const inspectionConclusion = defineRoute({
  ...act,
  path: '/nodes/{node}/joint-cases/{record}/inspection-conclusion',
  operationId: 'concludeJointInspection',
  summary: '形成踏勘结论',
  ...policy.concludeJointInspection,
  body: s.concludeInspection.omit({ type: true, sequence: true }).extend({ occurredAt }),
  refusals: [...onJoint, 'joint.inspection', 'case.reason-required'],
});
export const conclusion = defineRoute({
  ...act,
  path: '/nodes/{node}/joint-cases/{record}/conclusion',
  operationId: 'concludeJointCase',
  summary: '联办办结（结论按规则得出）',
  ...policy.concludeJointCase,
  body: s.conclude.omit({ type: true, sequence: true }).extend({ occurredAt }),
  refusals: [...onJoint, 'joint.branches-open', 'joint.inspection', 'case.reason-required'],
});
export const withdrawal = defineRoute({
  ...act,
  path: '/nodes/{node}/joint-cases/{record}/withdrawal',
  operationId: 'withdrawJointCase',
  summary: '撤回联办申请及其在办分支',
  ...policy.withdrawJointCase,
  body: s.withdraw.omit({ type: true }).extend({ occurredAt }),
  refusals: [...onJoint, 'case.reason-required', 'jurisdiction.not-party'],
});

const templateShape = {
  code: z.string(),
  version: z.int(),
  name: z.string(),
  description: z.string(),
  basis: z.string(),
  promisedDays: z.int(),
  leadTier: z.string(),
};
export const templates = defineRoute({
  method: 'GET',
  path: '/nodes/{node}/joint-templates',
  operationId: 'listJointTemplates',
  summary: '本级牵头的联办模板',
  ...policy.listJointTemplates,
  response: z.object({ templates: z.array(z.object(templateShape).meta({ id: 'JointTemplateSummary' })) }),
  refusals: [],
});
export const template = defineRoute({
  method: 'GET',
  path: '/nodes/{node}/joint-templates/{code}',
  operationId: 'getJointTemplate',
  summary: '联办模板：阶段、分支、共享表单和材料',
  ...policy.getJointTemplate,
  params: z.object({ code: z.string().max(64) }),
  query: z.object({ chosen: z.string().max(2000).optional().meta({ description: '选办事项，以逗号分隔' }) }),
  response: z
    .object({
      ...templateShape,
      stages: z.array(
        z.object({
          code: z.string(),
          name: z.string(),
          opens: z.string(),
          form: z.unknown().meta({ description: '该阶段的共享表单（JSON Schema）' }),
          materials: z.array(z.object({ code: z.string(), name: z.string(), required: z.boolean() })),
        }),
      ),
      branches: z.array(
        z.object({
          ...{ code: z.string(), name: z.string(), item: z.string(), stage: z.string() },
          ...{ kind: keysOf(branchKinds), kindName: z.string(), after: z.array(z.string()), inspect: z.boolean() },
          offered: z.boolean().meta({ description: '本级现在能否办理' }),
          department: z.string().nullable(),
          promisedDays: z.int().nullable(),
        }),
      ),
    })
    .meta({ id: 'JointTemplate' }),
  refusals: ['joint.template'],
});
