export { hallModule } from './hall.module.js';
export type { HallOptions } from './ports.js';
export { hallInsertOnlyTables, hallMigrations, hallTables } from './store/migrations.js';
