import { localDate, workingCalendar } from '@tongban/domain/calendar';
import {
  caseCommandSchema,
  caseRules,
  checkCaseEntry,
  commandSpecs,
  isCaseEntryType,
  parseCaseNumber,
  parseDocumentNumber,
  type CaseCommand,
  type CaseState,
} from '@tongban/domain/casework';
import type { RecordClassBinding } from '@tongban/federation/nest';
import type { Sql } from '@tongban/journal';
import { ancestorAt, ok, refuse, type NodeCode, type Uuid } from '@tongban/kernel';
import { rowsOf } from './overlay.js';

const rules = caseRules({ calendar: workingCalendar() });

/** Entry types that a host of the version before does not know. */
export const newerTypes: readonly string[] = ['case.corrected', 'case.rated', 'case.supplementRequested'];

/** The real rules of cases over the store in memory. `old`: a host that has not been upgraded. */
export function simulatedCases(old: boolean): RecordClassBinding<CaseState, CaseCommand> {
  return {
    rules,
    knows: (type, version) => isCaseEntryType(type) && version === 1 && !(old && newerTypes.includes(type)),
    check: (entry) => checkCaseEntry(entry),
    parseCommand(json) {
      const parsed = caseCommandSchema.safeParse(json);
      if (!parsed.success) return refuse('request.invalid', 'malformed');
      const { type } = parsed.data;
      if (commandSpecs[type].from !== 'anywhere' || type === 'submit') return refuse('case.not-owner', type);
      return ok(parsed.data);
    },
    guard: () => Promise.resolve(ok(undefined)),
    recipients: ({ intake, route, owner }) => {
      const { accept, decide, certify, deliver } = route;
      return [...new Set([intake, accept, decide, certify, deliver, owner, ancestorAt(intake, 'province')!])];
    },
    async load(sql, node, records) {
      const rows = rowsOf(sql);
      await rows.step('load states');
      const found = new Map<Uuid, CaseState>();
      for (const record of records) {
        const state = rows.get('state', node, record);
        if (state !== undefined) found.set(record, state as CaseState);
      }
      return found;
    },
    async save(sql, node, changes) {
      const rows = rowsOf(sql);
      await rows.step('save states');
      for (const { record, state } of changes) {
        rows.put('state', state, node, record);
        for (const { division, date, sequence } of numbersIn(state)) {
          if (division === node && sequence > (rows.get('counter', node, date) ?? 0))
            rows.put('counter', sequence, node, date);
        }
      }
    },
  };
}

/** Every number of the case that its nodes have counted: a node that lost its counter finds it here. */
function numbersIn(state: CaseState): { division: NodeCode; date: string; sequence: number }[] {
  const documents = [
    state.acceptanceNumber,
    state.nonAcceptance?.documentNumber,
    state.decision?.documentNumber,
    state.certificate?.number,
    ...state.supplements.map(({ noticeNumber }) => noticeNumber),
  ];
  const parsed = documents.flatMap((text) => (text === null || text === undefined ? [] : [parseDocumentNumber(text)]));
  return [parseCaseNumber(state.number), ...parsed].flatMap((number) => (number.ok ? [number.value] : []));
}

/** One counter for all kinds of numbers of a node and day. */
export async function nextNumber(sql: Sql, node: NodeCode, now: number): Promise<number> {
  const rows = rowsOf(sql);
  const day = localDate(now);
  await rows.step('next number');
  await rows.lock('counter', node, day);
  const next = (rows.get('counter', node, day) ?? 0) + 1;
  rows.put('counter', next, node, day);
  return next;
}
