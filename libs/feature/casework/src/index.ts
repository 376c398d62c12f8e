export { caseBinding, type CaseBindingTools } from './case-binding.js';
export { mandateBinding } from './mandate-binding.js';
export type {
  AttachmentSource,
  ItemMaterials,
  ItemSource,
  NodeSecrets,
  PaymentOrder,
  PaymentProvider,
  ProviderReceipt,
  RoutedItem,
  StoredAttachment,
} from './ports.js';
export { caseworkInsertOnlyTables, caseworkMigrations, caseworkTables } from './store/migrations.js';
export type { CaseworkTools } from './usecase/context.js';
export { CASEWORK } from './http/shared.js';
export { ActionController } from './http/action.controller.js';
export { AttachmentController } from './http/attachment.controller.js';
export { CaseController } from './http/case.controller.js';
export { MandateController } from './http/mandate.controller.js';
export { casesChangedAfter, countRunningCases, findChangedCase, type ChangedCase } from './store/case-store.js';
export { SandboxPayments } from './payment/sandbox-payments.js';
export { recountCases, type Recounted } from './usecase/recount-cases.js';
