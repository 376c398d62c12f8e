export { createDataSource, type DatabaseLog, type DataSourceOptions } from './data-source.js';
export { sqlMigration, type SqlMigration } from './migrations.js';
export { inTransaction, reading, type Transaction } from './transaction.js';
export { failureCode, isConnectionLost, violatedConstraint } from './failures.js';
export { waitForDatabase, type WaitOptions } from './wait-for-database.js';
export { grantAppRole, scramVerifier, type AppRole } from './app-role.js';
