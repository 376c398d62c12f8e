export {
  delegationFormNames,
  delegationForms,
  delegationSchema,
  inForce,
  powerNames,
  powers,
  powerSchema,
  revocationSchema,
  runningCaseRuleNames,
  runningCaseRules,
  sealOwners,
  tierNames,
  type CivilDate,
  type Delegation,
  type DelegationForm,
  type Power,
  type Revocation,
  type RunningCaseRule,
} from './delegation.js';
export { checkDelegations, type DelegationProblem, findDelegationProblems } from './check.js';
export { pathDown, powersAt, resolveRoute, type Route, type RoutedItem, type RouteQuestion } from './route.js';
export {
  authorityAt,
  endingAt,
  type Authority,
  type AuthorityStep,
  type EndingPower,
  type Grant,
} from './authority.js';
export { periodStart, withoutUsedUp, type QuotaGrant } from './quota.js';
export { holdingsOver, type Holding } from './powers-over.js';
