import type { CaseFacts } from './entry-schemas.js';
import type { Folds } from './fold.js';
import type { EntryView } from '@tongban/kernel';
import type { receptionEntrySchemas } from './reception-entry-schemas.js';
import { noReception, passedMaterials, type ReceptionState } from './reception-state.js';
import { withPowersAt } from './rerouting.js';
import type { CaseState } from './state.js';

const handled = ({ actor, recordedAt }: EntryView) => ({
  ...{ by: actor.subject, role: actor.role, division: actor.division, at: recordedAt },
});
const arrivedAt = ({ route }: CaseState, { author, recordedAt }: EntryView): number | null =>
  author === route.accept ? recordedAt : null;

/** Since the fourth version an application may wait for the window or for a pre-review before it is one. */
export function begunReception(facts: CaseFacts<'case.submitted'>, { version, recordedAt }: EntryView): ReceptionState {
  const { preReview = undefined, known = [] } = 'known' in facts || 'preReview' in facts ? facts : {};
  const asked = preReview === true;
  return {
    ...noReception,
    awaitsWindow: version >= 4 && facts.channel === 'kiosk',
    known,
    preReview: asked
      ? { askedAt: recordedAt, outcome: null, faults: [], answered: null, pinned: [], appliedAt: null }
      : null,
  };
}

function appliedFormally(state: CaseState, facts: CaseFacts<'case.appliedFormally'>, entry: EntryView): CaseState {
  const replaced = new Set(facts.materials.map(({ material }) => material));
  const at = entry.recordedAt;
  return {
    ...state,
    status: 'submitted',
    stepSince: at,
    receivedAt: arrivedAt(state, entry),
    materials: [...state.materials.filter(({ material }) => !replaced.has(material)), ...facts.materials],
    preReview: state.preReview === null ? null : { ...state.preReview, pinned: facts.pinned, appliedAt: at },
  };
}

function rerouted(state: CaseState, facts: CaseFacts<'case.rerouted'>, entry: EntryView): CaseState {
  const { to = null, ...kept } = facts;
  return {
    ...state,
    route: to === null ? state.route : withPowersAt(state.route, facts.powers, to),
    reroutes: [...state.reroutes, { ...kept, to, node: entry.author, at: entry.recordedAt }],
  };
}

export const receptionFolds: Pick<Folds, keyof typeof receptionEntrySchemas> = {
  'case.received': (state, _facts, entry) => ({
    ...state,
    awaitsWindow: false,
    received: handled(entry),
    receivedAt: arrivedAt(state, entry),
    stepSince: entry.recordedAt,
  }),
  'case.confirmed': (state, _facts, entry) => ({ ...state, confirmed: handled(entry) }),
  'case.preReviewed': (state, { outcome, faults }, entry) =>
    state.preReview === null
      ? state
      : {
          ...state,
          stepSince: entry.recordedAt,
          preReview: {
            ...state.preReview,
            ...{ outcome, faults, answered: handled(entry) },
            pinned: passedMaterials(state.materials, faults),
          },
        },
  'case.appliedFormally': appliedFormally,
  'case.marked': (state, { mark, granted }, entry) => {
    const others = state.marks.filter((held) => held.mark !== mark);
    return { ...state, marks: granted ? [...others, { mark, ...handled(entry) }] : others };
  },
  'case.rerouted': rerouted,
  'case.repinned': (state, { fromVersion, item, promisedDue, statutoryDue }, { actor, recordedAt }) => ({
    ...state,
    item,
    promisedDue: promisedDue ?? state.promisedDue,
    statutoryDue: statutoryDue ?? state.statutoryDue,
    repins: [...state.repins, { from: fromVersion, to: item.version, by: actor.subject, at: recordedAt }],
  }),
  'case.calledBack': (state, { outcome }, entry) => ({ ...state, calledBack: { ...handled(entry), outcome } }),
  'case.filed': (state, _facts, entry) => ({ ...state, filed: handled(entry) }),
};
