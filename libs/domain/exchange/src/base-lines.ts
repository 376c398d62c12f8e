import { baseItemSchema, itemTypeCode, itemTypes, type BaseItem } from '@tongban/domain/catalogue';
import { ok, refuse, type JsonObject, type Result } from '@tongban/kernel';
import { z } from 'zod';

/** 基本目录 as the province sends it down: one line for each item and version. */
export const maxBaseLines = 200;

const inUse = '1';
const civilDate = z
  .string()
  .transform((text) => text.slice(0, 10))
  .pipe(z.iso.date());
const line = z.object({
  catalog_code: z.string().regex(/^\d{12}$/),
  task_name: z.string().trim().min(1).max(200),
  task_type: z.string(),
  by_law: z.string().nullish(),
  task_state: z.string(),
  task_version: z.coerce.number().int().min(1),
  plan_effective_date: civilDate,
  plan_cancel_date: civilDate.nullish(),
});
const lines = z.array(z.looseObject({})).min(1).max(maxBaseLines);

/** The lines of a message of the kind `catalogue`. Refuses with request.invalid where it has none, or too many. */
export function baseLinesOf(content: JsonObject): Result<readonly JsonObject[]> {
  const read = lines.safeParse(content['lines']);
  return read.success
    ? ok(read.data as JsonObject[])
    : refuse('request.invalid', `基本目录应有 1 至 ${maxBaseLines} 行`, { fields: ['lines'] });
}

const wrong = (fields: readonly string[]): Result<never> =>
  refuse('request.invalid', `${fields.join('、')} 不正确`, { fields: [...fields] });

/** `《statute》第…条`, one after the other with anything between. */
const citations = /《([^《》]{1,200})》\s*(第[零〇一二三四五六七八九十百千\d]+条(?:之[一二三四五六七八九十]+)?)/gu;

/** What one line lays down for every implementation. Refuses with request.invalid and the columns at fault. */
export function readBaseLine(given: JsonObject): Result<BaseItem> {
  const read = line.safeParse(given);
  if (!read.success) return wrong([...new Set(read.error.issues.map(({ path }) => path.join('.')))]);
  const { data } = read;
  const type = itemTypes.find((one) => itemTypeCode(one) === data.task_type);
  if (type === undefined) return wrong(['task_type']);
  // An item that is no longer in use has to have an end: otherwise it would go on.
  if (data.task_state !== inUse && (data.plan_cancel_date ?? undefined) === undefined)
    return wrong(['plan_cancel_date']);
  if (
    data.plan_cancel_date !== null &&
    data.plan_cancel_date !== undefined &&
    data.plan_cancel_date < data.plan_effective_date
  )
    return wrong(['plan_cancel_date']);
  const law = data.by_law?.trim() ?? '';
  const legalBasis = [...law.matchAll(citations)].map(([, statute, article]) => ({ statute, article }));
  if (law !== '' && legalBasis.length === 0) return wrong(['by_law']);
  const base = baseItemSchema.safeParse({
    ...{ code: data.catalog_code, version: data.task_version, source: 'province' },
    fields: { name: data.task_name, type, ...(legalBasis.length === 0 ? {} : { legalBasis }) },
    validFrom: data.plan_effective_date,
    ...(data.plan_cancel_date === null || data.plan_cancel_date === undefined
      ? {}
      : { validTo: data.plan_cancel_date }),
  });
  return base.success ? ok(base.data) : wrong([...new Set(base.error.issues.map(({ path }) => path.join('.')))]);
}
