import { policy } from '@tongban/domain/policy';
import { Controller, Inject } from '@nestjs/common';
import { answer, defineRoute, Route, type Call } from '@tongban/platform/http';
import { z } from 'zod';
import type { CaseworkTools } from '../usecase/context.js';
import { CASEWORK, refusedBy } from './shared.js';

export const uploadedSchema = z
  .object({
    digest: z.string(),
    size: z.int(),
    mediaType: z.string(),
    key: z.string().meta({ description: '打开附件的密钥；随申请一并封存，服务器不留' }),
  })
  .meta({ id: 'UploadedAttachment' });

const upload = defineRoute({
  method: 'POST',
  path: '/nodes/{node}/attachments',
  operationId: 'uploadAttachment',
  summary: '上传附件',
  ...policy.uploadAttachment,
  body: 'bytes',
  response: {
    201: uploadedSchema,
  },
  refusals: ['attachment.type', 'attachment.empty', 'attachment.too-large'],
});

@Controller()
export class AttachmentController {
  constructor(@Inject(CASEWORK) private readonly tools: CaseworkTools) {}

  @Route(upload)
  async upload({ node, person, body, request }: Call<typeof upload>) {
    const declared = request.headers['content-type'] ?? '';
    const stored = await this.tools.transactor.run((sql) =>
      this.tools.attachments.put(sql, node, body, declared, person.subject),
    );
    if (!stored.ok) return refusedBy(stored.refusal);
    const { digest, size, mediaType, key } = stored.value;
    return answer(201, { digest, size, mediaType, key });
  }
}
