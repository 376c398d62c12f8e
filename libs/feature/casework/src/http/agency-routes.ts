import { policy } from '@tongban/domain/policy';
import { agencySteps, caseCommandSchemas } from '@tongban/domain/casework';
import { defineRoute } from '@tongban/platform/http';
import { z } from 'zod';
import { base, occurredAt, onCase } from './action-routes.js';
import { commandRefusals, recordParam } from './shared.js';

const s = caseCommandSchemas;

export const callBack = defineRoute({
  ...base,
  path: '/nodes/{node}/cases/{record}/call-back',
  operationId: 'callBack',
  summary: '代办回访',
  ...policy.callBack,
  body: s.callBack.omit({ type: true }).extend({ occurredAt }),
  refusals: [...onCase, 'case.called-back', 'case.not-entrusted', 'jurisdiction.not-party'],
});
export const filing = defineRoute({
  ...base,
  path: '/nodes/{node}/cases/{record}/filing',
  operationId: 'fileAgency',
  summary: '代办归档',
  ...policy.fileAgency,
  body: s.fileAway.omit({ type: true }).extend({ occurredAt }),
  refusals: [...onCase, 'case.filed', 'case.not-entrusted', 'case.undelivered', 'jurisdiction.not-party'],
});
export const agency = defineRoute({
  method: 'GET',
  path: '/nodes/{node}/cases/{record}/agency',
  operationId: 'getAgency',
  summary: '代办七步进展',
  ...policy.getAgency,
  params: recordParam,
  response: z.object({
    steps: z.array(
      z.object({
        step: z.enum(Object.keys(agencySteps) as [keyof typeof agencySteps]),
        name: z.string(),
        at: z.iso.datetime().nullable(),
      }),
    ),
  }),
  refusals: ['case.unknown', 'case.not-entrusted'],
});

export const readings = defineRoute({
  method: 'GET',
  path: '/nodes/{node}/cases/{record}/readings',
  operationId: 'listReadings',
  summary: '申请资料查阅记录：谁、何时、因何查看',
  ...policy.listReadings,
  params: recordParam,
  audited: true,
  guessable: true,
  query: z.object({
    code: z
      .string()
      .regex(/^\d{6}$/)
      .optional()
      .meta({ description: '由他人代为申请的，申请人凭查询码查看' }),
  }),
  response: z.object({
    readings: z.array(
      z.object({
        reader: z.string(),
        role: z.string(),
        purpose: z.string(),
        what: z.string(),
        readAt: z.iso.datetime(),
      }),
    ),
  }),
  refusals: ['case.unknown', 'jurisdiction.division', 'jurisdiction.not-party'],
});

const month = z
  .string()
  .regex(/^\d{4}-(0[1-9]|1[0-2])$/)
  .meta({ description: '月份，如 2026-03' });
const figures = {
  submitted: z.int(),
  accepted: z.int(),
  closed: z.int(),
  approved: z.int(),
  delivered: z.int(),
  filed: z.int(),
  calledBack: z.int(),
  satisfied: z.int(),
  principals: z.int(),
};
export const agencyMonth = defineRoute({
  method: 'GET',
  path: '/nodes/{node}/agency-reports/{month}',
  operationId: 'getAgencyMonth',
  summary: '代办月报（本级及下级全部代办员）',
  ...policy.getAgencyMonth,
  params: z.object({ month }),
  response: z.object({ month, agents: z.array(z.object({ agent: z.string(), node: z.string(), ...figures })) }),
  refusals: [],
});
export const agencyReport = defineRoute({
  method: 'POST',
  path: '/nodes/{node}/agency-reports/{month}',
  operationId: 'reportAgencyMonth',
  summary: '代办员上报本人月报（每月一次，上报后不再变动）',
  ...policy.reportAgencyMonth,
  command: true,
  params: z.object({ month }),
  response: z.object({ month, reportedAt: z.iso.datetime(), ...figures }),
  refusals: [...commandRefusals, 'case.not-due'],
});
