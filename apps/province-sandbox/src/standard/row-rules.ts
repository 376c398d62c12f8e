import { creditCodeHolds, residentNumberHolds } from './check-digits.js';
import { codeLists, documentsOf } from './code-lists.js';
import type { Form, Layout } from './form.js';
import { layouts, type Kind } from './layouts.js';
import { timeOf } from './times.js';

export interface Problem {
  readonly code: string;
  readonly field: string;
  readonly message: string;
}
export type Values = Readonly<Record<string, string | number>>;

const utf8BytesPerCharacter = 3;
const mostDigits = 9;

function misfit(form: Form, value: string | number): string | undefined {
  // A count begins with 1, a number with 0.
  if (form === 'count' || form === 'number')
    return typeof value === 'number' &&
      Number.isInteger(value) &&
      value >= (form === 'count' ? 1 : 0) &&
      String(value).length <= mostDigits
      ? undefined
      : 'FORMAT';
  if (typeof value === 'number') return 'FORMAT';
  if (form === 'yuan') return /^\d{1,13}\.\d{2}$/.test(value) ? undefined : 'FORMAT';
  if (form === 'dateTime' || form === 'date') {
    const wanted = form === 'date' ? 'YYYYMMDD' : 'YYYYMMDDThhmmss';
    return value.length === wanted.length && timeOf(value) !== undefined ? undefined : 'FORMAT';
  }
  if (form instanceof RegExp) return form.test(value) ? undefined : 'FORMAT';
  const tooLong = [...value].length > form || Buffer.byteLength(value) > form * utf8BytesPerCharacter;
  return tooLong ? 'WIDTH' : undefined;
}

const wording: Readonly<Record<string, string>> = {
  COLUMN: '表中没有此列',
  MISSING: '必填项为空',
  FORMAT: '格式不符合要求',
  WIDTH: '超过规定长度',
  CODE: '代码不在代码表中',
  CHECK: '校验位不正确',
  TIME: '时间先后颠倒',
};
export const problem = (rule: string, field: string, message = wording[rule] ?? rule): Problem => ({
  code: `E-${rule}-${field}`,
  field,
  message,
});

/** What the values of one row say against columns, forms and code lists. */
export function columnProblems(
  layout: Layout,
  lists: Readonly<Record<string, readonly string[]>>,
  values: Values,
): Problem[] {
  const unknown = Object.keys(values).filter((name) => !layout.has(name));
  const problems = unknown.map((name) => problem('COLUMN', name));
  for (const [name, rule] of layout) {
    const value = values[name];
    if (value === undefined || String(value).trim() === '') {
      if (rule.compulsory || value !== undefined) problems.push(problem('MISSING', name));
      continue;
    }
    const wrong = misfit(rule.form, value);
    if (wrong !== undefined) problems.push(problem(wrong, name));
    else if (lists[name]?.includes(String(value)) === false) problems.push(problem('CODE', name));
  }
  return problems;
}

function documentProblems(values: Values): Problem[] {
  const documents = documentsOf(String(values['applyer_type']));
  const type = String(values['applyer_page_type']);
  if (!documents.includes(type)) return [problem('CODE', 'applyer_page_type', '申请人类型不能使用此证件类型')];
  const number = String(values['applyer_page_code']);
  if (type === '111' && !residentNumberHolds(number)) return [problem('CHECK', 'applyer_page_code')];
  if (type === '001' && !creditCodeHolds(number)) return [problem('CHECK', 'applyer_page_code')];
  return [];
}

/** `later` must not lie before `earlier`. */
export function sequenceProblem(values: Values, earlier: string, later: string): Problem[] {
  const from = timeOf(String(values[earlier]));
  const to = timeOf(String(values[later]));
  return from !== undefined && to !== undefined && to < from ? [problem('TIME', later)] : [];
}

/** 不予许可, 作废, 删除, 转报, 退件 want a reason. */
const reasoned: readonly string[] = ['1', '2', '3', '4', '5'];

const furtherRules: Readonly<Record<Kind, (values: Values) => Problem[]>> = {
  accept: (values) => [
    ...documentProblems(values),
    ...(creditCodeHolds(String(values['org_code'])) ? [] : [problem('CHECK', 'org_code')]),
    ...(String(values['task_code']).endsWith(String(values['catalog_code'])) ? [] : [problem('CODE', 'catalog_code')]),
    ...sequenceProblem(values, 'apply_date', 'accept_date'),
  ],
  process: (values) => sequenceProblem(values, 'event_start_time', 'event_end_time'),
  special: (values) => sequenceProblem(values, 'special_time', 'end_time'),
  material: () => [],
  fee: () => [],
  supervision: () => [],
  result: ({ result_type: type, result_explain: why }) =>
    reasoned.includes(String(type)) && why === undefined ? [problem('MISSING', 'result_explain')] : [],
  rating: (values) => (creditCodeHolds(String(values['dept_code'])) ? [] : [problem('CHECK', 'dept_code')]),
};

/** What is wrong with one row taken by itself: columns first, and what the values say together once they are readable. */
export function rowProblems(kind: Kind, values: Values): readonly Problem[] {
  const problems = columnProblems(layouts[kind], codeLists, values);
  return problems.length > 0 ? problems : furtherRules[kind](values);
}

/** The column that says when the reported act took place. */
const actColumns: Readonly<Record<Kind, string | undefined>> = {
  accept: 'accept_date',
  process: 'event_end_time',
  special: undefined,
  material: undefined,
  fee: 'charge_time',
  supervision: undefined,
  result: 'result_date',
  rating: 'assess_time',
};

export function actTime(kind: Kind, values: Values): number | undefined {
  const column = actColumns[kind];
  return column === undefined ? undefined : timeOf(String(values[column]));
}
