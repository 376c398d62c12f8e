/** An application of the portal, folded as its holders would. */
import {
  nodeCode,
  ownershipTypes,
  unwrap,
  type Draft,
  type EntryView,
  type NodeCode,
  type Result,
  type Role,
} from '@tongban/kernel';
import type { IntakeCommand } from './intake-schemas.js';
import { evolveIntake, intakeRules, type IntakeState } from './intake.js';

export const province = nodeCode('370000000000');
export const city = nodeCode('371100000000');
export const district = nodeCode('371102000000');
export const township = nodeCode('371102001000');
export const village = nodeCode('371102001001');
const record = '01900000-0000-7000-8000-000000000001';
const now = Date.UTC(2026, 2, 2, 2);
const rules = intakeRules();

export const fileCommand = (target: NodeCode): IntakeCommand => ({
  ...{ type: 'file', profile: 'national-json', number: 'SD-1', item: '370500013001', target },
  submission: { applicant: { name: '王秀英' } },
});

export function decideAt(
  state: IntakeState | undefined,
  owner: NodeCode,
  command: IntakeCommand,
  role: Role = 'system',
): Result<readonly Draft[]> {
  const actor = { subject: 'provincial-platform', role, division: owner };
  return rules.decide(state, command, { owner, record, actor, occurredAt: now, now });
}

export const chainOf = (state: IntakeState | undefined, owner: NodeCode, command: IntakeCommand): readonly Draft[] =>
  unwrap(decideAt(state, owner, command));

const entryOf = (draft: Draft, author: NodeCode, seq: number, epoch: number): EntryView => ({
  ...{ id: record, record, type: draft.type, version: draft.version, facts: draft.facts, author, seq, epoch },
  ...{ actor: { subject: 'provincial-platform', role: 'system', division: author }, occurredAt: now, recordedAt: now },
});

export function foldAll(state: IntakeState | undefined, drafts: readonly Draft[], author?: NodeCode): IntakeState {
  let folded = state;
  for (const draft of drafts)
    folded = evolveIntake(
      folded,
      entryOf(draft, author ?? folded?.owner ?? province, (folded?.seq ?? 0) + 1, folded?.epoch ?? 1),
    );
  return folded!;
}

/** Filed for a node and taken by it. */
export function filed(target: NodeCode): IntakeState {
  const offered = foldAll(undefined, chainOf(undefined, province, fileCommand(target)));
  const taken: Draft = { type: ownershipTypes.taken, version: 1, facts: { from: province } };
  return foldAll(offered, [taken], target);
}
