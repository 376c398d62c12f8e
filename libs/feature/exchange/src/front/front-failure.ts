import { z } from 'zod';
import { reasonOf } from '../province/body.js';
import type { Sending } from '../carrier.js';

const postgresError = z.object({ code: z.string(), table: z.string().optional(), column: z.string().optional() });
const mysqlError = z.object({ errno: z.number(), sqlMessage: z.string() });

/** SQLSTATE classes of a statement that will never pass: wrong values, broken constraints, unknown names. */
const refusedClasses = ['22', '23', '42'];
/** A duplicate key is another instance of us that was faster: the next try finds its rows. */
const duplicateKey = '23505';
/** Column cannot be null, has no default, too long, out of range, wrong value, unknown column or table, check. */
const refusedNumbers = [1048, 1054, 1146, 1264, 1265, 1292, 1364, 1366, 1406, 3819, 4025];

/**
 * What a failed writing means. The reason names table and column and never the database's own message, which may quote
 * the value that did not fit.
 */
export function frontFailure(error: unknown): Sending {
  const postgres = postgresError.safeParse(error);
  if (postgres.success && /^[0-9A-Z]{5}$/.test(postgres.data.code)) {
    const { code, table, column } = postgres.data;
    const place = [table, column].filter((name) => name !== undefined).join('.');
    const refused = refusedClasses.includes(code.slice(0, 2)) && code !== duplicateKey;
    return { kind: refused ? 'refused' : 'failed', reason: `SQLSTATE ${code} ${place}`.trim() };
  }
  const mysql = mysqlError.safeParse(error);
  if (mysql.success) {
    const { errno, sqlMessage } = mysql.data;
    const column = /(?:[Cc]olumn|Field) '([\w.]+)'/.exec(sqlMessage)?.[1] ?? '';
    return { kind: refusedNumbers.includes(errno) ? 'refused' : 'failed', reason: `MySQL ${errno} ${column}`.trim() };
  }
  return { kind: 'failed', reason: reasonOf(error) };
}
