import { policy } from '@tongban/domain/policy';
import { defineRoute } from '@tongban/platform/http';
import { z } from 'zod';

const instant = z.iso.datetime();
const states = ['running', 'agreed', 'differing', 'interrupted', 'cancelled'] as const;

const reconciliation = z
  .object({
    id: z.uuid(),
    peer: z.string().nullable().meta({ description: '对方节点；空表示只核对了本级' }),
    state: z.enum(states),
    begunAt: instant,
    endedAt: instant.nullable(),
    checkedSoFar: z.int().nullable().meta({ description: '进行中：已核对的记录数；排队等候或已结束时为空' }),
    isSigned: z.boolean().meta({ description: '本级已在对账单上签名' }),
    isCountersigned: z.boolean().meta({ description: '对方已在对账单上签名' }),
    result: z
      .object({
        checkedRecords: z.int(),
        checkedEntries: z.int(),
        rederived: z.int().meta({ description: '由条目重新得出的记录头和视图' }),
        damaged: z.int().meta({ description: '本级发现的损坏记录' }),
        differing: z.int().meta({ description: '与对方不一致的记录' }),
        mendedHere: z.int(),
        mendedThere: z.int(),
        digestBytes: z.int().meta({ description: '摘要和键的往返字节数' }),
        unmended: z.array(z.object({ record: z.uuid(), code: z.string(), detail: z.string() })),
        interruption: z.string().nullable(),
      })
      .nullable(),
  })
  .meta({ id: 'Reconciliation' });

export const request = defineRoute({
  method: 'POST',
  path: '/nodes/{node}/reconciliations',
  operationId: 'requestReconciliation',
  summary: '核对本级全部记录并与上级对账，需要时请下级与本级对账',
  ...policy.requestReconciliation,
  command: true,
  body: z.strictObject({ children: z.boolean().default(false) }),
  response: { 202: z.object({ reconciliation: z.uuid(), state: z.enum(states) }) },
  refusals: ['service.busy'],
});

export const cancel = defineRoute({
  method: 'POST',
  path: '/nodes/{node}/reconciliations/{reconciliation}/cancellation',
  operationId: 'cancelReconciliation',
  summary: '取消正在进行的对账；已修复的保留，不签名，也不再请下级对账',
  ...policy.cancelReconciliation,
  command: true,
  params: z.object({ reconciliation: z.uuid() }),
  response: { 202: z.object({ reconciliation: z.uuid(), state: z.enum(states) }) },
  refusals: ['reconciliation.unknown', 'reconciliation.ended'],
});

export const list = defineRoute({
  method: 'GET',
  path: '/nodes/{node}/reconciliations',
  operationId: 'listReconciliations',
  summary: '最近的对账结果，新的在前',
  ...policy.listReconciliations,
  response: z.object({ reconciliations: z.array(reconciliation) }),
  refusals: [],
});

export const one = defineRoute({
  method: 'GET',
  path: '/nodes/{node}/reconciliations/{reconciliation}',
  operationId: 'getReconciliation',
  summary: '一次对账的结果',
  ...policy.getReconciliation,
  params: z.object({ reconciliation: z.uuid() }),
  response: reconciliation,
  refusals: ['reconciliation.unknown'],
});

export const damaged = defineRoute({
  method: 'GET',
  path: '/nodes/{node}/damaged-records',
  operationId: 'listDamagedRecords',
  summary: '本级损坏、尚未修复的记录',
  ...policy.listDamagedRecords,
  response: z.object({
    damaged: z.array(
      z.object({ record: z.uuid(), seq: z.int(), code: z.string(), detail: z.string(), foundAt: instant }),
    ),
  }),
  refusals: [],
});

export const location = defineRoute({
  method: 'GET',
  path: '/nodes/{node}/locations/{record}',
  operationId: 'locateRecord',
  summary: '一份记录现在归哪一级，本级没有时逐级向上询问',
  ...policy.locateRecord,
  params: z.object({ record: z.uuid() }),
  response: z.object({
    record: z.uuid(),
    recordClass: z.string(),
    owner: z.string(),
    offeredTo: z.string().nullable(),
    epoch: z.int(),
    seq: z.int(),
    answeredBy: z.string(),
  }),
  refusals: ['case.unknown', 'service.unavailable'],
});
