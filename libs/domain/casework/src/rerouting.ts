import { localDate } from '@tongban/domain/calendar';
import { ok, refuse, type NodeCode } from '@tongban/kernel';
import type { RoutePower } from './codes.js';
import { isBlank, type Decider } from './context.js';
import { duesOf } from './deadlines.js';
import { draft } from './entry-schemas.js';
import type { CaseRoute } from './fields.js';
import { rerouteCauses, rerouteRules } from './reception-codes.js';
import type { CaseState } from './state.js';
import { offer } from './submission.js';

const powersAhead: Readonly<Record<CaseState['status'], readonly RoutePower[]>> = {
  preReview: ['accept', 'decide', 'certify', 'deliver'],
  submitted: ['accept', 'decide', 'certify', 'deliver'],
  supplementing: ['accept', 'decide', 'certify', 'deliver'],
  accepted: ['decide', 'certify', 'deliver'],
  approved: ['certify', 'deliver'],
  closed: [],
};

/** The powers of the route that the node has still to use with the case: what has been done stays done. */
export const powersToUse = ({ status, route }: Pick<CaseState, 'status' | 'route'>, node: NodeCode): RoutePower[] =>
  powersAhead[status].filter((power) => route[power] === node);

export const withPowersAt = (route: CaseRoute, powers: readonly RoutePower[], to: NodeCode): CaseRoute => ({
  ...route,
  ...Object.fromEntries(powers.map((power) => [power, to])),
});

/**
 * A power of this node has ended or is used up: the case is finished here, or the steps still to be taken go to another
 * node, at once with the case where the next of them is among those lost. Written once for each delegation and node.
 */
export const reroute: Decider<'reroute'> = (state, command, { owner }) => {
  const { cause, delegation, endedOn, rule, to, dossier } = command;
  const isKnown = state.reroutes.some((made) => made.delegation === delegation && made.node === owner);
  if (isKnown) return refuse('case.rerouted', '该件已按授权变化处理', { delegation });
  const ahead = powersToUse(state, owner);
  const powers = ahead.filter((power) => command.powers.includes(power));
  if (powers.length === 0) return refuse('case.rerouted', '该件不涉及变化的权限', { delegation });
  if ((rule === 'finishHere') !== (to === undefined) || to === owner)
    return refuse('request.invalid', '移交在办件须指定接收单位', { rule });
  const facts = { cause, delegation, endedOn, rule, powers, ...(to === undefined ? {} : { to }) };
  const sealed = {
    reason: `${rerouteCauses[cause]}（${endedOn}），${rerouteRules[rule]}`,
    ...(dossier === undefined ? {} : { dossier }),
  };
  const moved = draft('case.rerouted', facts, sealed);
  // The case itself goes along only when what is to be done next is no longer this node's.
  if (to === undefined || !powers.includes(ahead[0]!)) return ok([moved]);
  return ok([moved, offer(to, cause === 'divisionEnded' ? 'jurisdiction' : cause)]);
};

/** A case stays with its version unless it is moved, for a reason; its limits are then those of the new version. */
export const repin: Decider<'repin'> = (state, { item, reason }, { calendar, now }) => {
  const { item: held, fee } = state;
  if (isBlank(reason)) return refuse('case.reason-required', '变更事项版本须说明理由');
  if (item.code !== held.code) return refuse('request.invalid', '只能变更为同一事项的版本', { item: item.code });
  if (item.version <= held.version)
    return refuse('case.version', '该件已适用此版本或更新的版本', { version: held.version });
  const charges = JSON.stringify(item.fees ?? []) !== JSON.stringify(held.fees ?? []);
  if (charges && fee.status !== 'unbilled')
    return refuse('case.version', '已按原版本收费标准开具缴款通知，不能变更收费标准', { version: item.version });
  const dues = duesOf({ ...state, item }, calendar, localDate(now));
  const facts = { fromVersion: held.version, item, ...(dues ?? {}) };
  return ok([draft('case.repinned', facts, { reason })]);
};
