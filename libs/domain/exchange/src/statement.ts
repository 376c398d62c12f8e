import { createHash } from 'node:crypto';
import { recordKinds, type RecordKind } from './neutral.js';

/** One answered row of a day, by the day the province took it in. */
export interface StatementEntry {
  readonly kind: RecordKind;
  readonly businessKey: string;
  readonly dataVersion: number;
  readonly outcome: 'acknowledged' | 'rejected';
}

export interface KindStatement {
  readonly acknowledged: number;
  readonly rejected: number;
  /** SHA-256, hex, of the lines `businessKey dataVersion` of the acknowledged rows in code-unit order, each ended by LF. */
  readonly digest: string;
}

export type Statement = Readonly<Record<RecordKind, KindStatement>>;

function kindStatement(entries: readonly StatementEntry[]): KindStatement {
  const lines = entries
    .filter(({ outcome }) => outcome === 'acknowledged')
    .map(({ businessKey, dataVersion }) => `${businessKey} ${dataVersion}\n`)
    .sort((a, b) => (a < b ? -1 : 1));
  const digest = createHash('sha256').update(lines.join('')).digest('hex');
  return { acknowledged: lines.length, rejected: entries.length - lines.length, digest };
}

/** Our side of a day's statement. */
export const statementOf = (entries: readonly StatementEntry[]): Statement => {
  const of = (kind: RecordKind): KindStatement => kindStatement(entries.filter((entry) => entry.kind === kind));
  return {
    accept: of('accept'),
    process: of('process'),
    material: of('material'),
    result: of('result'),
    rating: of('rating'),
  };
};

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
        a.acknowledged !== b.acknowledged || a.rejected !== b.rejected || a.digest !== b.digest,
    );
