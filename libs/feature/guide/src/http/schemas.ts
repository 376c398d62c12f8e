import { audiences, legalBasisSchema, materialSchema, serviceItemSchema, themes } from '@tongban/domain/catalogue';
import { powerSchema } from '@tongban/domain/delegation';
import { cursorParam, limitParam } from '@tongban/platform/http';
import { z } from 'zod';

const longestQuery = 100;
const mostEntriesPerPage = 100;
const highestOffset = 100_000;

export const guideParamsSchema = z.object({
  code: z
    .string()
    .regex(/^\d{12}$/)
    .meta({ description: '12 位基本编码' }),
});

export const searchQuerySchema = z.object({
  query: z
    .string()
    .max(longestQuery)
    .optional()
    .meta({ description: '名称中的词、全拼、简拼，或编码的开头；多个词用空格分开' }),
  theme: z.enum(themes).optional().meta({ description: '服务主题' }),
  department: z.string().max(longestQuery).optional().meta({ description: '主办部门' }),
  audience: z.enum(audiences).optional().meta({ description: '服务对象' }),
  scope: z
    .enum(['all', 'here'])
    .default('all')
    .meta({ description: 'here 只查本级窗口办理的，all 包括须到上级办理的' }),
  cursor: cursorParam(z.int().min(0).max(highestOffset)),
  limit: limitParam(mostEntriesPerPage),
});

const place = { place: z.string(), placeName: z.string() };

const guideEntrySchema = z
  .object({
    ...serviceItemSchema.pick({ code: true, name: true, themes: true, audience: true, promisedDays: true }).shape,
    typeName: z.string(),
    regimeName: z.string(),
    departmentName: z.string(),
    place: z.string().meta({ description: '就近可以办理的区划' }),
    placeName: z.string(),
  })
  .meta({ id: 'GuideEntry' });
export type GuideEntryAnswer = z.input<typeof guideEntrySchema>;

const facets = z.array(z.object({ id: z.string(), name: z.string(), count: z.int() }).meta({ id: 'GuideFacet' }));

export const searchAnswerSchema = z.object({
  total: z.int(),
  items: z.array(guideEntrySchema),
  facets: z.object({ themes: facets, departments: facets, audiences: facets }),
  next: z.string().optional(),
});

const named = z.string();
const disclosuresSchema = z
  .object({
    name: named.meta({ description: '项目名称' }),
    legalBasis: z.array(legalBasisSchema).meta({ description: '办事依据' }),
    conditions: z.array(z.string()).meta({ description: '申报条件' }),
    materials: z
      .array(z.object({ ...materialSchema.shape, necessityName: named, sourceName: named, formName: named }))
      .meta({ description: '申报材料' }),
    procedure: z
      .array(
        z.object({
          name: named,
          power: powerSchema,
          powerName: named,
          days: z.int(),
          place: place.place.optional(),
          placeName: place.placeName.optional(),
        }),
      )
      .meta({ description: '办理程序，及各环节的承办区划' }),
    time: z
      .object({ statutoryDays: z.int(), promisedDays: z.int(), text: z.string() })
      .meta({ description: '承诺时限，单位为工作日' }),
    fee: z
      .object({
        ...serviceItemSchema.shape.fee.shape,
        text: z.string(),
        projects: z.array(
          z.object({
            ...{ name: named, basis: named, standard: named, reductionNote: named.optional() },
            amountFen: z.int().optional().meta({ description: '每一计费单位的金额，单位：分' }),
            unit: named.optional(),
          }),
        ),
      })
      .meta({ description: '收费标准，及各收费项目的依据和标准' }),
  })
  .meta({ id: 'SevenDisclosures', description: '七公开' });

export const guideSchema = z
  .object({
    ...serviceItemSchema.pick({ code: true, version: true, description: true, presenceRequired: true }).shape,
    typeName: named,
    levelName: named,
    regimeName: named,
    departmentName: named,
    jointDepartmentNames: z.array(named).optional(),
    audienceNames: z.array(named),
    themeNames: z.array(named),
    disclosures: disclosuresSchema,
    intake: z.object(place).optional().meta({ description: '就近的收件地；没有则不在本地受理' }),
    places: z
      .array(
        z.object({
          name: named,
          address: named,
          hours: named,
          window: named.optional(),
          phone: named.optional(),
        }),
      )
      .meta({ description: '办理地点和时间' }),
    questions: z.array(z.object({ question: named, answer: named })).meta({ description: '常见问题' }),
    ...serviceItemSchema.pick({
      result: true,
      visits: true,
      consultPhone: true,
      complaintPhone: true,
      validFrom: true,
      validTo: true,
    }).shape,
  })
  .meta({ id: 'Guide', description: '办事指南' });
export type Guide = z.output<typeof guideSchema>;
