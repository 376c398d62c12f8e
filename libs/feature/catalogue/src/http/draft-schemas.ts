import { draftActions, draftStatuses, serviceItemSchema } from '@tongban/domain/catalogue';
import { powerSchema } from '@tongban/domain/delegation';
import { cursorParam, limitParam } from '@tongban/platform/http';
import { z } from 'zod';

const mostDraftsPerPage = 100;
const longestNote = 1000;

const count = z.int().min(0);
/** Next to the subject of who did something. */
export const staffName = z.string().optional().meta({ description: '经办人姓名；记录姓名以前的没有' });
const note = z.string().trim().min(1).max(longestNote);

export const draftParamsSchema = z.object({ draft: z.uuid().meta({ description: '草稿编号' }) });
export const draftBodySchema = serviceItemSchema
  .omit({ version: true })
  .meta({ id: 'ItemDocument', description: '事项的全部要素；版本号由系统编排' });

export const draftsQuerySchema = z.object({
  status: z.enum(draftStatuses).optional(),
  cursor: cursorParam(z.uuid()),
  limit: limitParam(mostDraftsPerPage),
});

export const draftsPageSchema = z.object({
  drafts: z.array(
    z
      .object({
        draft: z.uuid(),
        seq: count,
        status: z.enum(draftStatuses),
        statusName: z.string(),
        code: z.string(),
        name: z.string(),
        changedAt: z.iso.datetime(),
      })
      .meta({ id: 'DraftSummary' }),
  ),
  next: z.string().optional(),
});

export const draftSchema = z
  .object({
    draft: z.uuid(),
    seq: count,
    status: z.enum(draftStatuses),
    statusName: z.string(),
    document: serviceItemSchema,
    problems: z.array(z.string()).meta({ description: '审核、发布前须改正之处' }),
    reviewedBy: z.string().optional(),
    history: z.array(
      z.object({
        seq: count,
        action: z.enum(draftActions),
        by: z.string(),
        byName: staffName,
        at: z.iso.datetime(),
        note: z.string().optional(),
      }),
    ),
  })
  .meta({ id: 'ItemDraft', description: '编制中的事项版本：起草、审核、发布、撤回' });
export type DraftAnswer = z.input<typeof draftSchema>;

export const reviewBodySchema = z.discriminatedUnion('verdict', [
  z.strictObject({ verdict: z.literal('approve'), note: note.optional() }),
  z.strictObject({ verdict: z.literal('return'), note: note.meta({ description: '退回修改的理由' }) }),
]);
export const reasonBodySchema = z.strictObject({ reason: note });

export const changeSchema = z
  .object({
    path: z.string(),
    title: z.string(),
    kind: z.enum(['added', 'removed', 'changed']),
    from: z.unknown().optional(),
    to: z.unknown().optional(),
  })
  .meta({ id: 'FieldChange', description: '要素的一处变化' });

export const usesSchema = z
  .object({
    items: z.array(z.string()),
    delegations: z.array(
      z.object({
        publisher: z.string(),
        id: z.string(),
        from: z.string(),
        to: z.string(),
        powers: z.array(powerSchema),
      }),
    ),
    records: z.array(z.string()),
    cases: z.array(z.object({ node: z.string(), version: count, running: count })),
    casesCounted: z.boolean().meta({ description: '为假时，本服务不能核实在办件' }),
  })
  .meta({ id: 'RecordUses', description: '记录的使用情况' });

/** Nodes that hold an earlier state of a catalogue, by what they hold. */
export const laggingSchema = z.array(
  z.object({
    versions: count.meta({ description: '持有的版本数' }),
    nodes: count,
    named: z.array(z.string()).meta({ description: '其中的区划，最多列出 50 个' }),
  }),
);

export const silentSchema = z.array(
  z.object({
    node: z.string(),
    heardAt: z.iso.datetime(),
    ageSeconds: count.meta({ description: '失联时长（秒）' }),
    nodes: count.meta({ description: '连同其下级的区划数' }),
  }),
);

export const impactSchema = z
  .object({
    code: z.string(),
    inForce: count.optional().meta({ description: '现行版本号' }),
    changes: z.array(changeSchema),
    overlaps: count.optional().meta({ description: '有效期与之重叠的版本号' }),
    uses: usesSchema,
    workers: z
      .array(z.object({ place: z.string(), powers: z.array(powerSchema) }))
      .meta({ description: '按现行版本办理的层级或区划' }),
    holders: z
      .object({
        total: count,
        newest: count.meta({ description: '持有现行目录、发布后将收到新版本的区划数' }),
        behind: laggingSchema,
        silent: silentSchema,
        unheard: count.meta({ description: '从未报告过的区划数' }),
      })
      .meta({ description: '本级和下级持有目录的情况：持有旧版本的、落后的和失联的' }),
  })
  .meta({ id: 'DraftImpact', description: '发布前的影响分析' });

export const versionPhases = ['upcoming', 'inForce', 'ended', 'withdrawn'] as const;
export const historySchema = z
  .object({
    publisher: z.string(),
    versions: z.array(
      z.object({
        version: count,
        phase: z.enum(versionPhases),
        name: z.string(),
        validFrom: z.iso.date(),
        validTo: z.iso.date().optional(),
        appliesFrom: z.iso.date().optional(),
        appliesUntil: z.iso.date().optional().meta({ description: '不再适用的第一天' }),
      }),
    ),
    withdrawal: z.object({ version: count, on: z.iso.date(), reason: z.string().optional() }).optional(),
  })
  .meta({ id: 'ItemHistory', description: '事项的各个版本' });

export const comparisonQuerySchema = z.object({
  from: z.coerce.number().int().min(1),
  to: z.coerce.number().int().min(1),
});
export const comparisonSchema = z
  .object({ code: z.string(), from: count, to: count, changes: z.array(changeSchema) })
  .meta({ id: 'ItemComparison' });
