import { addDays } from '@tongban/domain/calendar';
import { ok, refuse, type NodeCode, type Result } from '@tongban/kernel';
import {
  inForce,
  powers,
  tierNames,
  type CivilDate,
  type Delegation,
  type DelegationForm,
  type Power,
  type RunningCaseRule,
} from './delegation.js';
import { covers, giverFor, holdingOn, pathDown, type RouteQuestion } from './route.js';

/** By which delegation a node holds a power. */
export interface Grant {
  readonly id: string;
  readonly giver: NodeCode;
  readonly form: DelegationForm;
  readonly validFrom: CivilDate;
  /** Last day, from the period or the revocation, whichever ends it. */
  readonly lastDay?: CivilDate;
  readonly quota?: Delegation['quota'];
  readonly seal?: Delegation['seal'];
  readonly document?: string;
}

export interface AuthorityStep {
  readonly power: Power;
  /** Who does this step with a case that is taken in here. */
  readonly node: NodeCode;
  readonly here: boolean;
  /** Empty at the competent node, which holds its powers by right, and where the step is done elsewhere. */
  readonly grants: readonly Grant[];
}

/** A power that a node is losing or has lost, and what becomes of its running cases. */
export interface EndingPower {
  readonly id: string;
  readonly powers: readonly Power[];
  /** First day without the power. */
  readonly revokedOn: CivilDate;
  readonly rule: RunningCaseRule;
  /** Whom running cases go to; absent with `finishHere`. */
  readonly to?: NodeCode;
}

/** What a node may do with cases of an item on a day, up to which step, and who does the rest. */
export interface Authority {
  readonly competent: NodeCode;
  /** The node is the competent one. */
  readonly byRight: boolean;
  readonly steps: readonly AuthorityStep[];
  /** The last step that the node reaches without handing the case on; absent when it may not even take it in. */
  readonly upTo?: Power;
  readonly ending: readonly EndingPower[];
}

function lastDayOf({ validTo, revokedOn }: Delegation): CivilDate | undefined {
  const ends = [validTo, revokedOn === undefined ? undefined : addDays(revokedOn, -1)];
  return ends.filter((day) => day !== undefined).sort()[0];
}

function grantOf(delegation: Delegation, giver: NodeCode): Grant {
  const { id, form, validFrom, quota, seal, document } = delegation;
  const lastDay = lastDayOf(delegation);
  return {
    id,
    giver,
    form,
    validFrom,
    ...(lastDay === undefined ? {} : { lastDay }),
    ...(quota === undefined ? {} : { quota }),
    ...(seal === undefined ? {} : { seal }),
    ...(document === undefined ? {} : { document }),
  };
}

/** The powers that bring this one along, the nearest first. */
const impliedBy = (power: Power): readonly Power[] => (power === 'submit' ? ['accept'] : ['submit', 'accept']);
const isGiven = (grants: readonly Grant[]): boolean => grants.length > 0;

/** Refuses `delegation.intake-above` when the node stands above the competent tier. */
export function authorityAt({ item, intake, delegations, on }: RouteQuestion): Result<Authority> {
  const path = pathDown(intake, item.level);
  const [competent] = path;
  if (competent === undefined) {
    return refuse('delegation.intake-above', `事项 ${item.code} 由${tierNames[item.level]}主管，${intake} 不能收件`, {
      item: item.code,
      intake,
    });
  }
  const given = inForce(delegations, item.code, on);
  const holding = holdingOn(path, competent, given);
  const grantsOf = (power: Power): Grant[] =>
    given.flatMap((delegation) => {
      const giver = giverFor(delegation, intake);
      const gives = delegation.powers.includes(power) && covers(delegation, intake);
      return gives && giver !== undefined && holding[power].includes(giver) ? [grantOf(delegation, giver)] : [];
    });
  const steps = powers.map((power): AuthorityStep => {
    const node = holding[power].at(-1) ?? competent;
    const here = holding[power].includes(intake);
    // Who may accept may also take in; the result goes where the case was taken in unless somebody ruled otherwise.
    const grants = here ? grantsOf(power) : [];
    const implied = here && grants.length === 0 && intake !== competent;
    return { power, node, here, grants: implied ? (impliedBy(power).map(grantsOf).find(isGiven) ?? []) : grants };
  });
  const stop = steps.findIndex(({ here }) => !here);
  const upTo = stop === -1 ? steps.at(-1) : steps[stop - 1];
  return ok({
    competent,
    byRight: intake === competent,
    steps,
    ...(upTo === undefined ? {} : { upTo: upTo.power }),
    ending: endingAt({ item, intake, delegations, on }),
  });
}

/** The first day without the powers of a delegation whose period is over. */
const dayAfterPeriod = ({ validTo }: Delegation, on: CivilDate): CivilDate | undefined =>
  validTo === undefined || validTo >= on ? undefined : addDays(validTo, 1);

/**
 * The delegations covering the node that have been revoked or are going to be, or have run out, as of the newest version
 * begun. A case that runs under one on its last day follows its rule; what has run out without a rule goes back.
 */
export function endingAt({ item, intake, delegations, on }: RouteQuestion): EndingPower[] {
  const latest = new Map<string, Delegation>();
  for (const delegation of delegations) {
    if (delegation.item !== item.code || delegation.validFrom > on) continue;
    const known = latest.get(delegation.id);
    if (known === undefined || known.version < delegation.version) latest.set(delegation.id, delegation);
  }
  return [...latest.values()].flatMap((delegation) => {
    const { id, revocation } = delegation;
    const giver = giverFor(delegation, intake);
    const revokedOn = delegation.revokedOn ?? dayAfterPeriod(delegation, on);
    if (revokedOn === undefined || giver === undefined || !covers(delegation, intake)) return [];
    const rule = revocation?.runningCases ?? 'handBack';
    const to = rule === 'finishHere' ? undefined : (revocation?.handTo ?? giver);
    return [{ id, powers: delegation.powers, revokedOn, rule, ...(to === undefined ? {} : { to }) }];
  });
}
