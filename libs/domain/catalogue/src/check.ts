import type { z } from 'zod';
import { ok, refuse, type Result } from '@tongban/kernel';
import { itemTypeName } from './codes.js';
import type { Department } from './department.js';
import { findFormFaults } from './form.js';
import { parseBaseCode, parseHandlingCode, parseImplementationCode } from './item-code.js';
import { serviceItemSchema, type ServiceItem } from './item.js';
import { calendarHours, isLonger } from './limits.js';

export interface ItemProblem {
  /** Path of the element: `materials.2.code`. */
  readonly path: string;
  readonly message: string;
}

export const schemaProblems = (error: z.ZodError): ItemProblem[] =>
  error.issues.map(({ path, message }) => ({ path: path.map(String).join('.'), message }));

export const problemLine = ({ path, message }: ItemProblem): string => (path === '' ? message : `${path}: ${message}`);

function duplicates(values: readonly string[]): string[] {
  return [...new Set(values.filter((value, index) => values.indexOf(value) !== index))];
}

type Report = (path: string, message: string) => void;

function checkCode({ code, type }: ServiceItem, report: Report): void {
  const parsed = parseBaseCode(code);
  if (!parsed.ok) report('code', parsed.refusal.detail);
  else if (parsed.value.type !== type) {
    report('type', `编码表示${itemTypeName(parsed.value.type)}，事项类型却是${itemTypeName(type)}`);
  }
}

/** The long codes repeat the base code and the level; the credit code within them has a check character. */
function checkLongCodes({ code, level, implementationCode, handlingCode }: ServiceItem, report: Report): void {
  if (implementationCode !== undefined) {
    const parsed = parseImplementationCode(implementationCode);
    if (!parsed.ok) report('implementationCode', parsed.refusal.detail);
    else if (parsed.value.base !== code) report('implementationCode', '实施编码与基本编码不符');
    else if (parsed.value.tier !== level) report('implementationCode', '实施编码的行使层级与事项不符');
  }
  if (handlingCode === undefined) return;
  const parsed = parseHandlingCode(handlingCode);
  if (!parsed.ok) report('handlingCode', parsed.refusal.detail);
  else if (implementationCode === undefined) report('handlingCode', '业务办理项编码须与实施编码一并填写');
  else if (!handlingCode.startsWith(implementationCode)) report('handlingCode', '业务办理项编码与实施编码不符');
}

const daysHours = (value: number): number => calendarHours({ value, unit: 'workingDay' });

/** The limit as it is worded must not contradict the working days that the deadline is computed from. */
function checkLimits(item: ServiceItem, report: Report): void {
  const { statutoryLimit, promisedLimit, statutoryDays, promisedDays } = item;
  if (statutoryLimit !== undefined && promisedLimit !== undefined && isLonger(promisedLimit, statutoryLimit)) {
    report('promisedLimit', '承诺时限超过法定时限');
  }
  const pairs = [
    ['statutoryLimit', statutoryLimit, statutoryDays],
    ['promisedLimit', promisedLimit, promisedDays],
  ] as const;
  for (const [path, limit, days] of pairs) {
    if (limit === undefined) continue;
    const isSame = limit.unit === 'workingDay' ? limit.value === days : daysHours(days) <= calendarHours(limit);
    if (!isSame) report(path, `与按工作日计的 ${days} 天不一致`);
  }
}

function checkTimes(item: ServiceItem, report: Report): void {
  const { regime, promisedDays, statutoryDays, steps, validFrom, validTo } = item;
  if (promisedDays > statutoryDays) report('promisedDays', '承诺时限超过法定时限');
  if (promisedDays === 0 && regime !== 'onTheSpot') report('promisedDays', '只有即办件的承诺时限可以为 0');
  if (promisedDays > 0 && regime === 'onTheSpot') report('promisedDays', '即办件的承诺时限应为 0');
  if (steps.reduce((sum, step) => sum + step.days, 0) > promisedDays) report('steps', '各环节时限之和超过承诺时限');
  if (validTo !== undefined && validTo < validFrom) report('validTo', '失效日期早于生效日期');
}

/** A document with its number, or an article of a statute: what an amount can be looked up in. */
const citedBasis = /〔\d{4}〕\s*\d+号|第[一二三四五六七八九十百千]+条/;

/** The structured standard is whole, and what is chosen between has something to choose from. */
function checkStandards({ fees = [], regime }: ServiceItem, report: Report): void {
  fees.forEach(({ code, amountFen, unit, basis, choice, measured, maxQuantity }, index) => {
    const given = [code, amountFen, unit].filter((part) => part !== undefined).length;
    const extras = choice !== undefined || measured !== undefined || maxQuantity !== undefined;
    if (given > 0 && given < 3) report(`fees.${index}`, '收费项目编码、金额和计费单位须一并填写');
    else if (given === 0 && extras) report(`fees.${index}`, '没有金额就没有计费方式');
    else if (given === 0 && regime === 'feeCounter') report(`fees.${index}`, '扎口收费的项目须有金额和计费单位');
    if (amountFen !== undefined && !citedBasis.test(basis)) {
      report(`fees.${index}.basis`, '收费金额须注明依据的文号或条款');
    }
  });
  const codes = fees.flatMap(({ code }) => code ?? []);
  for (const code of duplicates(codes)) report('fees', `收费项目编码重复：${code}`);
  const choices = fees.flatMap(({ choice }) => choice ?? []);
  const single = [...new Set(choices)].filter((choice) => !duplicates(choices).includes(choice));
  for (const choice of single) report('fees', `收费项目择一“${choice}”只有一项`);
}

function checkFee({ fee, fees = [], regime }: ServiceItem, report: Report): void {
  if (fee.charged && fees.length === 0) {
    if (fee.basis === undefined) report('fee.basis', '收费须有依据');
    if (fee.standard === undefined) report('fee.standard', '收费须有标准');
  }
  if (!fee.charged && (fee.basis !== undefined || fee.standard !== undefined || fees.length > 0)) {
    report('fee', '不收费却列有收费依据、标准或项目');
  }
  for (const project of duplicates(fees.map(({ name }) => name))) report('fees', `收费项目重复：${project}`);
  fees.forEach(({ reducible, reductionNote }, index) => {
    if (reducible === true && reductionNote === undefined) {
      report(`fees.${index}.reductionNote`, '允许减免的，须说明减免情形');
    }
  });
  if (regime === 'feeCounter' && !fee.charged) report('regime', '扎口收费件应当收费');
  else if (regime === 'feeCounter' && fees.length === 0) report('fees', '扎口收费件须列明收费项目和金额');
}

/** What is promised online or in the hall must be told in full. */
function checkService(item: ServiceItem, report: Report): void {
  const { flags, addresses, onlineDepth, visits, visitReason, presenceRequired, result, entrustedBy, powerSource } =
    item;
  if (flags?.online === true && addresses?.online === undefined && addresses?.mobile === undefined) {
    report('addresses', '可以网办的，须有网办地址');
  }
  if (flags?.onlinePayment === true && !item.fee.charged) report('flags.onlinePayment', '不收费的事项没有网上支付');
  for (const depth of duplicates(onlineDepth ?? [])) report('onlineDepth', `网上办理深度重复：${depth}`);
  for (const form of duplicates(item.handlingForms ?? [])) report('handlingForms', `办理形式重复：${form}`);
  if (visits !== undefined && visits > 0 && visitReason === undefined) {
    report('visitReason', '须到现场的，须说明原因');
  }
  if (presenceRequired && visits === 0) report('visits', '须本人到场的，到现场次数不能为 0');
  if (result.kind === 'none' && result.sample !== undefined) report('result.sample', '没有结果物就没有样本');
  const isEntrusted = powerSource === 'entrustedAbove' || powerSource === 'entrustedPeer';
  if (isEntrusted && entrustedBy === undefined) report('entrustedBy', '受委托行使的，须写明委托部门');
  for (const question of duplicates((item.questions ?? []).map((entry) => entry.question))) {
    report('questions', `问题重复：${question}`);
  }
}

function checkLists(item: ServiceItem, report: Report): void {
  for (const code of duplicates(item.materials.map((material) => material.code))) {
    report('materials', `材料编码重复：${code}`);
  }
  item.materials.forEach((material, index) => {
    if ((material.form === 'electronic') !== (material.copies === 0)) {
      report(`materials.${index}.copies`, '电子件份数为 0，纸质材料至少 1 份');
    }
  });
  for (const audience of duplicates(item.audience)) report('audience', `服务对象重复：${audience}`);
  for (const theme of duplicates(item.themes)) report('themes', `主题重复：${theme}`);
  if (item.result.kind === 'none' && item.result.validityYears !== undefined) {
    report('result.validityYears', '没有结果物就没有有效期');
  }
  for (const fault of findFormFaults(item.applicantForm)) report('applicantForm', fault);
}

function checkDepartments(item: ServiceItem, departments: readonly Department[], report: Report): void {
  const department = departments.find(({ id }) => id === item.departmentId);
  if (department === undefined) report('departmentId', `没有部门 ${item.departmentId}`);
  else {
    if (department.field !== item.code.slice(4, 6)) report('code', `第 5—6 位与${department.name}的代码不符`);
    if (!department.tiers.includes(item.level)) report('level', `${department.name}在这一级没有机构`);
    const parsed = item.implementationCode === undefined ? undefined : parseImplementationCode(item.implementationCode);
    const registered = Object.values(department.uscc ?? {});
    if (parsed?.ok === true && registered.length > 0 && !registered.includes(parsed.value.uscc)) {
      report('implementationCode', `实施编码不是${department.name}的统一社会信用代码`);
    }
  }
  for (const id of item.jointDepartmentIds ?? []) {
    if (id === item.departmentId) report('jointDepartmentIds', '联办机构不应是主办部门');
    else if (!departments.some((candidate) => candidate.id === id)) report('jointDepartmentIds', `没有部门 ${id}`);
  }
}

/** What the schema cannot say. With `departments` also whether the item fits the department it names. */
export function findItemProblems(item: ServiceItem, departments?: readonly Department[]): ItemProblem[] {
  const problems: ItemProblem[] = [];
  const report: Report = (path, message) => problems.push({ path, message });
  checkCode(item, report);
  checkLongCodes(item, report);
  checkTimes(item, report);
  checkLimits(item, report);
  checkFee(item, report);
  checkStandards(item, report);
  checkService(item, report);
  checkLists(item, report);
  if (item.regime === 'joint' && item.jointDepartmentIds === undefined) {
    report('jointDepartmentIds', '联办件须列出联办机构');
  }
  if (departments !== undefined) checkDepartments(item, departments, report);
  return problems;
}

/** Refuses `item.invalid`; `params.problems` lists every problem as `path: message`, those of the shape first alone. */
export function validateItem(item: unknown, departments?: readonly Department[]): Result<ServiceItem> {
  const parsed = serviceItemSchema.safeParse(item);
  const problems = parsed.success ? findItemProblems(parsed.data, departments) : schemaProblems(parsed.error);
  if (parsed.success && problems.length === 0) return ok(parsed.data);
  return refuse('item.invalid', `${problems.length} 处要素不符合要求`, { problems: problems.map(problemLine) });
}
