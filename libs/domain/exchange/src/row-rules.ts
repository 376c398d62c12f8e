import type { CaseForExchange } from './case-for-exchange.js';
import { isCreditCode, isResidentIdentityNumber } from './check-digits.js';
import type { HoldCode } from './held.js';
import type { RecordKind } from './neutral.js';
import type { FieldsOf, FieldValue } from './rows.js';

export type Fields = Readonly<Record<string, FieldValue>>;

/** What is wrong with a field of our row, whatever the column is called. `what` goes on after the column's label. */
export interface FieldFlaw {
  readonly field: string;
  readonly code: HoldCode;
  readonly what: string;
}

interface TimeRule<Field> {
  readonly earlier: Field;
  readonly later: Field;
  readonly than: string;
}
type TimeRules = { readonly [K in RecordKind]: readonly TimeRule<keyof FieldsOf[K]>[] };

const accepted = { earlier: 'submittedAt', later: 'acceptedAt', than: '申请时间' } as const;

/** Times that must not run backwards, to the second. */
const timeRules: TimeRules = {
  application: [],
  accept: [accepted],
  process: [
    { earlier: 'notBefore', later: 'startedAt', than: '上一环节' },
    { earlier: 'startedAt', later: 'endedAt', than: '开始时间' },
  ],
  special: [
    { earlier: 'acceptedAt', later: 'startedAt', than: '受理时间' },
    { earlier: 'startedAt', later: 'endedAt', than: '开始时间' },
  ],
  material: [],
  fee: [],
  result: [{ earlier: 'acceptedAt', later: 'closedAt', than: '受理时间' }],
  rating: [],
  supervision: [],
};

const toSecond = (at: FieldValue): number => Math.floor(Number(at) / 1000);

const timeFlaws = (kind: RecordKind, fields: Fields): FieldFlaw[] =>
  timeRules[kind].flatMap(({ earlier, later, than }: TimeRule<string>): FieldFlaw[] => {
    const [from, to] = [fields[earlier], fields[later]];
    const backwards = from !== undefined && to !== undefined && toSecond(to) < toSecond(from);
    return backwards ? [{ field: later, code: 'timeOrder', what: `早于${than}` }] : [];
  });

const nameFields = ['applicantName', 'contactName', 'acceptedBy', 'handlerName', 'raterName', 'payer'];
/** Seven digits and more with nothing but punctuation between them: a telephone or document number. */
const numberForName = /^[\d\s()+\-－（）]{7,}$/u;

const nameFlaws = (fields: Fields): FieldFlaw[] =>
  nameFields
    .filter((name) => numberForName.test(String(fields[name] ?? '')))
    .map((field) => ({ field, code: 'content', what: '填写的是号码，不是姓名' }));

function documentFlaws(from: CaseForExchange): FieldFlaw[] {
  const number = from.dossier.applicant.identityNumber;
  const { uscc } = from.department;
  const flaws: FieldFlaw[] = [];
  const wrong = (field: string, what: string): void => void flaws.push({ field, code: 'check', what });
  if (number !== '' && from.identityType === 'residentIdentityCard' && !isResidentIdentityNumber(number))
    wrong('identityNumber', '不是有效的居民身份证号码');
  if (number !== '' && from.identityType === 'usccOrganisation' && !isCreditCode(number))
    wrong('identityNumber', '不是有效的统一社会信用代码');
  if (uscc.length === 18 && !isCreditCode(uscc)) wrong('departmentCode', '校验码不正确');
  return flaws;
}

/** Results that nobody accepts without a reason: EXITRES is compulsory when DONERESULT is 1 to 5. */
const needsReason: readonly string[] = ['refused', 'voided', 'deleted', 'forwarded', 'returned', 'supplementExpired'];

const resultFlaws = ({ type, explanation }: Fields): FieldFlaw[] =>
  needsReason.includes(String(type)) && String(explanation ?? '').trim() === ''
    ? [{ field: 'explanation', code: 'missing', what: '未填写，未予办结的办件须说明理由' }]
    : [];

/** What the values of a row say together; each column by itself is checked with the profile's layout. */
export function fieldFlaws(kind: RecordKind, fields: Fields, from: CaseForExchange): FieldFlaw[] {
  const flaws = [...timeFlaws(kind, fields), ...nameFlaws(fields)];
  if (kind === 'application' || kind === 'accept') flaws.push(...documentFlaws(from));
  if (kind === 'result') flaws.push(...resultFlaws(fields));
  return flaws;
}
