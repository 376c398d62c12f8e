const bytesPerMiB = 1024 * 1024;

/** What an archive may hold, when it is written and when it is read. A case has at most 300 attachments. */
export const archiveLimits = {
  maxFiles: 1_000,
  /** Opened size of one file, and of all of them. */
  maxFileBytes: 256 * bytesPerMiB,
  maxTotalBytes: 2_048 * bytesPerMiB,
  /** Of the files that are read as a whole: manifest, keys, seals, one line of the journal. */
  maxParsedBytes: 64 * bytesPerMiB,
  maxNameCharacters: 200,
} as const;
