import { canonicalJson, tierOf, type Json, type NodeCode, type Tier } from '@tongban/kernel';
import { z } from 'zod';
import { findItemProblems, problemLine } from './check.js';
import { itemElements, serviceItemSchema, type ServiceItem } from './item.js';
import { itemCodeText } from './text.js';

// Three layers say what an item is: the base catalogue of nation or province (基本目录), the city's implementation
// (实施清单), and what a division below says of its own places, times and telephone numbers.

const version = z.int().min(1);

/** 基本目录: what nation or province has laid down for every implementation, passed on by the city. */
export const baseItemSchema = z.strictObject({
  code: itemCodeText,
  version,
  source: z.enum(['nation', 'province']),
  fields: serviceItemSchema
    .pick({
      name: true,
      type: true,
      audience: true,
      legalBasis: true,
      conditions: true,
      materials: true,
      statutoryDays: true,
      presenceRequired: true,
      result: true,
    })
    .partial()
    .required({ name: true, type: true }),
  validFrom: z.iso.date(),
  validTo: z.iso.date().optional(),
});
export type BaseItem = z.output<typeof baseItemSchema>;

const localisedShape = serviceItemSchema
  .pick({
    promisedDays: true,
    steps: true,
    consultPhone: true,
    complaintPhone: true,
    handlingForms: true,
    flags: true,
    places: true,
    consultation: true,
    supervision: true,
    questions: true,
  })
  .partial();

/** The elements that a division may localise; the same that the schema marks so. */
export const localisableFields: readonly string[] = Object.keys(localisedShape.shape);

export const localisationSchema = z.strictObject({
  item: itemCodeText,
  version,
  /** Version of the item that it was written for. */
  basedOn: version,
  fields: localisedShape.refine((fields) => Object.keys(fields).length > 0, '至少一项'),
  validFrom: z.iso.date(),
  validTo: z.iso.date().optional(),
});
export type Localisation = z.output<typeof localisationSchema>;

const isSame = (a: unknown, b: unknown): boolean => canonicalJson(a as Json) === canonicalJson(b as Json);

/** Where an implementation goes beyond its base: other name or type, a basis left out, a longer limit, more materials. */
export function deviationsFromBase(item: ServiceItem, { fields }: BaseItem): string[] {
  const problems: string[] = [];
  if (item.name !== fields.name) problems.push(`name: 事项名称与基本目录不符：${fields.name}`);
  if (item.type !== fields.type) problems.push('type: 事项类型与基本目录不符');
  if (fields.statutoryDays !== undefined && item.statutoryDays > fields.statutoryDays) {
    problems.push(`statutoryDays: 法定时限长于基本目录的 ${fields.statutoryDays} 个工作日`);
  }
  for (const { statute, article } of fields.legalBasis ?? []) {
    const isCited = item.legalBasis.some((basis) => basis.statute === statute && basis.article === article);
    if (!isCited) problems.push(`legalBasis: 缺少基本目录的依据《${statute}》${article}`);
  }
  const allowed = fields.materials?.map(({ code }) => code);
  for (const { code, name, necessity } of item.materials) {
    if (allowed !== undefined && necessity === 'required' && !allowed.includes(code)) {
      problems.push(`materials: 基本目录没有要求的材料：${name}`);
    }
  }
  return problems;
}

/** The item as the divisions below see it; what no longer fits the item's limits is left out. */
export function localise(item: ServiceItem, { fields }: Pick<Localisation, 'fields'>): ServiceItem {
  const { promisedDays, steps, ...rest } = fields;
  const kept = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  const plain: ServiceItem = { ...item, ...kept };
  const timed: ServiceItem = { ...plain, promisedDays: promisedDays ?? item.promisedDays, steps: steps ?? item.steps };
  return findTimeProblems(item, timed).length === 0 ? timed : plain;
}

function findTimeProblems(upstream: ServiceItem, { promisedDays, steps }: ServiceItem): string[] {
  const problems: string[] = [];
  if (promisedDays > upstream.promisedDays) problems.push('promisedDays: 本地承诺时限不得长于上级的承诺');
  const isSequence =
    steps.length === upstream.steps.length &&
    steps.every(
      ({ name, power }, index) => upstream.steps[index]?.name === name && upstream.steps[index]?.power === power,
    );
  if (!isSequence) problems.push('steps: 只能缩短环节时限，不能增减或改换环节');
  if (steps.reduce((sum, { days }) => sum + days, 0) > promisedDays) problems.push('steps: 各环节时限之和超过承诺时限');
  return problems;
}

export function findLocalisationProblems(localisation: Localisation, item: ServiceItem): string[] {
  const { fields, validFrom, validTo } = localisation;
  const merged: ServiceItem = {
    ...localise(item, { fields: { ...fields, promisedDays: undefined, steps: undefined } }),
    promisedDays: fields.promisedDays ?? item.promisedDays,
    steps: fields.steps ?? item.steps,
  };
  const times = findTimeProblems(item, merged);
  const problems = times.length > 0 ? times : findItemProblems(merged).map(problemLine);
  return validTo !== undefined && validTo < validFrom ? [...problems, '失效日期早于生效日期'] : problems;
}

export type Layer = 'nation' | Tier;
export const layerNames: Readonly<Record<Layer, string>> = {
  nation: '国家',
  province: '省级',
  city: '市级',
  district: '县级',
  township: '乡级',
  village: '村级',
};

/** Whose word the value of a field is. */
export interface Provenance {
  readonly layer: Layer;
  /** Who published the record; for the base catalogue, who passed it on. */
  readonly publisher: NodeCode;
  readonly record: 'base' | 'item' | 'localisation';
  readonly version: number;
}

export interface Sourced<T> {
  readonly publisher: NodeCode;
  readonly value: T;
}

/** Where each field's value comes from: the lowest localisation that says it, the base where the item repeats it, else the item. */
export function provenanceOf(
  { publisher, value: item }: Sourced<ServiceItem>,
  base: Sourced<BaseItem> | undefined,
  localisations: readonly Sourced<Localisation>[],
): Readonly<Record<string, Provenance>> {
  const result: Record<string, Provenance> = {};
  let current = item;
  const own = { layer: tierOf(publisher), publisher, record: 'item', version: item.version } as const;
  for (const { field } of itemElements) {
    const value = field in item ? item[field as keyof ServiceItem] : undefined;
    if (value === undefined) continue;
    const based = base?.value.fields[field as keyof BaseItem['fields']];
    const isBased = base !== undefined && (field === 'code' || (based !== undefined && isSame(based, value)));
    result[field] = isBased
      ? { layer: base.value.source, publisher: base.publisher, record: 'base', version: base.value.version }
      : own;
  }
  for (const { publisher: by, value: localisation } of localisations) {
    const next = localise(current, localisation);
    for (const field of localisableFields) {
      const said = localisation.fields[field as keyof Localisation['fields']];
      if (said === undefined || !isSame(said, next[field as keyof ServiceItem])) continue;
      result[field] = { layer: tierOf(by), publisher: by, record: 'localisation', version: localisation.version };
    }
    current = next;
  }
  return result;
}
