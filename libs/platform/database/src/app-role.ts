import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import type { Transaction } from './transaction.js';

export interface AppRole {
  readonly role: string;
  /** Printable ASCII. Without one the role must exist already and only its rights are set. */
  readonly password?: string;
  /** Tables the role may read and append to, and nothing else: what was written stays. */
  readonly insertOnly: readonly string[];
  readonly readWrite: readonly string[];
}

const identifier = /^[a-z_][a-z0-9_]{0,62}$/;
const scramIterations = 4_096;
const scramSaltBytes = 16;

/**
 * Makes (or brings up to date) the role that the application runs as: no superuser, owner of nothing, and exactly the
 * rights named here on the tables of the current schema. Run by the owner of the schema, after its migrations.
 *
 * @throws Error when the role is a superuser or owns something, or a name is not a plain identifier.
 */
export async function grantAppRole(tx: Transaction, app: AppRole): Promise<void> {
  for (const name of [app.role, ...app.insertOnly, ...app.readWrite]) {
    if (!identifier.test(name)) throw new Error(`not a plain SQL identifier: ${JSON.stringify(name)}`);
  }
  const both = app.insertOnly.filter((table) => app.readWrite.includes(table));
  if (both.length > 0) throw new Error(`tables both insert-only and writable: ${both.join(', ')}`);
  await refuseOwner(tx, app.role);
  if (app.password !== undefined) await provideRole(tx, app.role, app.password);
  for (const statement of grants(app, await schemaOf(tx))) await tx.query(statement);
}

async function provideRole(tx: Transaction, role: string, password: string): Promise<void> {
  const [known] = await tx.query('select 1 from pg_roles where rolname = $1', [role]);
  const attributes = `login nosuperuser nocreatedb nocreaterole noreplication nobypassrls`;
  // The verifier instead of the password keeps the password out of the server's log and of pg_stat_statements.
  await tx.query(
    `${known === undefined ? 'create' : 'alter'} role "${role}" ${attributes} password '${scramVerifier(password)}'`,
  );
}

async function refuseOwner(tx: Transaction, role: string): Promise<void> {
  const [row] = await tx.query<{ super: boolean; owns: boolean }>(
    `select r.rolsuper as super,
            exists (select from pg_class c where c.relowner = r.oid)
            or exists (select from pg_database d where d.datdba = r.oid) as owns
     from pg_roles r where r.rolname = $1`,
    [role],
  );
  if (row?.super === true) throw new Error(`role ${role} is a superuser`);
  if (row?.owns === true) throw new Error(`role ${role} owns tables or the database`);
}

async function schemaOf(tx: Transaction): Promise<{ database: string; schema: string }> {
  const [row] = await tx.query<{ database: string; schema: string }>(
    'select quote_ident(current_database()) as database, quote_ident(current_schema()) as schema',
  );
  if (row === undefined) throw new Error('no current schema');
  return row;
}

function grants(app: AppRole, { database, schema }: { database: string; schema: string }): string[] {
  const role = `"${app.role}"`;
  const tables = (names: readonly string[]): string => names.map((name) => `${schema}."${name}"`).join(', ');
  const statements = [
    `revoke all on all tables in schema ${schema} from ${role}`,
    `revoke all on all sequences in schema ${schema} from ${role}`,
    `revoke create on schema ${schema} from public`,
    `revoke create on schema ${schema} from ${role}`,
    `grant connect on database ${database} to ${role}`,
    `grant usage on schema ${schema} to ${role}`,
    `grant usage, select on all sequences in schema ${schema} to ${role}`,
  ];
  if (app.insertOnly.length > 0) {
    statements.push(`revoke update, delete, truncate on ${tables(app.insertOnly)} from public`);
    statements.push(`grant select, insert on ${tables(app.insertOnly)} to ${role}`);
  }
  if (app.readWrite.length > 0) {
    statements.push(`grant select, insert, update, delete on ${tables(app.readWrite)} to ${role}`);
  }
  return statements;
}

/** SCRAM-SHA-256 verifier as PostgreSQL stores it (RFC 5803 §3). */
export function scramVerifier(password: string, salt: Buffer = randomBytes(scramSaltBytes)): string {
  if (!/^[\x20-\x7e]{1,256}$/.test(password)) throw new Error('the password of a role must be printable ASCII');
  const salted = pbkdf2Sync(password, salt, scramIterations, 32, 'sha256');
  const keyed = (text: string): Buffer => createHmac('sha256', salted).update(text).digest();
  const stored = createHash('sha256').update(keyed('Client Key')).digest('base64');
  return `SCRAM-SHA-256$${scramIterations}:${salt.toString('base64')}$${stored}:${keyed('Server Key').toString('base64')}`;
}
