import { policy } from '@tongban/domain/policy';
import { defineRoute } from '@tongban/platform/http';
import { z } from 'zod';
import { validities } from '../usecase/verify-certificate.js';

const open = { method: 'GET' } as const;
/** What people type into a form: read leniently, judged by what is found. */
const typed = z.string().max(64).default('');
const asked = { query: z.object({ number: typed, code: typed }) } as const;

export const askProgress = defineRoute({
  ...open,
  ...asked,
  path: '/progress',
  operationId: 'askProgress',
  ...policy.askProgress,
  summary: '办件进度查询页面',
  response: 'bytes',
  refusals: [],
});
export const showProgress = defineRoute({
  ...open,
  path: '/progress/{number}/page',
  operationId: 'showProgress',
  ...policy.showProgress,
  summary: '办件进度（网页，可打印）',
  guessable: true,
  params: z.object({ number: z.string().max(64) }),
  query: z.object({ code: typed }),
  response: 'bytes',
  refusals: [],
});
export const askVerification = defineRoute({
  ...open,
  ...asked,
  path: '/verify',
  operationId: 'askVerification',
  ...policy.askVerification,
  summary: '证照核验页面',
  response: 'bytes',
  refusals: [],
});
const certificate = z.object({ certificateNumber: z.string().max(64) });
export const showVerification = defineRoute({
  ...open,
  path: '/verify/{certificateNumber}/page',
  operationId: 'showVerification',
  ...policy.showVerification,
  audited: true,
  summary: '证照核验结果（网页，可打印）',
  guessable: true,
  params: certificate,
  query: z.object({ code: typed }),
  response: 'bytes',
  refusals: [],
});
export const verification = defineRoute({
  ...open,
  path: '/verify/{certificateNumber}',
  operationId: 'verifyCertificate',
  ...policy.verifyCertificate,
  audited: true,
  summary: '证照核验',
  guessable: true,
  params: certificate,
  query: z.object({ code: z.string().max(64) }),
  response: z
    .object({
      certificateNumber: z.string(),
      name: z.string(),
      itemName: z.string(),
      issuer: z.string(),
      validFrom: z.string(),
      validTo: z.string().nullable().meta({ description: '长期有效的为空' }),
      validity: z.enum(Object.keys(validities) as [keyof typeof validities]),
      holder: z.string().nullable().meta({ description: '隐去中间字的持证人姓名；本级无权查看的为空' }),
    })
    .meta({ id: 'VerifiedCertificate' }),
  refusals: ['certificate.unknown'],
});
