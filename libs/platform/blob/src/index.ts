export { Attachments, type NewAttachment, type StoredAttachment } from './attachments.js';
export { BlobStore, type SealedBlob } from './blob-store.js';
export { blobLimits } from './limits.js';
export { allowedMediaTypes, checkContent, sniffMediaType, type MediaType } from './media-type.js';
export { blobInsertOnlyTables, blobMigrations, blobTables } from './migrations.js';
export type { BlobHeader, BlobHeld, BlobSource, ParentBlobs } from './ports.js';
export { BlobTransfers, transferLimits, type BlobTransfersOptions } from './transfers.js';
export type { TransferFigures } from './transfer-table.js';
