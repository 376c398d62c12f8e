import type { z } from 'zod';
import { RequestRefusal, type FieldError } from './request-refusal.js';

const mostFieldErrors = 50;

/** Reads one part of a request. Errors are named `part.field.0.field`. @throws RequestRefusal request.invalid */
export function parsePart<T>(part: 'params' | 'query' | 'body', schema: z.ZodType<T>, value: unknown): T {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  const errors = read.error.issues.slice(0, mostFieldErrors).map((issue) => fieldError(part, issue));
  throw new RequestRefusal('request.invalid', '请求内容不符合要求', errors);
}

const fieldError = (part: string, issue: z.core.$ZodIssue): FieldError => ({
  path: [part, ...issue.path.map(String)].join('.'),
  message: messageOf(issue),
});

const typeNames: Readonly<Record<string, string>> = {
  string: '文本',
  number: '数字',
  int: '整数',
  boolean: '是或否',
  array: '列表',
  object: '对象',
  date: '日期',
};

/** What a person can act on, in Chinese; a schema's own message (a custom issue) is taken as it is. */
function messageOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.message.endsWith('received undefined')
        ? '必填'
        : `应为${typeNames[issue.expected] ?? issue.expected}`;
    case 'too_small':
      return issue.origin === 'string' || issue.origin === 'array'
        ? `长度不得少于 ${issue.minimum}`
        : `不得小于 ${issue.minimum}`;
    case 'too_big':
      return issue.origin === 'string' || issue.origin === 'array'
        ? `长度不得超过 ${issue.maximum}`
        : `不得大于 ${issue.maximum}`;
    case 'invalid_value':
      return `只能是 ${issue.values.map(String).join('、')}`;
    case 'invalid_format':
      return '格式不正确';
    case 'unrecognized_keys':
      return `不认识的字段：${issue.keys.join('、')}`;
    case 'custom':
      return issue.message;
    default:
      return '不符合要求';
  }
}
