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
export { UploadController } from './http/upload.controller.js';
export { CaseController } from './http/case.controller.js';
export { ResidentController } from './http/resident.controller.js';
export { PaymentController } from './http/payment.controller.js';
export { PaymentRounds } from './payment/payment-rounds.js';
export { MandateController } from './http/mandate.controller.js';
export {
  casesChangedAfter,
  countRunningCases,
  findChangedCase,
  findChangedCases,
  type ChangedCase,
} from './store/case-store.js';
export { SandboxPayments } from './payment/sandbox-payments.js';
export { recountCases, type Recounted } from './usecase/recount-cases.js';
export { queryCodeOf } from './usecase/resident-codes.js';
export { openAttachment, openDossier, recordReading, type OpenedPart, type Reader } from './usecase/dossier.js';
export { findCase, findCaseByNumber, type CaseRow } from './store/case-store.js';
export { readReadings, type Reading } from './store/agency-store.js';
export { findCasesByCertificate } from './store/certificate-store.js';
export { ReceptionController } from './http/reception.controller.js';
export { AgencyController } from './http/agency.controller.js';
export { DutyRounds, type DutyTools } from './usecase/duty-rounds.js';
export { loadCases } from './store/case-store.js';
export { actOnCase } from './usecase/act-on-case.js';
export { submissionSchema, submitCase } from './usecase/submit-case.js';
