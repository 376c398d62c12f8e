import { ok, refuse, type RefusalCode, type Result, type Uuid } from '@tongban/kernel';
import { chainStart, hashEntry, type Entry } from './entry.js';
import type { KeyDirectory } from './keys.js';

/** What does not hold, at which entry; `seq` is where an entry with that number is or should be. */
export interface ChainFault {
  readonly record: Uuid;
  readonly seq: number;
  readonly code: Extract<RefusalCode, `link.${string}`>;
  readonly detail: string;
}

export interface ChainReport {
  /** Entries from the first on that hold, with every signature checked. */
  readonly sound: number;
  /** Hash of the last sound entry; the chain start when none is. */
  readonly head: Uint8Array;
  /** The first thing that does not hold. */
  readonly fault?: ChainFault;
}

/**
 * Checks the entries of one record, in the order of their numbers: numbers without a gap from 1, one record and class,
 * hashes, chain and each author's signature (docs/protocol/journal.md). Pure: nothing but the public keys is needed.
 */
export function checkChain(directory: Pick<KeyDirectory, 'verify'>, entries: readonly Entry[]): ChainReport {
  let head: Uint8Array = chainStart;
  for (const [index, entry] of entries.entries()) {
    const checked = checkEntry(directory, entry, index + 1, head, entries[0]!);
    if (!checked.ok) {
      const { code, detail } = checked.refusal;
      const fault = { record: entries[0]!.record, seq: index + 1, code: code as ChainFault['code'], detail };
      return { sound: index, head, fault };
    }
    head = entry.hash;
  }
  return { sound: entries.length, head };
}

function checkEntry(
  directory: Pick<KeyDirectory, 'verify'>,
  entry: Entry,
  seq: number,
  head: Uint8Array,
  first: Entry,
): Result<void> {
  if (entry.seq !== seq) return refuse('link.gap', `entry ${seq} is missing; ${entry.seq} follows ${seq - 1}`);
  if (entry.record !== first.record || entry.recordClass !== first.recordClass) {
    return refuse('link.author', `entry ${seq} belongs to ${entry.recordClass} ${entry.record}`);
  }
  if (!Buffer.from(entry.prevHash).equals(head)) return refuse('link.chain', `entry ${seq} does not follow ${seq - 1}`);
  const hash = hashOf(entry);
  if (hash === undefined) return refuse('link.chain', `entry ${seq} has an unreadable sealed part`);
  if (!hash.equals(entry.hash)) return refuse('link.chain', `entry ${seq} does not have the hash it claims`);
  const signed = directory.verify(entry.author, entry.hash, entry.signature, entry.recordedAt);
  return signed.ok ? ok(undefined) : signed;
}

/** Undefined where the sealed part is no JSON: what came from outside must not throw here. */
function hashOf(entry: Entry): Buffer | undefined {
  try {
    return hashEntry(entry);
  } catch {
    return undefined;
  }
}
