import type { WorkingCalendar } from '@tongban/domain/calendar';
import type { Actor, NodeCode, Role } from '@tongban/kernel';
import type { CaseStatus } from './codes.js';
import { caseCommandTypes, type CaseCommandType } from './command-schemas.js';
import type { CaseContext } from './context.js';
import { hashQueryCode } from './numbers.js';
import { probeCode, probes, type ProbeContext } from './probes.js';
import { decideCase } from './rules.js';
import type { CaseState } from './state.js';
import { commandSpecs } from './table.js';

export interface PermittedContext extends ProbeContext {
  readonly calendar: WorkingCalendar;
}

const noRecord = '00000000-0000-7000-8000-000000000000';

/**
 * The commands that the rules would accept from a person now, if the person says the right thing; all others would be
 * refused whatever is said. The rules themselves are asked, so that nothing is offered on a second opinion. What they do
 * not know stays with the caller: whether a mandate covers the act, and whether a newer version of the item exists.
 *
 * @param actors the person in each of the person's roles
 */
export function permittedCommands(
  state: CaseState,
  actors: readonly Actor[],
  context: PermittedContext,
): CaseCommandType[] {
  // A query code is the applicant's to know; for the question whether it could be told, any will do.
  const told = { ...state, queryCodeHash: hashQueryCode(state.number, probeCode) };
  return caseCommandTypes.filter((type) => {
    const commands = probes[type](told, context);
    return actors.some((actor) => {
      const asked = contextOf(actor, state.owner, context);
      return commands.some((command) => decideCase(told, command, asked).ok);
    });
  });
}

const contextOf = (actor: Actor, owner: NodeCode, { calendar, now }: PermittedContext): CaseContext => ({
  ...{ actor, owner, calendar, now, occurredAt: now },
  record: noRecord as CaseContext['record'],
});

/** The steps that a case in a status waits for from somebody's hand. */
const awaitedSteps: Readonly<Record<CaseStatus, readonly CaseCommandType[]>> = {
  preReview: ['answerPreReview'],
  submitted: ['accept'],
  supplementing: ['supplement'],
  accepted: ['review', 'decide'],
  approved: ['certify'],
  closed: [],
};

/** The statuses in which cases of an owner wait for somebody with one of these roles: what a person's queue shows. */
export const awaitedStatuses = (roles: readonly Role[]): CaseStatus[] =>
  (Object.keys(awaitedSteps) as CaseStatus[]).filter((status) =>
    awaitedSteps[status].some((step) => commandSpecs[step].roles.some((role) => roles.includes(role))),
  );
