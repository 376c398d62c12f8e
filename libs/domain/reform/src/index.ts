export {
  reformChangeKinds,
  reformChangeNames,
  reformChangeSchema,
  reformPlanSchema,
  scopeOf,
  type ReformChange,
  type ReformChangeKind,
  type ReformPlan,
  type ReformPlanInput,
} from './plan.js';
export { figuresOf, shortPromiseDays, tallyOf, type Amount, type Figures, type Share, type Tally } from './figures.js';
export { applyPlan, type Applied } from './apply.js';
export { comparePlan, type Comparison, type Contribution, type GroupComparison } from './compare.js';
export {
  decideRound,
  evolveRound,
  roundActions,
  roundStatuses,
  roundStatusNames,
  roundTransitions,
  type RoundAction,
  type RoundEntry,
  type RoundState,
  type RoundStatus,
} from './round.js';
export { compareItemsOf, type ItemFigures, type ItemSides } from './items.js';
