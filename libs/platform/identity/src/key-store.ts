import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Keeps the last good key set across restarts. The text is a JWK set (RFC 7517 §5) with one more member, `fetchedAt`
 * in milliseconds; a store returns what was saved last and looks at nothing.
 */
export interface KeyStore {
  load(): Promise<string | undefined>;
  save(jwks: string): Promise<void>;
}

export function memoryKeyStore(initial?: string): KeyStore {
  let saved = initial;
  return {
    load: async () => saved,
    save: async (jwks) => {
      saved = jwks;
    },
  };
}

const isMissing = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT';

/** One file of mode 600; a save replaces it whole, so that a crash leaves the old keys or the new ones. */
export function fileKeyStore(path: string): KeyStore {
  return {
    async load() {
      try {
        return await readFile(path, 'utf8');
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    },
    async save(jwks) {
      const draft = `${path}.${randomUUID()}`;
      await mkdir(dirname(path), { recursive: true });
      try {
        await writeFile(draft, jwks, { mode: 0o600, flag: 'wx' });
        await rename(draft, path);
      } finally {
        await rm(draft, { force: true });
      }
    },
  };
}
