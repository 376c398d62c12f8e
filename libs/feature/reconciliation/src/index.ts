export {
  RECONCILIATION,
  ReconciliationController,
  type ReconciliationTools,
} from './http/reconciliation.controller.js';
export { NightlyReconciliation, nightlyLimits, type NightlyTools } from './usecase/nightly.js';
export { lastNightOf } from './usecase/night.js';
