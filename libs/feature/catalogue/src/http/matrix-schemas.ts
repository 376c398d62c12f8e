import { powerSchema } from '@tongban/domain/delegation';
import { isNodeCode, tiers, type NodeCode } from '@tongban/kernel';
import { z } from 'zod';
import { listedSchema } from './delegation-schemas.js';
import { itemParamsSchema, itemsQuerySchema } from './schemas.js';

const count = z.int().min(0);
const longestPlace = 100;
/** Of one axis in one answer: 2,500 cells at most. */
export const mostPerAxis = 50;

const nodeParam = z.custom<NodeCode>((text) => typeof text === 'string' && isNodeCode(text), '应为 12 位区划代码');
const from = z.coerce.number<string>().int().min(0).max(1_000_000).default(0);
const limit = z.coerce.number<string>().int().min(1).max(mostPerAxis).default(mostPerAxis);
const on = z.iso.date().optional().meta({ description: '按哪一天的授权，缺省为今天' });

export const matrixQuerySchema = z.object({
  ...itemsQuerySchema.pick({ query: true, level: true, department: true }).shape,
  under: z
    .string()
    .regex(/^[1-9]\d{11}$/)
    .pipe(nodeParam)
    .optional()
    .meta({ description: '只看这个区划和它的下级' }),
  tier: z.enum(tiers).optional().meta({ description: '只看这一层级的区划' }),
  place: z.string().max(longestPlace).optional().meta({ description: '区划名称中的字，或代码的开头' }),
  on,
  itemsFrom: from.meta({ description: '第一个事项的序号，从 0 起' }),
  itemsLimit: limit,
  placesFrom: from.meta({ description: '第一个区划的序号，从 0 起' }),
  placesLimit: limit,
});

const powers = z.array(powerSchema).meta({ description: '没有权限的为空' });
const byRight = z.boolean().meta({ description: '该区划即主管' });

export const matrixSchema = z
  .object({
    on: z.iso.date(),
    itemsTotal: count,
    placesTotal: count,
    items: z.array(z.object({ code: z.string(), name: z.string(), level: z.enum(tiers), departmentName: z.string() })),
    places: z.array(z.object({ node: z.string(), name: z.string(), tier: z.enum(tiers) })),
    holdings: z.array(z.object({ byRight, powers })).meta({ description: '各格内容，不重复' }),
    cells: z.array(z.array(count)).meta({ description: '逐个事项、逐个区划：该格的内容在 holdings 中的序号，从 0 起' }),
  })
  .meta({ id: 'DelegationMatrix', description: '权限配置表：事项 × 区划，一次只给所要的一块' });

export const cellParamsSchema = z.object({
  ...itemParamsSchema.shape,
  place: z
    .string()
    .regex(/^[1-9]\d{11}$/)
    .meta({ description: '12 位区划代码' }),
});
export const cellQuerySchema = z.object({ on });

export const cellSchema = z
  .object({
    on: z.iso.date(),
    item: z.object({ code: z.string(), version: count, name: z.string(), level: z.enum(tiers) }),
    place: z.object({ node: z.string(), name: z.string(), tier: z.enum(tiers) }),
    byRight,
    powers,
    delegations: z
      .array(
        z.object({
          ...listedSchema.shape,
          own: z.boolean().meta({ description: '由本级发布' }),
          begun: z.boolean().meta({ description: '已经生效' }),
          nextVersion: count.meta({ description: '下一版的版本号' }),
          reaches: count.meta({ description: '涉及的区划数，限本级和下级' }),
        }),
      )
      .meta({ description: '使该区划取得权限的授权，现行的和待生效的' }),
  })
  .meta({ id: 'MatrixCell', description: '一个事项在一个区划的权限及其来源' });
