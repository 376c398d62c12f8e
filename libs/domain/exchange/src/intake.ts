import {
  ok,
  ownershipTypes,
  parentOf,
  refuse,
  tierOf,
  type DecisionContext,
  type Draft,
  type EntryView,
  type Instant,
  type NodeCode,
  type RecordRules,
  type RefusalCode,
  type Result,
  type Uuid,
} from '@tongban/kernel';
import { intakeEntrySchemas, type IntakeCommand, type IntakeCommandOf } from './intake-schemas.js';
import type { ProfileName } from './profile.js';

/** Record class of an application of the provincial portal on its way to the node that makes it a case. */
export const intakeRecordClass = 'application';

export type IntakeOutcome =
  | { readonly kind: 'accepted'; readonly case: Uuid; readonly number: string }
  | { readonly kind: 'refused'; readonly code: string };

/** Plain JSON, and nothing personal: who applies and for what is sealed. */
export type IntakeState = {
  readonly profile: ProfileName;
  /** The province's. */
  readonly number: string;
  readonly item: string;
  /** Who is to take it in. */
  readonly target: NodeCode;
  readonly filedAt: Instant;
  readonly outcome: IntakeOutcome | null;
  readonly owner: NodeCode;
  readonly pendingOffer: NodeCode | null;
  readonly seq: number;
  readonly epoch: number;
};

/** What begins the record: its first entry, checked by checkIntakeEntry. */
function begun(entry: EntryView): IntakeState {
  const { profile, number, item, target } = intakeEntrySchemas['application.filed'].facts.parse(entry.facts);
  const { seq, epoch, author: owner, recordedAt: filedAt } = entry;
  return { profile, number, item, target, filedAt, outcome: null, owner, pendingOffer: null, seq, epoch };
}

/** Folds one entry that checkIntakeEntry has passed; a record that does not begin with the filing throws. */
export function evolveIntake(state: IntakeState | undefined, entry: EntryView): IntakeState {
  const { seq, epoch, type, facts } = entry;
  if (type === 'application.filed') {
    if (state !== undefined) throw new Error(`record ${entry.record} begins twice`);
    return begun(entry);
  }
  if (state === undefined) throw new Error(`record ${entry.record} does not begin with application.filed`);
  const next = { ...state, seq, epoch };
  switch (type) {
    case 'application.passedUp':
      return { ...next, target: intakeEntrySchemas[type].facts.parse(facts).to };
    case 'application.accepted':
      return { ...next, outcome: { kind: 'accepted', ...intakeEntrySchemas[type].facts.parse(facts) } };
    case 'application.refused':
      return { ...next, outcome: { kind: 'refused', ...intakeEntrySchemas[type].facts.parse(facts) } };
    case ownershipTypes.offered:
      return { ...next, pendingOffer: (facts as { to: NodeCode }).to };
    case ownershipTypes.taken:
      return { ...next, owner: entry.author, pendingOffer: null };
    default:
      throw new Error(`unknown entry ${type} v${entry.version}`);
  }
}

type Drafts = Result<readonly Draft[]>;
const offer = (to: NodeCode): Draft => ({
  ...{ type: ownershipTypes.offered, version: 1 },
  facts: { to, reason: 'toTakeIn' },
});

/** Rules of class `application`: filed once by the gateway, and answered once by the node that takes it in. */
export const intakeRules = (): RecordRules<IntakeState, IntakeCommand> => ({
  recordClass: intakeRecordClass,
  evolve: evolveIntake,
  decide(state, command, context) {
    if (context.actor.role !== 'system') return refuse('jurisdiction.role', '省级申请由系统登记');
    return command.type === 'file' ? file(state, command, context) : answer(state, command, context);
  },
});

function file(state: IntakeState | undefined, command: IntakeCommandOf<'file'>, { owner }: DecisionContext): Drafts {
  if (state !== undefined) return refuse('request.key-reused', '该申请已经登记');
  if (tierOf(owner) !== 'province') return refuse('jurisdiction.division', '省级申请由省级前置登记');
  const { profile, number, item, target, submission } = command;
  const facts = { profile, number, item, target };
  return ok([{ type: 'application.filed', version: 1, facts, sealed: { submission } }, offer(target)]);
}

function answer(
  state: IntakeState | undefined,
  command: Exclude<IntakeCommand, { type: 'file' }>,
  { owner }: DecisionContext,
): Drafts {
  if (state === undefined) return refuse('exchange.application-unknown', '没有这件省级申请');
  if (state.owner !== owner || state.pendingOffer !== null)
    return refuse('case.not-owner', '该申请不在本级', { owner: state.owner });
  if (state.outcome !== null) return refuse('exchange.application-answered', '该申请已经答复');
  if (state.target !== owner) return refuse('case.power', '该申请不由本级收件');
  if (command.type === 'accept') {
    const { case: record, number, queryCode } = command;
    return ok([{ type: 'application.accepted', version: 1, facts: { case: record, number }, sealed: { queryCode } }]);
  }
  const { code } = command;
  if (command.type === 'refuse')
    return ok([{ type: 'application.refused', version: 1, facts: { code }, sealed: { detail: command.detail } }]);
  const { to, submission } = command;
  if (to !== parentOf(owner) || tierOf(to) === 'province') return refuse('case.power', '只能转由上一级收件', { to });
  return ok([{ type: 'application.passedUp', version: 1, facts: { to, code }, sealed: { submission } }, offer(to)]);
}

/** Refusals of taking in that say "not here": the node above is asked. */
const goesUp: readonly RefusalCode[] = ['delegation.none', 'delegation.quota-used'];

/** Where an application goes that the node refused to take in; undefined when the refusal stands. */
export function passedUpTo(node: NodeCode, code: RefusalCode): NodeCode | undefined {
  const above = parentOf(node);
  return goesUp.includes(code) && above !== undefined && tierOf(above) !== 'province' ? above : undefined;
}
