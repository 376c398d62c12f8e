import { agentSchema, stationingStatuses } from '@tongban/domain/catalogue';
import { cursorParam, limitParam } from '@tongban/platform/http';
import { z } from 'zod';
import { changeSchema } from './draft-schemas.js';

const count = z.int().min(0);
const mostItemsPerPage = 200;
const itemCode = z.string().regex(/^\d{12}$/);

export const elementsSchema = z.object({
  elements: z.array(
    z
      .object({
        field: z.string(),
        title: z.string(),
        required: z.boolean(),
        localisable: z.boolean(),
        gbt39046: z.array(count).meta({ description: 'GB/T 39046—2020 表4 的序号' }),
        columns: z.array(z.string()).meta({ description: '国家前置库 UP_TASK_GENERAL_* 的字段' }),
      })
      .meta({ id: 'ItemElement' }),
  ),
  schema: z.record(z.string(), z.unknown()).meta({ description: '事项的 JSON Schema，供编制界面生成表单' }),
});

export const provenanceSchema = z
  .object({
    code: z.string(),
    version: count,
    fields: z.array(
      z.object({
        field: z.string(),
        title: z.string(),
        layer: z.string(),
        layerName: z.string(),
        publisher: z.string(),
        record: z.enum(['base', 'item', 'localisation']),
        version: count,
      }),
    ),
  })
  .meta({ id: 'ItemProvenance', description: '每项要素的取值出自哪一级' });

export const upstreamSchema = z
  .object({
    localisations: z
      .array(
        z.object({
          item: z.string(),
          name: z.string(),
          basedOn: count,
          current: count,
          changes: z.array(changeSchema),
          touched: z.array(z.string()).meta({ description: '本级作了本地化、上级又有变化的要素' }),
          problems: z.array(z.string()),
        }),
      )
      .meta({ description: '上级修订后须复核的本地化' }),
    withdrawn: z.array(z.string()).meta({ description: '上级已停办、本级仍有本地化的事项' }),
    implementations: z
      .array(z.object({ item: z.string(), name: z.string(), baseVersion: count, problems: z.array(z.string()) }))
      .meta({ description: '与现行基本目录不符的实施清单' }),
  })
  .meta({ id: 'UpstreamChanges', description: '上级修订对本级目录的影响' });

const rate = z.number().min(0).max(1).optional();
export const stationingReportSchema = z.object({
  departments: z.array(
    z
      .object({
        departmentId: z.string(),
        name: z.string(),
        reported: z.boolean(),
        total: count,
        stationed: count,
        notStationed: count,
        acceptedTwice: count,
        unreported: count,
        authorised: count,
        stationedRate: rate.meta({ description: '进驻率' }),
        authorisedRate: rate.meta({ description: '授权到位率' }),
        acceptedTwiceRate: rate.meta({ description: '两头受理率' }),
        items: z.array(
          z.object({
            code: z.string(),
            name: z.string(),
            status: z.enum([...stationingStatuses, 'unreported']),
            statusName: z.string(),
            reason: z.string().optional(),
            windows: z.array(z.string()),
            authorised: z.array(z.string()),
          }),
        ),
      })
      .meta({ id: 'DepartmentStationing', description: '部门的进驻情况' }),
  ),
});

const { id, name, phone, place, hours, procedure } = agentSchema.shape;
export const agentsSchema = z.object({
  agents: z.array(
    z
      .object({
        id,
        node: z.string(),
        name,
        phone,
        place,
        hours,
        procedure,
        items: z.array(z.object({ code: z.string(), name: z.string() })),
      })
      .meta({ id: 'Agent', description: '代办员公示（四公开）：代办事项、代办员、地点和电话' }),
  ),
});

export const agencyQuerySchema = z.object({ cursor: cursorParam(itemCode), limit: limitParam(mostItemsPerPage) });
export const agencySchema = z.object({
  items: z.array(
    z
      .object({
        code: z.string(),
        name: z.string(),
        departmentName: z.string(),
        promisedDays: count,
        accept: z.string().meta({ description: '受理的区划' }),
        materials: count,
        agents: z.array(z.object({ id: z.string(), name: z.string(), phone: z.string() })),
      })
      .meta({ id: 'AgencyItem', description: '代办目录中的事项' }),
  ),
  next: z.string().optional(),
});
