export { documentsModule } from './documents.module.js';
export type { CaseSource, DocumentTools, DossierReader, HeldCase, SealProvider } from './ports.js';
export { KeystoreSeals, sealedBytes } from './seals.js';
export { documentInsertOnlyTables, documentMigrations } from './store/migrations.js';
export { openCase, printAll, type OpenCase, type PrintedDocument } from './usecase/print-document.js';
