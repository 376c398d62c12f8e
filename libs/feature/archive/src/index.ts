export { archiveModule } from './archive.module.js';
export { checkArchive, type ArchiveReport, type Finding } from './check-archive.js';
export { archiveLimits } from './limits.js';
export type { ArchiveReader, ArchiveTools, OpenedDossier } from './ports.js';
export { archiveInsertOnlyTables, archiveMigrations } from './store/migrations.js';
