import { parseCaseNumber, parseDocumentNumber, type CaseState } from '@tongban/domain/casework';
import type { Sql } from '@tongban/journal';
import type { NodeCode } from '@tongban/kernel';

export interface SeenNumber {
  readonly division: NodeCode;
  readonly day: string;
  readonly kind: string;
  readonly sequence: number;
}

/** Every number of the case that the nodes it came through have counted. */
export function numbersIn(state: CaseState): SeenNumber[] {
  const documents = [
    state.acceptanceNumber,
    state.nonAcceptance?.documentNumber,
    state.decision?.documentNumber,
    state.certificate?.number,
    state.reply?.documentNumber,
    state.extension?.noticeNumber,
    state.fee.notice?.number,
    ...state.fee.movements.flatMap(({ noticeNumber, documentNumber }) => [noticeNumber, documentNumber]),
    ...[...state.supplements, ...state.pauses, ...state.conferences].map(({ noticeNumber }) => noticeNumber),
    ...state.reviews.map(({ documentNumber }) => documentNumber),
  ];
  const seen: SeenNumber[] = [];
  const number = parseCaseNumber(state.number);
  if (number.ok) seen.push({ ...number.value, day: number.value.date, kind: 'case' });
  for (const text of documents) {
    const document = typeof text === 'string' ? parseDocumentNumber(text) : undefined;
    if (document?.ok === true) seen.push({ ...document.value, day: document.value.date });
  }
  return seen;
}

/**
 * After a restore a counter may stand below numbers that were given and came back with the records: it is raised to the
 * highest one seen, never lowered.
 */
export async function raiseDailyNumbers(sql: Sql, node: NodeCode, states: readonly CaseState[]): Promise<void> {
  const highest = new Map<string, SeenNumber>();
  for (const seen of states.flatMap(numbersIn)) {
    const key = `${seen.day} ${seen.kind}`;
    if (seen.division === node && seen.sequence > (highest.get(key)?.sequence ?? 0)) highest.set(key, seen);
  }
  // One order for all writers, so that they do not wait for each other in a circle.
  const rows = [...highest.entries()].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, seen]) => seen);
  if (rows.length === 0) return;
  await sql.query(
    `insert into daily_number (node, day, kind, last)
     select $1, d, k, s from unnest($2::date[], $3::text[], $4::int[]) as u(d, k, s)
     on conflict on constraint daily_number_pk do update set last = greatest(daily_number.last, excluded.last)`,
    [node, rows.map(({ day }) => day), rows.map(({ kind }) => kind), rows.map(({ sequence }) => sequence)],
  );
}
