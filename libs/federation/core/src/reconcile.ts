import type { Uuid } from '@tongban/kernel';

/**
 * Comparing what two neighbours hold without telling each other all of it: one digest for each owner and class, then 256
 * for those that differ, in large ones 256 more for each bucket that differs, then the keys of what differs. See SPEC.md,
 * "Comparing copies".
 */
export const bucketCount = 256;
/** Of each bucket. */
export const partCount = 256;
/** Enough to see a difference; what is then fetched is verified by hash and signature. */
export const bucketDigestBytes = 8;

/** Last byte of the record: the first ones of a version 7 UUID are the time. */
export const bucketOf = (record: Uuid): number => Number.parseInt(record.slice(-2), 16);

/** Last two bytes of the record, so that the bucket is the lower one. */
export const partOf = (record: Uuid): number => Number.parseInt(record.slice(-4), 16);

export interface GroupRoot {
  readonly owner: string;
  readonly recordClass: string;
  readonly records: number;
  readonly root: Uint8Array;
}

/** What two sides hold of a record: number and hash of its newest entry. */
export interface RecordKey {
  readonly record: Uuid;
  readonly seq: number;
  readonly hash: Uint8Array;
}

const sameBytes = (left: Uint8Array, right: Uint8Array): boolean =>
  left.length === right.length && left.every((byte, index) => byte === right[index]);

const groupKey = ({ owner, recordClass }: GroupRoot): string => `${owner} ${recordClass}`;

/** Owners and classes whose records are not the same on both sides, whichever side lacks them, as many as the larger has. */
export function differingGroups(mine: readonly GroupRoot[], theirs: readonly GroupRoot[]): Omit<GroupRoot, 'root'>[] {
  const other = new Map(theirs.map((group) => [groupKey(group), group]));
  const own = new Set(mine.map(groupKey));
  return [
    ...mine.filter((group) => {
      const same = other.get(groupKey(group));
      return same === undefined || !sameBytes(group.root, same.root);
    }),
    ...theirs.filter((group) => !own.has(groupKey(group))),
  ].map((group) => {
    const { owner, recordClass, records } = group;
    return { owner, recordClass, records: Math.max(records, other.get(groupKey(group))?.records ?? 0) };
  });
}

/** Which of so many digests differ; absent digests (no records) are empty. */
function differingDigests(mine: Uint8Array, theirs: Uint8Array, count: number): number[] {
  const at = (digests: Uint8Array, index: number): Uint8Array =>
    digests.subarray(index * bucketDigestBytes, (index + 1) * bucketDigestBytes);
  const isEmpty = (digest: Uint8Array): boolean => digest.every((byte) => byte === 0);
  return Array.from({ length: count }, (_unused, index) => index).filter((index) => {
    const [left, right] = [at(mine, index), at(theirs, index)];
    return !(sameBytes(left, right) || (isEmpty(left) && isEmpty(right)));
  });
}

/** Numbers of the buckets whose digests differ. */
export const differingBuckets = (mine: Uint8Array, theirs: Uint8Array): number[] =>
  differingDigests(mine, theirs, bucketCount);

/** Numbers of the parts, as `partOf` counts them, whose digests differ: 256 for each bucket, in the order of the buckets. */
export const differingParts = (buckets: readonly number[], mine: Uint8Array, theirs: Uint8Array): number[] =>
  differingDigests(mine, theirs, buckets.length * partCount).map(
    (index) => (index % partCount) * bucketCount + buckets[Math.floor(index / partCount)]!,
  );

export interface KeyDifference {
  readonly record: Uuid;
  /** `fetch`: they have more; `give`: we have more; `settle`: equally long and not the same. */
  readonly action: 'fetch' | 'give' | 'settle';
}

/** A record may be under another owner on the other side, so keys of all compared groups come together here. */
export function compareKeys(mine: readonly RecordKey[], theirs: readonly RecordKey[]): KeyDifference[] {
  const other = new Map(theirs.map((key) => [key.record, key]));
  const found: KeyDifference[] = [];
  for (const { record, seq, hash } of mine) {
    const same = other.get(record);
    other.delete(record);
    if (same === undefined || seq > same.seq) found.push({ record, action: 'give' });
    else if (seq < same.seq) found.push({ record, action: 'fetch' });
    else if (!sameBytes(hash, same.hash)) found.push({ record, action: 'settle' });
  }
  for (const record of other.keys()) found.push({ record, action: 'fetch' });
  return found.sort((left, right) => (left.record < right.record ? -1 : 1));
}

/** A copy of a record as it is held. */
export interface Copy {
  /** Fingerprints of the entries by number; a missing one is undefined. They cover everything that is stored. */
  readonly prints: readonly (string | undefined)[];
  /** Entries from the first on whose hashes, signatures and ownership hold. */
  readonly sound: number;
  /** Head and projection are what the entries make. */
  readonly derivedFits: boolean;
}

export type MendPlan =
  /** What is held is at least as much. */
  | { readonly kind: 'known' }
  /** Take the rows with these numbers aside, write those of the offered copy, make head and projection anew. */
  | { readonly kind: 'write'; readonly aside: readonly number[]; readonly insert: readonly number[] }
  /** Both are sound and go on differently: nobody but people can say which one holds. */
  | { readonly kind: 'forked'; readonly at: number }
  /** The offered copy ends before the damage. */
  | { readonly kind: 'tooShort' };

/** What to do with a copy when a neighbour offers one that has been verified from its first entry to its last. */
export function planMend(held: Copy, offered: readonly string[]): MendPlan {
  const common = Math.min(held.sound, offered.length);
  for (let index = 0; index < common; index++) {
    if (held.prints[index] !== offered[index]) return { kind: 'forked', at: index + 1 };
  }
  const intact = held.sound === held.prints.length;
  if (intact && held.sound >= offered.length) {
    return held.derivedFits ? { kind: 'known' } : { kind: 'write', aside: [], insert: [] };
  }
  if (!intact && offered.length < held.sound) return { kind: 'tooShort' };
  const numbers = Array.from({ length: Math.max(held.prints.length, offered.length) }, (_unused, index) => index + 1);
  const differs = (seq: number): boolean => held.prints[seq - 1] !== offered[seq - 1];
  return {
    kind: 'write',
    aside: numbers.filter((seq) => held.prints[seq - 1] !== undefined && differs(seq)),
    insert: numbers.filter((seq) => offered[seq - 1] !== undefined && differs(seq)),
  };
}
