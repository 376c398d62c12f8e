export { caseForExchange, competentNode, isReportable, type CaseSources } from './adapter/case-for-exchange.js';
export {
  usualLimits,
  type CaseFeed,
  type DepartmentOffice,
  type DepartmentSource,
  type ExchangeLimits,
  type ExchangeLog,
  type ExchangeTools,
  type FeedPosition,
  type FeedRow,
  type ProvinceAddress,
  type RequestSource,
} from './ports.js';
export { readProvinceKeys, readProvinceSigner, type ProvinceKey } from './province/key-files.js';
export { ProvinceKeys, type ProvinceKeysOptions } from './province/keys.js';
export { Exchange } from './worker/exchange.js';
export { EXCHANGE, ExchangeController, type ExchangeService } from './http/exchange.controller.js';
export { readExchangeTotals, type ExchangeTotals } from './store/totals-store.js';
export { stages, type Stage } from './store/report-store.js';
export { type Scope } from './store/scope.js';
export { exchangeInsertOnlyTables, exchangeMigrations, exchangeTables } from './store/migrations.js';
