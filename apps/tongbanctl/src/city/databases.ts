import { randomBytes } from 'node:crypto';
import { Client, escapeIdentifier, escapeLiteral } from 'pg';
import type { Postgres } from '@tongban/platform/local';
import { scramVerifier } from '@tongban/platform/database';
import { z } from 'zod';
import { readIfThere, secretMode, writeWhole } from './layout.js';
import type { HostName } from './plan.js';

const passwordBytes = 24;
const connectTimeoutMs = 5_000;
const statementTimeoutMs = 20_000;

/** `province-front`: the province's front-end database, in which its stand-in makes the tables and the gateway writes rows. */
export type DatabaseName = HostName | 'province-sandbox' | 'province-front';

/** `owner` changes the schema at start, `app` works in it and owns nothing. */
export interface DatabaseUrls {
  readonly owner: string;
  readonly app: string;
}

const passwordsSchema = z.record(z.string(), z.strictObject({ owner: z.string(), app: z.string() }));
export type DatabasePasswords = z.infer<typeof passwordsSchema>;

/** The passwords of both roles of every database, made once; mode 600. */
export function provideDatabasePasswords(file: string, names: readonly DatabaseName[]): DatabasePasswords {
  const kept = passwordsSchema.parse(JSON.parse(readIfThere(file) ?? '{}'));
  const secret = (): string => randomBytes(passwordBytes).toString('base64url');
  const all: DatabasePasswords = { ...kept };
  for (const name of names) all[name] ??= { owner: secret(), app: secret() };
  const content = `${JSON.stringify(all, undefined, 2)}\n`;
  if (content !== readIfThere(file)) writeWhole(file, content, secretMode);
  return all;
}

/** SQL names have no hyphens here, so that they need no quotes in anybody's psql. */
const sqlName = (name: DatabaseName): string => `tongban_${name.replaceAll('-', '_')}`;
const roleName = (name: DatabaseName, kind: keyof DatabaseUrls): string => `${sqlName(name)}_${kind}`;

const attributes = 'login nosuperuser nocreatedb nocreaterole noreplication nobypassrls';

async function provideRole(client: Client, role: string, password: string): Promise<void> {
  const { rowCount } = await client.query('select from pg_roles where rolname = $1', [role]);
  const verb = rowCount === 0 ? 'create' : 'alter';
  // The verifier instead of the password keeps the password out of the server's log.
  const verifier = escapeLiteral(scramVerifier(password));
  await client.query(`${verb} role ${escapeIdentifier(role)} ${attributes} password ${verifier}`);
}

async function inDatabase(url: string, work: (client: Client) => Promise<void>): Promise<void> {
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: connectTimeoutMs,
    statement_timeout: statementTimeoutMs,
  });
  client.on('error', () => undefined); // the query under way rejects
  try {
    await client.connect();
    await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function provideDatabase(
  postgres: Postgres,
  name: DatabaseName,
  passwords: DatabasePasswords[string],
): Promise<DatabaseUrls> {
  const database = sqlName(name);
  const url = await postgres.createDatabase(database);
  const [owner, app] = [roleName(name, 'owner'), roleName(name, 'app')];
  await inDatabase(url, async (client) => {
    await provideRole(client, owner, passwords.owner);
    await provideRole(client, app, passwords.app);
    const [d, o, a] = [database, owner, app].map(escapeIdentifier);
    await client.query(`alter database ${d} owner to ${o}`);
    await client.query(`alter schema public owner to ${o}`);
    await client.query(`revoke all on database ${d} from public`);
    await client.query(`revoke create on schema public from public`);
    await client.query(`grant connect on database ${d} to ${a}`);
    await client.query(`grant usage on schema public to ${a}`);
    if (name === 'province-front') {
      // Our own hosts grant table by table; the province's tables are made by itself.
      const rows = 'select, insert, update, delete on tables';
      await client.query(`alter default privileges for role ${o} in schema public grant ${rows} to ${a}`);
    }
  });
  const urlFor = (role: string, password: string): string => {
    const made = new URL(url);
    made.username = role;
    made.password = password;
    return made.href;
  };
  return { owner: urlFor(owner, passwords.owner), app: urlFor(app, passwords.app) };
}

/** A database with its two roles for each name. Idempotent; passwords of the file are set again. */
export async function provideDatabases(
  postgres: Postgres,
  passwords: DatabasePasswords,
  names: readonly DatabaseName[],
): Promise<ReadonlyMap<DatabaseName, DatabaseUrls>> {
  const urls = new Map<DatabaseName, DatabaseUrls>();
  for (const name of names) {
    const own = passwords[name];
    if (own === undefined) throw new Error(`no passwords for database ${name}`);
    urls.set(name, await provideDatabase(postgres, name, own));
  }
  return urls;
}
