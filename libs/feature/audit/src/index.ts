export { AUDIT, AuditController, type AuditTools } from './audit.controller.js';
export { AuditLog } from './audit-log.js';
export { verifyExport, type AuditVerdict } from './export.js';
export { auditInsertOnlyTables, auditMigrations, auditTables } from './migrations.js';
