import { proposalActions, proposalStatuses } from '@tongban/domain/catalogue';
import { delegationSchema } from '@tongban/domain/delegation';
import { cursorParam, limitParam } from '@tongban/platform/http';
import { z } from 'zod';
import { recordKinds } from '../record.js';
import { changeSchema, staffName } from './draft-schemas.js';

const count = z.int().min(0);
const mostProposalsPerPage = 100;
/** Rows that an answer lists; the counts are of all. */
export const mostRecordsTold = 1_000;

export const proposalParamsSchema = z.object({ proposal: z.uuid().meta({ description: '待核准发布的编号' }) });
export const proposalsQuerySchema = z.object({
  status: z.enum(proposalStatuses).optional(),
  cursor: cursorParam(z.uuid()),
  limit: limitParam(mostProposalsPerPage),
});

export const proposedSchema = z
  .object({
    state: z.literal('proposed'),
    proposal: z.uuid(),
    seq: count,
    toPublish: count.meta({ description: '核准后将新发布的记录数' }),
    unchanged: count,
    items: count,
    departments: count,
    delegations: count,
  })
  .meta({ id: 'ProposedPublication', description: '已提交，须由另一人核准后发布' });

export const proposalsPageSchema = z.object({
  proposals: z.array(
    z
      .object({
        proposal: z.uuid(),
        seq: count,
        status: z.enum(proposalStatuses),
        statusName: z.string(),
        proposedBy: z.string(),
        proposedByName: staffName,
        changedAt: z.iso.datetime(),
      })
      .meta({ id: 'ProposalSummary' }),
  ),
  next: z.string().optional(),
});

const givenSchema = delegationSchema
  .pick({ from: true, to: true, powers: true, form: true, validFrom: true, validTo: true, revokedOn: true })
  .extend({ to: z.string().meta({ description: '层级或 12 位区划代码' }) })
  .meta({ description: '授权的内容；有 revokedOn 的是收回' });

export const proposalSchema = z
  .object({
    proposal: z.uuid(),
    seq: count,
    status: z.enum(proposalStatuses),
    statusName: z.string(),
    proposedBy: z.string(),
    proposedByName: staffName,
    total: count.meta({ description: '记录总数' }),
    records: z
      .array(
        z.object({
          kind: z.enum(recordKinds),
          key: z.string(),
          version: count,
          name: z.string().meta({ description: '所涉事项、部门或人员的名称' }),
          delegation: givenSchema.optional(),
          place: z.string().optional().meta({ description: '进驻的大厅或代办员所在的区划' }),
          change: z.enum(['new', 'changed', 'held']),
          fields: z.array(changeSchema),
        }),
      )
      .meta({ description: `逐条与现行目录比较，最多列出 ${mostRecordsTold} 条，有变化的在前` }),
    problems: z.array(z.string()).meta({ description: '现在核准会被拒绝的原因' }),
    history: z.array(
      z.object({
        seq: count,
        action: z.enum(proposalActions),
        by: z.string(),
        byName: staffName,
        at: z.iso.datetime(),
        note: z.string().optional(),
      }),
    ),
  })
  .meta({ id: 'CatalogueProposal', description: '待另一人核准的批量发布' });
export type ProposalAnswer = z.input<typeof proposalSchema>;
