export { privacyBinding } from './privacy-binding.js';
export { privacyModule } from './privacy.module.js';
export type { Access, DossierReader, PrivacyCases, PrivacyTools } from './ports.js';
export { privacyMigrations, privacyTables } from './store/migrations.js';
export { copyFormat } from './usecase/copy.js';
