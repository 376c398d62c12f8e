import { ok, refuse, type Json, type Result } from '@tongban/kernel';
import { z } from 'zod';

const longestCursor = 512;
const highestLimit = 100;
const usualLimit = 20;

/** Where the next page begins, opaque to clients: base64url of JSON. */
export const encodeCursor = (position: Json): string => Buffer.from(JSON.stringify(position)).toString('base64url');

/** Reads a cursor back. It is not signed: `schema` must accept only positions that are harmless to ask for. */
export function decodeCursor<T>(text: string, schema: z.ZodType<T>): Result<T> {
  const refused = refuse('request.invalid', '翻页游标不正确，请从第一页重新查询');
  if (text.length > longestCursor || !/^[A-Za-z0-9_-]+$/.test(text)) return refused;
  try {
    const read = schema.safeParse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
    return read.success ? ok(read.data) : refused;
  } catch {
    return refused;
  }
}

/** Query parameter `cursor` that reads to a position, or to nothing for the first page. */
export const cursorParam = <T>(schema: z.ZodType<T>) =>
  z
    .string()
    .max(longestCursor)
    .transform((text, context): T => {
      const read = decodeCursor(text, schema);
      if (read.ok) return read.value;
      context.addIssue({ code: 'custom', message: read.refusal.detail });
      return z.NEVER;
    })
    .optional()
    .meta({ description: '上一页返回的游标' });

/** Query parameter `limit`. */
export const limitParam = (highest = highestLimit, usual = usualLimit) =>
  z.coerce
    .number<string>()
    .int()
    .min(1)
    .max(highest)
    .default(Math.min(usual, highest))
    .meta({ description: `每页条数，1–${highest}` });
