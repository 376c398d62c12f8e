import { createHash } from 'node:crypto';
import type { Uuid } from '@tongban/kernel';
import { recordKinds, type RecordKind } from './neutral.js';
import type { ExchangeProfile } from './profile.js';
import { rowGuid } from './records.js';

/** One answered row of a day, by the day the province took it in. */
export interface StatementEntry {
  readonly kind: RecordKind;
  /** Names the row and its version in the digest: see `statementLine`. */
  readonly line: string;
  readonly outcome: 'acknowledged' | 'rejected';
  /** Money of a fee row, in fen. */
  readonly amountFen?: number;
}

export interface KindStatement {
  readonly acknowledged: number;
  readonly rejected: number;
  /** Sum over the acknowledged fee rows. */
  readonly amountFen: number;
  /** SHA-256, hex, of the lines of the acknowledged rows in code-unit order, each ended by LF. */
  readonly digest: string;
}

export type Statement = Readonly<Record<RecordKind, KindStatement>>;

interface LineOf {
  readonly record: string;
  readonly businessKey: string;
  readonly dataVersion: number;
  readonly batch: Uuid;
}

/** `businessKey dataVersion`; in a front-end database, which has neither, the row's name and its batch. */
export const statementLine = (
  { front }: Pick<ExchangeProfile, 'front'>,
  { record, businessKey, dataVersion, batch }: LineOf,
): string =>
  front === undefined
    ? `${businessKey} ${dataVersion}`
    : `${rowGuid(record, businessKey)} ${batch.replaceAll('-', '')}`;

function kindStatement(entries: readonly StatementEntry[]): KindStatement {
  const good = entries.filter(({ outcome }) => outcome === 'acknowledged');
  const lines = good.map(({ line }) => `${line}\n`).sort((a, b) => (a < b ? -1 : 1));
  const digest = createHash('sha256').update(lines.join('')).digest('hex');
  const amountFen = good.reduce((sum, { amountFen: fen = 0 }) => sum + fen, 0);
  return { acknowledged: good.length, rejected: entries.length - good.length, amountFen, digest };
}

/** Our side of a day's statement. */
export const statementOf = (entries: readonly StatementEntry[]): Statement =>
  Object.fromEntries(
    recordKinds.map((kind) => [kind, kindStatement(entries.filter((entry) => entry.kind === kind))]),
  ) as Statement;

/** A kind on which the two sides disagree. */
export interface StatementGap {
  readonly kind: RecordKind;
  readonly ours: KindStatement;
  readonly theirs: KindStatement;
}

export const compareStatements = (ours: Statement, theirs: Statement): StatementGap[] =>
  recordKinds
    .map((kind) => ({ kind, ours: ours[kind], theirs: theirs[kind] }))
    .filter(
      ({ ours: a, theirs: b }) =>
        a.acknowledged !== b.acknowledged ||
        a.rejected !== b.rejected ||
        a.amountFen !== b.amountFen ||
        a.digest !== b.digest,
    );
