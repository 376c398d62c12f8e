import { createHash } from 'node:crypto';
import { canonicalJson } from '@tongban/kernel';
import type { SubmittedRow } from './batch-schema.js';
import { satisfactionSum } from './standard/code-lists.js';
import type { Kind } from './standard/layouts.js';
import { actTime, rowProblems, type Problem, type Values } from './standard/row-rules.js';
import { timeOf } from './standard/times.js';

/** One version of a row that was taken in and judged. */
export interface JudgedRow {
  readonly kind: Kind;
  readonly businessKey: string;
  readonly dataVersion: number;
  readonly projectNo: string;
  readonly columns: Values;
  readonly digest: string;
  readonly outcome: 'acknowledged' | 'rejected';
  readonly receipt?: string;
  readonly late: boolean;
  readonly problems: readonly Problem[];
}

/** What is on file for one key: the newest version, and the newest that was acknowledged. */
export interface Filed {
  readonly newest: JudgedRow;
  readonly valid?: JudgedRow;
}

export interface Judgement {
  readonly row: JudgedRow;
  /** False for a repeat and for a version that does not rise: nothing new goes on file. */
  readonly fresh: boolean;
}

export interface JudgeOptions {
  readonly receivedAt: number;
  readonly reportWithinMs: number;
  readonly newReceipt: () => string;
}

/** Batch and time stamps change with every sending and are no content. */
const sendingColumns = ['cd_batch', 'cd_time', 'cd_operation'];

export const digestOf = (columns: Values): string => {
  const content = Object.entries(columns).filter(([name]) => !sendingColumns.includes(name));
  return createHash('sha256')
    .update(canonicalJson(Object.fromEntries(content)))
    .digest('hex');
};

const objection = (code: string, field: string, message: string): Problem => ({ code, field, message });

function keyProblems({ kind, businessKey, columns }: SubmittedRow): Problem[] {
  const number = String(columns['project_no']);
  const one = kind === 'accept' || kind === 'result';
  const [ofKind, ofCase, sequence, ...rest] = businessKey.split('/');
  const sequenced = one ? sequence === undefined : /^[1-9]\d{0,3}$/.test(sequence ?? '');
  const good = ofKind === kind && ofCase === number && sequenced && rest.length === 0;
  return good ? [] : [objection('E-KEY', 'businessKey', '业务主键与办件编号、类别不符')];
}

/** Rows must follow the ones they build on, which have to be acknowledged. */
function orderProblems(row: SubmittedRow, valid: (key: string) => JudgedRow | undefined): Problem[] {
  const number = String(row.columns['project_no']);
  if (row.kind === 'accept') return [];
  if (valid(`accept/${number}`) === undefined)
    return [objection('E-ORDER-accept', 'businessKey', '该办件尚无有效的受理信息')];
  if (row.kind === 'process') {
    const before = Number(row.businessKey.split('/')[2]) - 1;
    if (before > 0 && valid(`process/${number}/${before}`) === undefined)
      return [objection('E-ORDER-process', 'businessKey', '上一环节尚未有效上报')];
  }
  if (row.kind === 'result' && valid(`process/${number}/1`) === undefined)
    return [objection('E-ORDER-process', 'businessKey', '该办件尚无有效的办理环节')];
  if (row.kind === 'rating' && valid(`result/${number}`) === undefined)
    return [objection('E-ORDER-result', 'businessKey', '该办件尚无有效的办结信息')];
  return [];
}

/** What does not agree with the rows on file. */
function agreementProblems(row: SubmittedRow, valid: (key: string) => JudgedRow | undefined): Problem[] {
  const number = String(row.columns['project_no']);
  const accept = valid(`accept/${number}`)?.columns;
  const acceptedAt = timeOf(String(accept?.['accept_date']));
  const resultAt = row.kind === 'result' ? timeOf(String(row.columns['result_date'])) : undefined;
  if (acceptedAt !== undefined && resultAt !== undefined && resultAt < acceptedAt)
    return [objection('E-TIME-result_date', 'result_date', '办结时间早于受理时间')];
  const said = valid(`result/${number}`)?.columns['satisfaction'];
  if (
    row.kind === 'rating' &&
    said !== undefined &&
    Number(said) + Number(row.columns['satisfaction']) !== satisfactionSum
  )
    return [objection('E-CODE-satisfaction', 'satisfaction', '与办结信息中的满意度不一致')];
  return [];
}

/**
 * Judges one row against what is on file. The same version with the same content gets its first answer again; any other
 * version has to rise above the newest on file, whatever became of that one.
 */
export function judge(row: SubmittedRow, file: ReadonlyMap<string, Filed>, options: JudgeOptions): Judgement {
  const { kind, businessKey, dataVersion, columns } = row;
  const filed = file.get(businessKey);
  const digest = digestOf(columns);
  const projectNo = String(columns['project_no'] ?? '');
  const base = { kind, businessKey, dataVersion, projectNo, columns, digest };
  if (filed !== undefined && dataVersion <= filed.newest.dataVersion) {
    if (dataVersion === filed.newest.dataVersion && digest === filed.newest.digest)
      return { row: filed.newest, fresh: false };
    const message = `数据版本号须大于 ${filed.newest.dataVersion}`;
    const problems = [objection('E-VERSION', 'dataVersion', message)];
    return { row: { ...base, outcome: 'rejected', late: false, problems }, fresh: false };
  }
  const valid = (key: string): JudgedRow | undefined => file.get(key)?.valid;
  const own = [...rowProblems(kind, columns), ...keyProblems(row)];
  const problems = own.length > 0 ? own : [...orderProblems(row, valid), ...agreementProblems(row, valid)];
  const act = actTime(kind, columns);
  // A correction of what came in time is not late.
  const late = filed?.valid === undefined && act !== undefined && options.receivedAt > act + options.reportWithinMs;
  if (problems.length > 0) return { row: { ...base, outcome: 'rejected', late, problems }, fresh: true };
  return { row: { ...base, outcome: 'acknowledged', receipt: options.newReceipt(), late, problems: [] }, fresh: true };
}

/** Judges a batch in its order; what one row puts on file the next one finds there. */
export function judgeBatch(
  rows: readonly SubmittedRow[],
  onFile: ReadonlyMap<string, Filed>,
  options: JudgeOptions,
): Judgement[] {
  const file = new Map(onFile);
  return rows.map((submitted) => {
    const judgement = judge(submitted, file, options);
    if (judgement.fresh) {
      const { row } = judgement;
      const valid = row.outcome === 'acknowledged' ? row : file.get(row.businessKey)?.valid;
      file.set(row.businessKey, valid === undefined ? { newest: row } : { newest: row, valid });
    }
    return judgement;
  });
}
