import type { shapes } from '@tongban/console/api';

type Side = shapes.ExchangeStatement['ours'][string];

export interface StatementRow {
  readonly kind: string;
  /** Undefined where a side has no record of the kind. */
  readonly ours: Side | undefined;
  readonly theirs: Side | undefined;
  readonly differs: boolean;
}

/** Every kind that either side has, those that differ first. */
export function statementRows({ ours, theirs, differences }: shapes.ExchangeStatement): StatementRow[] {
  const differing = new Set(differences.map(({ kind }) => kind));
  const kinds = [...new Set([...Object.keys(ours), ...Object.keys(theirs)])].sort();
  return kinds
    .map((kind) => ({ kind, ours: ours[kind], theirs: theirs[kind], differs: differing.has(kind) }))
    .sort((a, b) => Number(b.differs) - Number(a.differs));
}
