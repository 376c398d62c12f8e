/** ArchiveTools */
export const ARCHIVE = Symbol('archive');
