import { cataloguePartSchema, itemTypes, serviceItemSchema } from '@tongban/domain/catalogue';
import { powerSchema } from '@tongban/domain/delegation';
import { tiers } from '@tongban/kernel';
import { cursorParam, limitParam } from '@tongban/platform/http';
import { z } from 'zod';

const itemCode = z.string().regex(/^\d{12}$/);
const longestQuery = 100;
const mostItemsPerPage = 200;
const longestDepartment = 100;

export const itemParamsSchema = z.object({ code: itemCode.meta({ description: '12 位基本编码' }) });

export const itemsQuerySchema = z.object({
  query: z.string().max(longestQuery).optional().meta({ description: '名称中的词，或编码的开头' }),
  scope: z
    .enum(['offered', 'seen'])
    .default('offered')
    .meta({ description: 'offered 只列本级有权办理的，seen 列本级可见的全部事项' }),
  level: z.enum(tiers).optional().meta({ description: '行使层级' }),
  department: z.string().max(longestDepartment).optional().meta({ description: '主办部门' }),
  type: z.enum(itemTypes).optional().meta({ description: '事项类型' }),
  cursor: cursorParam(itemCode),
  limit: limitParam(mostItemsPerPage),
});

const powersSchema = z.array(powerSchema).meta({ description: '本级对该事项的权限' });
const names = {
  departmentName: z.string().meta({ description: '主办部门在本级的名称' }),
  typeName: z.string(),
  regimeName: z.string(),
};

const itemSummarySchema = z
  .object({
    ...serviceItemSchema.pick({
      code: true,
      version: true,
      name: true,
      type: true,
      level: true,
      departmentId: true,
      audience: true,
      regime: true,
      statutoryDays: true,
      promisedDays: true,
      presenceRequired: true,
      themes: true,
    }).shape,
    ...names,
    powers: powersSchema,
  })
  .meta({ id: 'ItemSummary' });

export const itemsPageSchema = z.object({ items: z.array(itemSummarySchema), next: z.string().optional() });
export type ItemSummary = z.input<typeof itemSummarySchema>;

const routeSchema = z
  .object({
    competent: z.string(),
    accept: z.string(),
    review: z.string(),
    decide: z.string(),
    certify: z.string(),
    deliver: z.string(),
  })
  .meta({ id: 'ItemRoute', description: '由本级收件时，各环节的承办区划' });

/** What must be disclosed of an item (七公开), and how this node handles it. */
export const itemDetailSchema = z
  .object({
    ...serviceItemSchema.shape,
    ...names,
    codes: z
      .object({
        base: z.string(),
        implementation: z.string(),
        handling: z.string(),
        demonstration: z.boolean().meta({ description: '主管部门未登记统一社会信用代码，所列为演示编码' }),
      })
      .optional()
      .meta({ description: '基本编码 12 位、实施编码 31 位、业务办理项编码 33 位' }),
    jointDepartmentNames: z.array(z.string()).optional(),
    powers: powersSchema,
    route: routeSchema.optional(),
  })
  .meta({
    id: 'Item',
    description: '事项名称、依据、条件、材料、程序、时限、收费，投诉电话，以及本级的权限和办理路径',
  });
export type ItemDetail = z.input<typeof itemDetailSchema>;

export const departmentsSchema = z.object({
  departments: z.array(
    z
      .object({
        id: z.string(),
        name: z.string(),
        field: z.string(),
        uscc: z.string(),
        demonstrationCode: z.boolean().meta({ description: '未登记统一社会信用代码，所列为演示代码' }),
      })
      .meta({ id: 'DepartmentOffice' }),
  ),
});
export type DepartmentOffices = z.input<typeof departmentsSchema>;

/** What any publication of records may be refused with. */
export const publicationRefusals = [
  'item.invalid',
  'item.version-conflict',
  'catalogue.version-conflict',
  'delegation.invalid',
] as const;

export const publicationBodySchema = cataloguePartSchema;

const count = z.int().min(0);
export const publicationSchema = z
  .object({
    published: count.meta({ description: '新发布的记录数' }),
    unchanged: count.meta({ description: '内容未变、无须发布的记录数' }),
    items: count,
    departments: count,
    delegations: count,
  })
  .meta({ id: 'Publication' });
