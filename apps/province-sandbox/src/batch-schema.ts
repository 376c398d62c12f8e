import { z } from 'zod';
import { kinds, type Kind } from './standard/layouts.js';
import type { Values } from './standard/row-rules.js';

export const maxBatchRecords = 500;
export const maxBodyBytes = 4 * 1024 * 1024;
/** Over HTTPS; the same records come by gRPC under a name of their own. */
export const profiles: readonly string[] = ['national-json'];

const maxKeyLength = 120;
const maxColumns = 60;

export interface SubmittedRow {
  readonly kind: Kind;
  readonly businessKey: string;
  readonly dataVersion: number;
  readonly columns: Values;
}

/** The database stores neither NUL nor half a surrogate pair. */
const text = z.string().refine((value) => value.isWellFormed() && !value.includes('\u0000'));

const row: z.ZodType<SubmittedRow> = z.strictObject({
  kind: z.enum(kinds),
  businessKey: text.min(1).max(maxKeyLength),
  dataVersion: z.int().positive().max(1_000_000),
  columns: z
    .record(text.max(maxKeyLength), z.union([text, z.number()]))
    .refine((columns) => Object.keys(columns).length <= maxColumns),
});

/** Rows are counted before they are read, so the length has an upper bound here only against nonsense. */
export const batchSchema = z.strictObject({
  batch: z.uuid(),
  profile: z.string(),
  records: z.array(row).min(1),
});
export type Batch = z.infer<typeof batchSchema>;
