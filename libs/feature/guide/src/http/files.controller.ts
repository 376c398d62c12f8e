import { policy } from '@tongban/domain/policy';
import { Controller, Inject } from '@nestjs/common';
import { localDate } from '@tongban/domain/calendar';
import { fileReferencesOf } from '@tongban/domain/catalogue';
import { ok, refuse } from '@tongban/kernel';
import { allowedMediaTypes } from '@tongban/platform/blob';
import { answer, defineRoute, Route, type Call, type Outcome } from '@tongban/platform/http';
import { z } from 'zod';
import type { GuideOptions } from '../ports.js';
import { guideTokens } from '../tokens.js';
import { guideParamsSchema } from './schemas.js';

const digest = z.string().regex(/^[0-9a-f]{64}$/);

const uploadFile = defineRoute({
  method: 'POST',
  path: '/nodes/{node}/catalogue/files',
  operationId: 'uploadCatalogueFile',
  summary: '上传空白表格、示例样表或结果样本，供事项引用；文件公开',
  ...policy.uploadCatalogueFile,
  body: 'bytes',
  response: {
    201: z
      .object({ digest, size: z.int().min(1), mediaType: z.string() })
      .meta({ id: 'CatalogueFile', description: '内容的 SM3 摘要；事项以此引用' }),
  },
  refusals: ['attachment.type', 'attachment.empty', 'attachment.too-small', 'attachment.too-large', 'service.busy'],
});

const downloadFile = defineRoute({
  method: 'GET',
  path: '/nodes/{node}/guide/{code}/files/{digest}',
  operationId: 'downloadGuideFile',
  summary: '下载事项的空白表格、示例样表或结果样本，无须登录',
  ...policy.downloadGuideFile,
  params: guideParamsSchema.extend({ digest }),
  response: 'bytes',
  refusals: ['item.unknown', 'item.not-published', 'attachment.unknown', 'attachment.not-here'],
});

const safeTypes: readonly string[] = allowedMediaTypes;

@Controller()
export class GuideFilesController {
  constructor(@Inject(guideTokens.options) private readonly options: GuideOptions) {}

  @Route(uploadFile)
  async upload({ body, request }: Call<typeof uploadFile>): Promise<Outcome<typeof uploadFile>> {
    const stored = await this.options.files.put(body, request.headers['content-type'] ?? '');
    return stored.ok ? answer(201, { ...stored.value }) : stored;
  }

  /** Only what the item in force names: the store holds sealed files of cases as well. */
  @Route(downloadFile)
  async download({ node, params }: Call<typeof downloadFile>): Promise<Outcome<typeof downloadFile>> {
    const { catalogue, clock, files } = this.options;
    const item = catalogue.findItem(node, params.code, localDate(clock.now()));
    if (!item.ok) return item;
    const reference = fileReferencesOf(item.value).find((one) => one.digest === params.digest);
    if (reference === undefined) return refuse('attachment.unknown', '事项没有这个文件');
    const content = await files.open(reference.digest);
    if (!content.ok) return content;
    const type = safeTypes.includes(reference.mediaType) ? reference.mediaType : 'application/octet-stream';
    const headers = {
      'content-type': type,
      'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(reference.name)}`,
    };
    return ok(answer(200, content.value, { headers }));
  }
}
