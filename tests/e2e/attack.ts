import type { NodeCode } from '@tongban/kernel';
import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import { fillPath, type Description, type Operation, type Schema } from './api-description.js';
import type { HostName } from './city.js';
import type { Databases } from './database.js';
import { valid } from './hostile.js';
import { ask, commandHeaders, type Answer } from './http.js';
import type { RunningCity } from './running.js';

const idsPerColumn = 1;
/** Path parameters that are ids of records; what people name otherwise (a month, a hall) is nobody's secret. */
const idNames = ['record', 'id', 'draft', 'proposal', 'grant', 'request', 'ticket'];
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
  perColumn = idsPerColumn,
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

/**
 * Tables that people alone write. What the machine writes by itself, such as the province's answers, may come at any time and
 * proves nothing.
 */
const writtenByPeople = [
  ...['agency_report', 'applicant_case', 'appointment', 'case_archive', 'catalogue_draft_entry', 'dossier_read'],
  ...[
    'catalogue_proposal_entry',
    'catalogue_publication',
    'fee_movement',
    'feedback_read',
    'hall_version',
    'hall_window',
  ],
  ...['mandate_view', 'offline_grant', 'opposing_party', 'privacy_view', 'reform_entry', 'ticket', 'ticket_case'],
];

/** Whether ids of records are what the path asks for, rather than a month, a code or a digest. */
export const isAskedById = ({ parameters }: Operation): boolean =>
  parameters.every(({ name, in: place, schema }) => place !== 'path' || name === 'node' || schema['format'] === 'uuid');

/** A digest of everything that people have written at a node, by table; of the journal what somebody has done. */
export async function contentsOf(
  databases: Databases,
  host: HostName,
  node: string,
): Promise<ReadonlyMap<string, string>> {
  const contents = new Map<string, string>();
  const parts = [
    ...writtenByPeople.map((table) => [table, `"${table}" t where t.node = $1`]),
    ['entry', `entry t where t.node = $1 and t.actor_role <> 'system'`],
  ] as const;
  for (const [table, from] of parts) {
    const [row] = await databases.query<{ digest: string }>(
      host,
      `select count(*) || ' ' || md5(coalesce(string_agg(line, '' order by line), '')) as digest
         from (select md5(t::text) as line from ${from}) lines`,
      [node],
    );
    contents.set(table!, row!.digest);
  }
  return contents;
}

export const isCommandOnRecord = ({ method, path, roles, streams }: Operation): boolean =>
  method !== 'get' &&
  roles !== undefined &&
  !streams &&
  path.includes('{node}') &&
  idNames.some((name) => path.includes(`{${name}}`));

/** The same in every run. */
const seedOf = (id: string): number => [...id].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) | 0, 7);

/** A body that the route would take from whoever may use it; the same in every run. */
export function bodyFor({ body, id }: Operation, { schemas }: Description): string | undefined {
  if (body === undefined) return undefined;
  if (body === 'bytes') return 'bytes';
  if (bodies[id] !== undefined) return JSON.stringify(bodies[id]);
  return JSON.stringify(fc.sample(valid(body, schemas), { numRuns: 1, seed: seedOf(id) })[0]);
}

const wantsSeq = ({ parameters }: Operation): boolean =>
  parameters.some((one) => one.in === 'header' && one.required === true && one.name.toLowerCase() === 'if-match');

/** A value that fits a parameter; the same in every run. */
function parameterFor({ id, parameters }: Operation, { schemas }: Description, name: string): string {
  const parameter = parameters.find((one) => one.name === name);
  const [value] = fc.sample(valid(parameter?.schema ?? {}, schemas), { numRuns: 1, seed: seedOf(id) });
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** What a route has to be asked with besides its path: a value that fits for each that is required, and why it is asked. */
export function queryFor(operation: Operation, description: Description): string {
  const query = new URLSearchParams({ purpose: '核对' });
  for (const { name, in: place, required } of operation.parameters)
    if (place === 'query' && required === true && !query.has(name))
      query.set(name, parameterFor(operation, description, name));
  return query.toString();
}

export interface Attempt {
  readonly operation: Operation;
  readonly node: string;
  readonly id: string;
  readonly token: string;
  /** A body that fits when left out. */
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A command on a record, with everything in order but what is tried. */
export function attempt(running: RunningCity, description: Description, one: Attempt): Promise<Answer> {
  const { operation, node, id, token, headers = {} } = one;
  const path = fillPath(operation, node as NodeCode, (name) =>
    encodeURIComponent(idNames.includes(name) ? id : parameterFor(operation, description, name)),
  );
  const isBytes = operation.body === 'bytes';
  const body = one.body === undefined ? bodyFor(operation, description) : JSON.stringify(one.body);
  return ask({
    ...{ url: `${running.office.base(operation.host)}/v1${path}?${queryFor(operation, description)}`, token },
    method: operation.method.toUpperCase() as 'POST',
    headers: {
      ...commandHeaders(),
      ...(isBytes ? { 'content-type': 'application/octet-stream' } : {}),
      // Only where it has to be: elsewhere a number that has passed would be the reason of the refusal.
      ...(wantsSeq(operation) ? { 'if-match': '"1"' } : {}),
      ...headers,
    },
    ...(body === undefined ? {} : { body }),
  });
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

const namedForeign = /^不认识的字段：(.+)$/;

/** The names in an overloaded body that its route does not know; undefined where the description does not lay it down in full. */
export function foreignNamesOf({ body }: Operation, { schemas }: Description): string[] | undefined {
  if (body === undefined || body === 'bytes') return undefined;
  const named = typeof body['$ref'] === 'string' ? schemas[body['$ref'].split('/').at(-1)!] : undefined;
  const { additionalProperties, properties }: Schema = named ?? body;
  if (additionalProperties !== false) return undefined;
  return productsOwn.filter((name) => !Object.hasOwn((properties ?? {}) as object, name)).toSorted();
}

/** The names that an answer refuses as foreign to the body; undefined where it refuses anything that nobody has planted, or nothing. */
export function refusedNamesOf({ status, json }: Answer): string[] | undefined {
  if (status !== 400 || json?.['code'] !== 'request.invalid') return undefined;
  const errors = json['errors'] as readonly { readonly path: string; readonly message: string }[];
  const isPlanted = ({ path }: { readonly path: string }): boolean =>
    path === 'body' || productsOwn.some((name) => path === `body.${name}`);
  if (!errors.every(isPlanted)) return undefined;
  return errors.flatMap(({ message }) => namedForeign.exec(message)?.[1]?.split('、') ?? []).toSorted();
}
