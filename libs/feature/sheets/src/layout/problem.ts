import type { z } from 'zod';
import { columnLetter } from '../workbook/place.js';

/** One thing wrong with what is to be imported: where a person finds it, and what it is. */
export interface SheetProblem {
  /** Name of the sheet; of a JSON file, the list. */
  readonly sheet: string;
  /** Row of the sheet, from 1; of a JSON file, the record's place in the list, from 1. */
  readonly row: number;
  /** `F12`; absent when the row as a whole is meant. */
  readonly cell?: string;
  /** Title of the column; of a JSON file, the path within the record. */
  readonly column?: string;
  readonly message: string;
}

export interface Place {
  readonly sheet: string;
  readonly row: number;
  readonly column?: { readonly number?: number; readonly title: string };
}

export function problemAt({ sheet, row, column }: Place, message: string): SheetProblem {
  if (column === undefined) return { sheet, row, message };
  const { number, title } = column;
  const cell = number === undefined ? {} : { cell: `${columnLetter(number)}${row}` };
  return { sheet, row, ...cell, column: title, message };
}

/** `事项!F12（承诺时限）：…` */
export const problemPath = ({ sheet, row, cell, column }: SheetProblem): string =>
  `${sheet}!${cell ?? `第 ${row} 行`}${column === undefined ? '' : `（${column}）`}`;

const formats: Readonly<Record<string, string>> = {
  'not a slug': '只能用小写字母、数字和连字符',
  'not a 12-digit item code': '应为 12 位数字编码',
  'not a telephone number': '应为电话号码，只含数字和连字符',
  'not a credit code': '统一社会信用代码校验不符',
  'not a division code': '应为 12 位区划代码',
};

/** What a schema objects to, in Chinese; its own messages in Chinese are taken as they are. */
export function issueText(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined || issue.message.endsWith('undefined') ? '必填' : '内容的类型不正确';
    case 'too_small':
      return issue.origin === 'string' || issue.origin === 'array' ? '必填' : `不得小于 ${issue.minimum}`;
    case 'too_big':
      return issue.origin === 'string' ? `不得超过 ${issue.maximum} 字` : `不得大于 ${issue.maximum}`;
    case 'invalid_value':
      return `只能是 ${issue.values.map(String).join('、')}`;
    case 'unrecognized_keys':
      return `没有这样的要素：${issue.keys.join('、')}`;
    case 'invalid_format':
      return formats[issue.message] ?? (issue.format === 'date' ? '应为日期，如 2026-03-01' : '格式不正确');
    case 'custom':
      return formats[issue.message] ?? issue.message;
    default:
      return '不符合要求';
  }
}
