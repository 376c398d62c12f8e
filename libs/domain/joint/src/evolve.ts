import { ownershipTypes, type EntryView } from '@tongban/kernel';
import type { BranchView } from './command-schemas.js';
import { isJointEntryType, jointEntrySchemas, type JointEntryType, type JointFacts } from './entry-schemas.js';
import { branchState } from './graph.js';
import type { Attempt, BranchState, Inspection, JointState, Span } from './state.js';

type Fold<T extends JointEntryType> = (state: JointState, facts: JointFacts<T>, entry: EntryView) => JointState;
type Folds = { readonly [T in Exclude<JointEntryType, 'joint.opened'>]: Fold<T> };

/** True while the authorities have the case, and not the applicant or an expert. */
const isInHand = ({ status, paused }: BranchView): boolean =>
  !paused && status !== 'supplementing' && status !== 'closed';

/** Spans after a case came to stand otherwise on a day. */
function spansAfter(spans: readonly Span[], view: BranchView): readonly Span[] {
  const last = spans.at(-1);
  const running = last !== undefined && last.to === null;
  if (isInHand(view) === running) return spans;
  if (!running) return [...spans, { from: view.on, to: null }];
  // A word from before the span began ends it where it began.
  return [...spans.slice(0, -1), { from: last.from, to: view.on < last.from ? last.from : view.on }];
}

const withBranch = (state: JointState, code: string, change: (before: BranchState) => BranchState): JointState => ({
  ...state,
  branches: { ...state.branches, [code]: change(branchState(state, code)) },
});

const noted = (attempt: Attempt, view: BranchView): Attempt => ({
  ...attempt,
  view,
  spans: spansAfter(attempt.spans, view),
});

const withInspection = (state: JointState, change: (open: Inspection) => Inspection): JointState => ({
  ...state,
  inspections: state.inspections.map((inspection) =>
    inspection.conclusion === null ? change(inspection) : inspection,
  ),
});

const union = (known: readonly string[], more: readonly string[]): string[] => [...new Set([...known, ...more])];

const folds: Folds = {
  'joint.stageOpened': (state, { stage, chosen, given, materials }) => ({
    ...state,
    stages: union(state.stages, [stage]),
    chosen: union(state.chosen, chosen),
    given: union(state.given, given),
    materials: [...state.materials, ...materials],
  }),
  'joint.branchStarted': (state, { branch, record, number, on }) =>
    withBranch(state, branch, (before) => ({
      ...before,
      attempts: [
        ...before.attempts,
        {
          ...{ record, number, spans: [{ from: on, to: null }] },
          view: { status: 'submitted', closing: null, paused: false, seq: 1, on, promisedDue: null },
        },
      ],
    })),
  'joint.branchNoted': (state, { branch, attempt, view }) =>
    withBranch(state, branch, (before) => ({
      ...before,
      attempts: before.attempts.map((one, at) => (at === attempt - 1 ? noted(one, view) : one)),
    })),
  'joint.branchRestarted': (state, { branch, given, materials }) => ({
    ...withBranch(state, branch, (before) => ({ ...before, restarts: before.attempts.length })),
    given: union(state.given, given),
    materials: [...state.materials, ...materials],
  }),
  'joint.inspectionCalled': (state, { noticeNumber, branches, departments, on }, { actor }) => ({
    ...state,
    inspections: [
      ...state.inspections,
      {
        ...{ noticeNumber, branches, departments, on, calledBy: actor.subject },
        ...{ findings: [], conclusion: null, documentNumber: null },
      },
    ],
  }),
  'joint.finding': (state, { department, conclusion }, { actor, recordedAt }) =>
    withInspection(state, (open) => ({
      ...open,
      findings: [...open.findings, { department, conclusion, by: actor.subject, at: recordedAt }],
    })),
  'joint.inspectionConcluded': (state, { documentNumber, conclusion }) =>
    withInspection(state, (open) => ({ ...open, documentNumber, conclusion })),
  'joint.concluded': (state, { documentNumber, outcome }, { actor, recordedAt }) => ({
    ...state,
    ...{ status: 'closed', closing: outcome, closedAt: recordedAt },
    conclusion: { documentNumber, by: actor.subject },
  }),
  'joint.withdrawn': (state, { reasonCode }, { actor, recordedAt }) => ({
    ...state,
    ...{ status: 'closed', closing: 'withdrawn', closedAt: recordedAt },
    withdrawal: { reasonCode, by: actor.subject, role: actor.role },
  }),
  [ownershipTypes.offered]: (state) => state,
  [ownershipTypes.taken]: (state, _facts, { author }) => ({ ...state, owner: author }),
};

function begun(facts: JointFacts<'joint.opened'>, entry: EntryView): JointState {
  const { number, template, pins, applicantType, identityType, channel, chosen, given, materials } = facts;
  const { actor, recordedAt, occurredAt, seq, epoch, author } = entry;
  return {
    ...{ number, template, pins, applicantType, identityType, channel, chosen, given, materials },
    stages: template.stages.filter(({ opens }) => opens === 'atOnce').map(({ code }) => code),
    ...{ branches: {}, inspections: [], status: 'open', closing: null, conclusion: null, withdrawal: null },
    opener: { subject: actor.subject, role: actor.role, division: actor.division },
    ...{ openedAt: recordedAt, closedAt: null, seq, epoch, owner: author, lastOccurredAt: occurredAt },
  };
}

function fold<T extends keyof Folds>(state: JointState, type: T, facts: unknown, entry: EntryView): JointState {
  return (folds[type] as Fold<T>)(state, facts as JointFacts<T>, entry);
}

/** Folds one entry that checkJointEntry has passed; a record that does not begin with joint.opened throws. */
export function evolveJoint(state: JointState | undefined, entry: EntryView): JointState {
  const { type, version, record } = entry;
  if (version !== 1 || !isJointEntryType(type)) throw new Error(`unknown entry ${type} v${version}`);
  const facts: unknown = jointEntrySchemas[type].facts.parse(entry.facts);
  if (type === 'joint.opened') {
    if (state !== undefined) throw new Error(`record ${record} is opened twice`);
    return begun(facts as JointFacts<'joint.opened'>, entry);
  }
  if (state === undefined) throw new Error(`record ${record} does not begin with joint.opened`);
  const next = fold(state, type, facts, entry);
  const lastOccurredAt =
    entry.actor.role === 'system' ? next.lastOccurredAt : Math.max(next.lastOccurredAt, entry.occurredAt);
  return { ...next, seq: entry.seq, epoch: entry.epoch, lastOccurredAt };
}
