export { caseForExchange, competentNode, isReportable, type CaseSources } from './adapter/case-for-exchange.js';
export {
  usualLimits,
  type ApplicationTools,
  type BaseCatalogue,
  type CaseFeed,
  type DepartmentOffice,
  type DepartmentSource,
  type ExchangeLimits,
  type ExchangeLog,
  type ExchangeTools,
  type FeedPosition,
  type FeedRow,
  type InboxReply,
  type PaperStore,
  type ProvinceInbox,
  type NumberSource,
  type ProvinceAddress,
  type RequestSource,
  type TaskSource,
} from './ports.js';
export { readProvinceKeys } from './province/key-files.js';
export { ProvinceKeys, type ProvinceKeysOptions } from './province/keys.js';
export { GrpcCarrier, type GrpcAddress } from './grpc/grpc-carrier.js';
export { GrpcInbox } from './grpc/grpc-inbox.js';
export { HttpsInbox } from './province/inbox.js';
export { NumberService } from './province/number-service.js';
export { HttpsCarrier } from './province/https-carrier.js';
export type { BatchOnItsWay, Carrier, Objection, Objections, Sending } from './carrier.js';
export type { FrontProfile } from './front/batch-rows.js';
export { FrontCarrier, type FrontCarrierOptions } from './front/front-carrier.js';
export { FrontInbox } from './front/front-inbox.js';
export {
  openFrontDatabase,
  type FrontDatabase,
  type FrontRow,
  type FrontSql,
  type FrontValue,
} from './front/front-database.js';
export { deleteRows, insertRows, portions } from './front/many-rows.js';
export { Exchange } from './worker/exchange.js';
export { OpenedParts } from './worker/opened-parts.js';
export { ExchangeController } from './http/exchange.controller.js';
export { ExchangeOrderController } from './http/order.controller.js';
export { ExchangeStatementController } from './http/statement.controller.js';
export { ExchangeDeskController } from './http/desk.controller.js';
export { ExchangeResendController } from './http/resend.controller.js';
export { EXCHANGE, type ExchangeLine, type ExchangeService } from './http/shared.js';
export { readRejects, type RejectCount } from './store/rates-store.js';
export { readExchangeTotals, type ExchangeTotals } from './store/totals-store.js';
export { stages, type Stage } from './store/report-store.js';
export { type Scope } from './store/scope.js';
export { intakeBinding } from './intake/intake-binding.js';
export { IntakeRounds } from './intake/intake-rounds.js';
export { intakeMigrations, intakeTables } from './intake/migrations.js';
export type { IntakeCaller, IntakeCases, IntakeFile, IntakeFiles, IntakeTools } from './intake/ports.js';
export { exchangeInsertOnlyTables, exchangeMigrations, exchangeTables } from './store/migrations.js';
