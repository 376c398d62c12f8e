import { z } from 'zod';
import { canonicalJson } from '@tongban/kernel';

/** What a tombstone says instead of a state. */
const tombstoneSchema = z.object({ reason: z.string().min(1) });
export type TombstoneState = z.output<typeof tombstoneSchema>;

export const tombstoneState = (reason: string): string => canonicalJson({ reason });

/** Undefined for tombstones of publishers that say it in another way. */
export function readTombstone(state: string): TombstoneState | undefined {
  const read = tombstoneSchema.safeParse(JSON.parse(state));
  return read.success ? read.data : undefined;
}
