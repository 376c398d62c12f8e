import { z } from 'zod';
import { isBoundedPattern, longestPatternedValue } from './pattern.js';

/** Long enough for any field's shape, short enough to be read by whoever publishes the item. */
const patternMaxLength = 200;

const titled = { title: z.string().min(1), description: z.string().min(1).optional() };
const text = z.strictObject({
  ...titled,
  type: z.literal('string'),
  minLength: z.int().min(0).optional(),
  maxLength: z.int().min(1).optional(),
  pattern: z.string().max(patternMaxLength).optional(),
  format: z.literal('date').optional(),
  enum: z.array(z.string()).min(1).optional(),
});
const number = z.strictObject({
  ...titled,
  type: z.enum(['integer', 'number']),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
});
const truth = z.strictObject({ ...titled, type: z.literal('boolean') });

/** A flat JSON Schema (2020-12) of what the applicant fills in for one item, beyond who the applicant is. */
export const applicantFormSchema = z
  .strictObject({
    type: z.literal('object'),
    properties: z.record(z.string().regex(/^[a-z][A-Za-z0-9]*$/), z.discriminatedUnion('type', [text, number, truth])),
    required: z.array(z.string()),
  })
  .meta({ id: 'ApplicantForm' });
export type ApplicantForm = z.output<typeof applicantFormSchema>;
type FormField = ApplicantForm['properties'][string];

/** Faults of the form itself: unknown required fields, patterns that do not compile or may take for ever. */
export function findFormFaults(form: ApplicantForm): string[] {
  const faults = form.required
    .filter((name) => form.properties[name] === undefined)
    .map((name) => `必填项 ${name} 没有定义`);
  for (const [name, field] of Object.entries(form.properties)) {
    if (field.type !== 'string' || field.pattern === undefined) continue;
    const fault = patternFault(field.pattern);
    if (fault !== undefined) faults.push(`${name} 的格式${fault}`);
  }
  return faults;
}

function patternFault(pattern: string): string | undefined {
  try {
    new RegExp(pattern, 'u');
  } catch {
    return '不是有效的正则表达式';
  }
  if (isBoundedPattern(pattern)) return undefined;
  return '核对起来可能极慢：请以 ^ 开头、写明次数（如 {1,30}），不用嵌套重复、反向引用和环视';
}

const isDate = (value: string): boolean => z.iso.date().safeParse(value).success;

function textProblem(field: FormField & { type: 'string' }, value: string): string | undefined {
  const length = [...value].length;
  if (field.minLength !== undefined && length < field.minLength) return `至少 ${field.minLength} 个字`;
  if (field.maxLength !== undefined && length > field.maxLength) return `最多 ${field.maxLength} 个字`;
  if (field.enum !== undefined && !field.enum.includes(value)) return `应为：${field.enum.join('、')}`;
  if (field.format === 'date' && !isDate(value)) return '应为日期，如 2026-03-01';
  return field.pattern === undefined ? undefined : patternProblem(field.pattern, value);
}

/** Others publish items too: a pattern that could hold up this host is not tried, and the window looks at the value. */
function patternProblem(pattern: string, value: string): string | undefined {
  if (value.length > longestPatternedValue) return `最多 ${longestPatternedValue} 个字`;
  return isBoundedPattern(pattern) && !new RegExp(pattern, 'u').test(value) ? '格式不正确' : undefined;
}

function fieldProblem(field: FormField, value: unknown): string | undefined {
  switch (field.type) {
    case 'boolean':
      return typeof value === 'boolean' ? undefined : '应为是或否';
    case 'string':
      return typeof value === 'string' ? textProblem(field, value) : '应为文字';
    default: {
      if (typeof value !== 'number' || !Number.isFinite(value)) return '应为数字';
      if (field.type === 'integer' && !Number.isInteger(value)) return '应为整数';
      if (field.minimum !== undefined && value < field.minimum) return `不小于 ${field.minimum}`;
      if (field.maximum !== undefined && value > field.maximum) return `不大于 ${field.maximum}`;
      return undefined;
    }
  }
}

export interface FormProblem {
  readonly field: string;
  readonly message: string;
}

/** Checks what an applicant filled in against the item's form; an empty list means it may be submitted. */
export function findFormProblems(form: ApplicantForm, filled: Readonly<Record<string, unknown>>): FormProblem[] {
  const problems: FormProblem[] = [];
  for (const field of Object.keys(filled)) {
    if (!Object.hasOwn(form.properties, field)) problems.push({ field, message: '表单没有这一项' });
  }
  for (const [name, field] of Object.entries(form.properties)) {
    const value = filled[name];
    const isEmpty = value === undefined || value === '';
    const message = isEmpty ? (form.required.includes(name) ? '必填' : undefined) : fieldProblem(field, value);
    if (message !== undefined) problems.push({ field: name, message: `${field.title}：${message}` });
  }
  return problems;
}
