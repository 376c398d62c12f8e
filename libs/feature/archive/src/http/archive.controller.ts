import { policy } from '@tongban/domain/policy';
import { Controller, Inject } from '@nestjs/common';
import { refuse } from '@tongban/kernel';
import { answer, defineRoute, Route, type Call } from '@tongban/platform/http';
import { z } from 'zod';
import type { ArchiveTools } from '../ports.js';
import { ARCHIVE } from '../tokens.js';
import { archiveCase } from '../usecase/archive-case.js';

const archive = defineRoute({
  method: 'POST',
  path: '/nodes/{node}/cases/{record}/archive',
  operationId: 'archiveCase',
  summary: '办结件归档（一个压缩包，可脱离系统核验；留痕）',
  ...policy.archiveCase,
  params: z.object({ record: z.uuid() }),
  body: z
    .strictObject({
      purpose: z.string().min(2).max(200).meta({ description: '归档或调档事由，记入查阅记录' }),
      contents: z
        .enum(['facts', 'full'])
        .default('full')
        .meta({ description: 'full 含申请资料、文书和附件；facts 只含办理记录' }),
    })
    .meta({ id: 'ArchiveOrder' }),
  response: 'bytes',
  refusals: [
    ...(['case.unknown', 'archive.not-closed', 'dossier.not-recipient', 'jurisdiction.role'] as const),
    ...(['request.too-large', 'link.key'] as const),
  ],
});

@Controller()
export class ArchiveController {
  constructor(@Inject(ARCHIVE) private readonly tools: ArchiveTools) {}

  @Route(archive)
  async archive({ node, role, person, params, body }: Call<typeof archive>) {
    const { purpose, contents } = body;
    if (role === 'supervisor' && contents === 'full')
      return refuse('jurisdiction.role', '督办人员只能调取办理记录，不能调取申请资料');
    const reader = { node, subject: person.subject, role, purpose };
    const made = await archiveCase(this.tools, { reader, record: params.record, contents });
    if (!made.ok) return refuse(made.refusal.code, made.refusal.detail, made.refusal.params);
    const { name, stream } = made.value;
    return answer(200, stream, {
      headers: { 'content-type': 'application/zip', 'content-disposition': `attachment; filename="${name}"` },
    });
  }
}
