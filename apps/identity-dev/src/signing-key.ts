import { generateKeyPair, randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { calculateJwkThumbprint } from 'jose';
import { z } from 'zod';

const modulusBits = 2048;
const part = z.string().min(1);
const keySchema = z.object({
  kty: z.literal('RSA'),
  kid: part,
  use: z.literal('sig'),
  alg: z.literal('RS256'),
  n: part,
  e: part,
  d: part,
  p: part,
  q: part,
  dp: part,
  dq: part,
  qi: part,
});
/** RFC 7517, RFC 7518 §6.3: a private RSA key for RS256. */
export type SigningKey = z.infer<typeof keySchema>;

const codeOf = (error: unknown): unknown =>
  typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;

async function readKey(file: string): Promise<SigningKey | undefined> {
  let text: string;
  try {
    const { mode } = await stat(file);
    if ((mode & 0o077) !== 0) throw new Error(`${file} must be readable by its owner only (mode 600)`);
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return keySchema.parse(JSON.parse(text));
  } catch {
    throw new Error(`${file} holds no RS256 signing key; remove it to have a new one made`);
  }
}

async function makeKey(): Promise<SigningKey> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: modulusBits });
  const jwk = privateKey.export({ format: 'jwk' });
  const kid = await calculateJwkThumbprint({ kty: 'RSA', n: jwk.n ?? '', e: jwk.e ?? '' });
  return keySchema.parse({ ...jwk, kid, use: 'sig', alg: 'RS256' });
}

/**
 * The key of the file, made on the first start; whoever starts at the same time gets the same one.
 * @throws Error when the file is open to others or holds something else.
 */
export async function openSigningKey(file: string): Promise<SigningKey> {
  const existing = await readKey(file);
  if (existing !== undefined) return existing;
  const made = await makeKey();
  const draft = `${file}.${randomUUID()}`;
  await mkdir(dirname(file), { recursive: true });
  try {
    await writeFile(draft, JSON.stringify(made), { mode: 0o600, flag: 'wx' });
    // A link, unlike a rename, fails where another process was faster.
    await link(draft, file);
    return made;
  } catch (error) {
    const other = codeOf(error) === 'EEXIST' ? await readKey(file) : undefined;
    if (other === undefined) throw error;
    return other;
  } finally {
    await rm(draft, { force: true });
  }
}
