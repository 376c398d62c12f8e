/**
 * What one link message and one envelope may weigh, serialized. An envelope must pass the hub (`max_payload` 8 MiB) and a
 * gRPC message (16 MiB); a message must fit into an envelope alone, so that nothing that was committed can get stuck.
 */
export const messageLimits = {
  /** An entry or request above this is refused where it is written. */
  maxMessageBytes: 4 * 1024 * 1024,
  maxEnvelopeBytes: 6 * 1024 * 1024,
  /** Ids, hashes, signature, actor and the like of one message, beside facts and sealed part. */
  messageOverheadBytes: 1_024,
} as const;

/** Serialized size of an entry, never too low. */
export const entryBytes = ({ facts, sealed }: { readonly facts: string; readonly sealed?: string }): number =>
  Buffer.byteLength(facts) + Buffer.byteLength(sealed ?? '') + messageLimits.messageOverheadBytes;
