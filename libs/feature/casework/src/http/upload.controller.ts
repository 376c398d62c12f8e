import { policy } from '@tongban/domain/policy';
import { Controller, Inject } from '@nestjs/common';
import { ok } from '@tongban/kernel';
import { answer, defineRoute, Route, type Call } from '@tongban/platform/http';
import { z } from 'zod';
import type { CaseworkTools } from '../usecase/context.js';
import { uploadedSchema } from './attachment.controller.js';
import { CASEWORK, refusedBy } from './shared.js';

const wholeNumber = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const params = z.object({
  digest: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .meta({ description: '封存后文件的 SM3 摘要' }),
});
const held = z
  .object({
    held: z.int().meta({ description: '已收到的字节数，即续传位置' }),
    complete: z.boolean(),
  })
  .meta({ id: 'HeldUpload' });

const asked = defineRoute({
  method: 'GET',
  path: '/nodes/{node}/uploads/{digest}',
  operationId: 'getUploadedPart',
  summary: '分段上传的附件已收到多少',
  ...policy.getUploadedPart,
  params,
  response: held,
  refusals: [],
});
const piece = defineRoute({
  method: 'PUT',
  path: '/nodes/{node}/uploads/{digest}',
  operationId: 'uploadPart',
  summary: '续传附件的下一段；文件由客户端封存（AES-256-GCM），收齐后核对摘要',
  ...policy.uploadPart,
  params,
  query: z.object({
    size: wholeNumber.meta({ description: '封存后文件的总字节数' }),
    offset: wholeNumber.meta({ description: '本段在文件中的起始位置' }),
  }),
  body: 'bytes',
  response: held,
  refusals: ['attachment.offset', 'attachment.digest', 'attachment.too-large', 'attachment.empty', 'service.busy'],
});
const registered = defineRoute({
  method: 'POST',
  path: '/nodes/{node}/uploads/{digest}/registration',
  operationId: 'registerUpload',
  summary: '收齐的文件登记为本级的附件：以密钥打开一次，核对类型和大小；重复登记结果不变',
  ...policy.registerUpload,
  params,
  body: z.strictObject({
    size: z.int().min(1).meta({ description: '原文件字节数' }),
    mediaType: z.string().max(100),
    key: z
      .string()
      .regex(/^[\w-]{43}$/)
      .meta({ description: '打开文件的密钥（base64url）；服务器不留' }),
  }),
  response: { 201: uploadedSchema },
  refusals: [
    ...(['attachment.not-here', 'attachment.unknown', 'attachment.digest', 'attachment.type'] as const),
    ...(['attachment.empty', 'attachment.too-large'] as const),
  ],
});

/**
 * Uploads over a line that breaks: the sender seals the file, sends it piece by piece from where the last one ended, and
 * has it made an attachment. What lies here meanwhile is sealed, and its name is its digest, so that no piece of it can
 * be another file's.
 */
@Controller()
export class UploadController {
  constructor(@Inject(CASEWORK) private readonly tools: CaseworkTools) {}

  @Route(asked)
  async asked({ params: { digest } }: Call<typeof asked>) {
    return { ...(await this.tools.attachments.held(digest)) };
  }

  @Route(piece)
  async piece({ params: { digest }, query: { size, offset }, body }: Call<typeof piece>) {
    const taken = await this.tools.attachments.receive(digest, size, offset, body);
    return taken.ok ? ok({ ...taken.value }) : refusedBy(taken.refusal);
  }

  @Route(registered)
  async registered({ node, person, params: { digest }, body }: Call<typeof registered>) {
    const { attachments, transactor } = this.tools;
    const kept = await transactor.run((sql) => attachments.adopt(sql, node, { ...body, digest }, person.subject));
    if (!kept.ok) return refusedBy(kept.refusal);
    return answer(201, { ...kept.value });
  }
}
