export { checkChain, type ChainFault, type ChainReport } from './check.js';
export {
  exportLines,
  maxShownFaults,
  readExport,
  verifyJournal,
  type JournalRecord,
  type JournalReport,
} from './export-file.js';
export { framed, sm3 } from './digest.js';
export { chainStart, hashEntry, viewOf, type Entry, type SignatureValue, type UnhashedEntry } from './entry.js';
export {
  exportEntry,
  exportFormat,
  maxExportLineBytes,
  parseExportLine,
  type ExportHeader,
  type ExportLine,
  type ExportTrailer,
} from './export-line.js';
export {
  ed25519Suite,
  KeyDirectory,
  Keystore,
  type ClosedNode,
  type EscrowKey,
  type KeyPeriod,
  type NodeKey,
  type NodeSecret,
} from './keys.js';
export {
  makeKeyDirectory,
  makeSecret,
  parseKeyDirectory,
  parseKeystore,
  publicPart,
  readKeyDirectory,
  readSecrets,
  type KeyDirectoryFile,
} from './key-files.js';
export { Sealer } from './sealing.js';
export { SealedTexts } from './store/data-keys.js';
export {
  joinShares,
  makeEscrow,
  openEscrowed,
  parseShare,
  type EscrowSecret,
  type EscrowShare,
  type NewEscrow,
} from './escrow.js';
export type { Sql, SqlMigration } from './store/sql.js';
export {
  bigintArray,
  bytesArray,
  instantArray,
  integerArray,
  jsonArray,
  textArray,
  uuidArray,
} from './store/sql-array.js';
export { journalInsertOnlyTables, journalMigrations, journalTables } from './store/migrations.js';
export {
  entryColumns,
  entryOf,
  findEntryHash,
  insertEntries,
  readEntries,
  readEntriesOf,
  type EntryRow,
} from './store/entry-store.js';
