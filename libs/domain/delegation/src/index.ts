export {
  delegationForms,
  delegationSchema,
  inForce,
  powerNames,
  powers,
  powerSchema,
  tierNames,
  type CivilDate,
  type Delegation,
  type DelegationForm,
  type Power,
} from './delegation.js';
export { checkDelegations, type DelegationProblem, findDelegationProblems } from './check.js';
export { powersAt, resolveRoute, type Route, type RoutedItem, type RouteQuestion } from './route.js';
