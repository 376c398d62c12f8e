import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import type { Description, Operation } from './api-description.js';
import type { HostName } from './city.js';
import type { Databases } from './database.js';
import { valid } from './hostile.js';

/** Where the description cannot say what the rules want. */
const bodies: Readonly<Record<string, object>> = {
  callConference: { departments: ['civil-affairs', 'public-security'], dueBy: '2030-12-30', subject: '会商' },
};

/**
 * Ids of everything that a node holds and another one does not: a few of each column of each table that has the node in it.
 */
export async function idsOfOthers(
  databases: Databases,
  host: HostName,
  of: string,
  other: string,
  perColumn: number,
): Promise<string[]> {
  const columns = await databases.query<{ table: string; column: string }>(
    host,
    `select c.table_name as table, c.column_name as column from information_schema.columns c
      where c.table_schema = 'public' and c.data_type = 'uuid' and exists (select from information_schema.columns n
        where n.table_schema = 'public' and n.table_name = c.table_name and n.column_name = 'node')`,
  );
  const found = new Set<string>();
  for (const { table, column } of columns) {
    const rows = await databases.query<{ id: string }>(
      host,
      `select distinct t."${column}"::text as id from "${table}" t
        where t.node = $1 and t."${column}" is not null
          and not exists (select from record r where r.node = $2 and r.record = t."${column}") limit ${perColumn}`,
      [of, other],
    );
    for (const { id } of rows) found.add(id);
  }
  return [...found];
}

/** A body that the route would take from whoever may use it; the same in every run. */
export function bodyFor({ body, id }: Operation, { schemas }: Description): string | undefined {
  if (body === undefined) return undefined;
  if (body === 'bytes') return 'bytes';
  if (bodies[id] !== undefined) return JSON.stringify(bodies[id]);
  const seed = [...id].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) | 0, 7);
  return JSON.stringify(fc.sample(valid(body, schemas), { numRuns: 1, seed })[0]);
}

/** Names under which a careless handler would take over what only the product says. */
const productsOwn = [
  ...['owner', 'state', 'status', 'node', 'actor', 'subject', 'number', 'decidedBy', 'acceptedBy', 'by', 'handlers'],
  ...['seq', 'epoch', 'hash', 'prevHash', 'signature', 'author', 'division', 'roles', 'role', 'department', 'origin'],
  ...[
    'occurredAt',
    'recordedAt',
    'createdAt',
    'approvedBy',
    'proposedBy',
    'onBehalfOf',
    'offlineGrant',
    'facts',
    'sealed',
  ],
];

/** A body with everything that only the product says in it as well, each with a mark by which it would be found again. */
export function overloaded(operation: Operation, description: Description, mark: string): object | undefined {
  const text = operation.body === 'bytes' ? undefined : bodyFor(operation, description);
  const body: unknown = text === undefined ? undefined : JSON.parse(text);
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return undefined;
  return withForeign(body, mark);
}

export const withForeign = (body: object, mark: string): object => ({
  ...Object.fromEntries(productsOwn.map((name) => [name, `${mark}-${name}`])),
  ...body,
});

export const newMark = (): string => `planted-${randomUUID()}`;
