import { policy } from '@tongban/domain/policy';
import { paperWidths } from '@tongban/platform/document';
import { defineRoute } from '@tongban/platform/http';
import { z } from 'zod';
import { documentForms } from '../usecase/print-document.js';

const record = { record: z.uuid() };
const purpose = z.string().min(2).max(200).meta({ description: '查看事由，记入查阅记录' });
const form = z.enum(documentForms).optional().meta({
  description:
    'original 正本：加盖电子印章，交当事人；copy 副本：每页注明查阅人和时间，无印章。缺省时当事人得正本，工作人员得副本',
});
const width = z.enum(paperWidths).default('a4').meta({ description: 'a4，或 80（80 毫米小票打印机）' });

const documentSchema = z
  .object({
    id: z.string().meta({ description: '文书编号；没有编号的文书为其种类' }),
    kind: z.string(),
    number: z.string().nullable(),
    title: z.string(),
    issuedAt: z.iso.datetime(),
    issuer: z.string().meta({ description: '出具文书的区划' }),
    address: z.url().nullable().meta({ description: '二维码所示的公开地址：凭证查进度，证照供核验' }),
    issues: z
      .array(
        z.object({
          digest: z.string().meta({ description: '文件的 SM3 摘要' }),
          suite: z.string(),
          keyId: z.string(),
          signature: z.string().meta({ description: 'base64url' }),
          issuedAt: z.iso.datetime(),
        }),
      )
      .meta({ description: '本级出具过的文件及其签章' }),
  })
  .meta({ id: 'CaseDocument' });

export const list = defineRoute({
  method: 'GET',
  path: '/nodes/{node}/cases/{record}/documents',
  operationId: 'listDocuments',
  summary: '办件的文书目录',
  ...policy.listDocuments,
  params: z.object(record),
  response: z.object({ documents: z.array(documentSchema) }),
  refusals: ['case.unknown', 'jurisdiction.not-party'],
});

export const print = defineRoute({
  method: 'GET',
  path: '/nodes/{node}/cases/{record}/documents/{file}',
  operationId: 'printDocument',
  audited: true,
  summary: '文书（PDF，留痕）',
  ...policy.printDocument,
  params: z.object({
    ...record,
    file: z
      .string()
      .regex(/^[A-Za-z0-9]{1,64}\.pdf$/)
      .meta({ description: '文书编号或种类，后接 .pdf' }),
  }),
  query: z.object({ purpose, form }),
  response: 'bytes',
  refusals: ['case.unknown', 'document.unknown', 'dossier.not-recipient', 'dossier.faded', 'jurisdiction.not-party'],
});

export const receipt = defineRoute({
  method: 'GET',
  path: '/nodes/{node}/cases/{record}/receipt.pdf',
  operationId: 'printReceipt',
  audited: true,
  summary: '收件凭证（PDF，留痕）',
  ...policy.printReceipt,
  params: z.object(record),
  query: z.object({ width, purpose: purpose.default('打印收件凭证') }),
  response: 'bytes',
  refusals: ['case.unknown', 'document.unknown', 'dossier.not-recipient', 'dossier.faded', 'jurisdiction.not-party'],
});
