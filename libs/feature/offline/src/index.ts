export { grantStoreOf } from './grant-store.js';
export { offlineMigrations, offlineTables } from './migrations.js';
export { OFFLINE, OfflineController, type OfflineTools } from './offline.controller.js';
