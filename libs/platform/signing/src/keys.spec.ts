import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import { signDetached, verifyDetached } from './detached-jws.js';
import { parsePublicKeys, readSigningKeys, verifierOf } from './keys.js';
import { SigningFile } from './signing-file.js';
import { newSm2Key } from './sm2.js';

const ed25519 = async (kid: string): Promise<JWK> => {
  const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  return { ...(await exportJWK(privateKey)), kid };
};
const now = Date.UTC(2026, 2, 2);
const at = (ms: number): number => Math.floor(ms / 1_000);

describe('signing keys', () => {
  it('change when the time of the next one has come, and both are known to whoever verifies', async () => {
    const [old, next] = [await ed25519('2025'), { ...newSm2Key('2026'), nbf: at(now) }];
    const keys = await readSigningKeys(JSON.stringify({ keys: [next, old] }));
    expect([keys.current(now - 1).keyId, keys.current(now).keyId]).toEqual(['2025', '2026']);
    const open = parsePublicKeys({ keys: keys.publicKeys });
    expect(JSON.stringify(open)).not.toContain(old.d);
    const verifiers = await Promise.all(open.map(verifierOf));
    const body = new TextEncoder().encode('{}');
    for (const moment of [now - 1, now]) {
      const jws = await signDetached(keys.current(moment), body);
      expect((await verifyDetached(jws, body, verifiers)).ok).toBe(true);
    }
  });

  it('are refused without a word of what the text said', async () => {
    const key = await ed25519('1');
    const wrong: readonly string[] = [
      `not json ${key.d}`,
      JSON.stringify({ ...key, kid: undefined }),
      JSON.stringify({ keys: [] }),
      JSON.stringify({ keys: [key, key] }),
      JSON.stringify({ ...newSm2Key('1'), d: key.d }),
    ];
    for (const text of wrong) {
      const failure = await readSigningKeys(text).then(
        () => 'taken',
        (error: Error) => error.message,
      );
      expect(failure).not.toBe('taken');
      expect(failure).not.toContain(key.d);
    }
    expect(() => parsePublicKeys({ keys: [{ kty: 'RSA', kid: 'r' }] })).toThrow('no Ed25519 or SM2 key');
    const future = await readSigningKeys(JSON.stringify({ ...key, nbf: at(now) + 60 }));
    expect(() => future.current(now)).toThrow('no signing key');
  });

  it('of a file are replaced with it, and kept while it is broken', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'signing-'));
    try {
      const path = join(folder, 'key.json');
      const troubles: string[] = [];
      const file = new SigningFile(path, (reason) => void troubles.push(reason));
      const write = (text: string, second: number): void => {
        writeFileSync(path, text);
        utimesSync(path, second, second);
      };
      await expect(file.current(now)).rejects.toThrow('ENOENT');
      write(JSON.stringify(await ed25519('first')), 1);
      expect((await file.current(now)).keyId).toBe('first');
      write(JSON.stringify(newSm2Key('second')), 2);
      expect((await file.current(now + 1_000)).keyId).toBe('first');
      expect((await file.current(now + 10_000)).keyId).toBe('second');
      write('{', 3);
      expect((await file.current(now + 20_000)).keyId).toBe('second');
      expect(troubles).toEqual(['the signing key is not JSON']);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
