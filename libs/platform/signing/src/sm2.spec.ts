import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import type { JWK } from 'jose';
import { signDetached, verifyDetached } from './detached-jws.js';
import { newSm2Key, sm2Signer, sm2Verifier } from './sm2.js';
import { referenceVerify } from './sm2-reference.fixture.js';

const userId = '1234567812345678';
const key = newSm2Key('gateway-sm2');
const signer = sm2Signer(key);
const verifier = sm2Verifier(key);
const text = new TextEncoder().encode('{"批次":"1"}');

const openssl = (args: readonly string[]): { readonly status: number | null; readonly out: string } => {
  const { status, stdout, stderr } = spawnSync('openssl', args, { encoding: 'utf8' });
  return { status, out: `${stdout}${stderr}` };
};
const hasSm2 = openssl(['list', '-public-key-algorithms']).out.includes('SM2');

/** SubjectPublicKeyInfo of an SM2 point: id-ecPublicKey with the curve 1.2.156.10197.1.301. */
const spkiHead = '3059301306072a8648ce3d020106082a811ccf5501822d034200';
const pem = ({ x, y }: JWK): string => {
  const point = Buffer.concat([Buffer.of(4), Buffer.from(x!, 'base64url'), Buffer.from(y!, 'base64url')]);
  const der = Buffer.concat([Buffer.from(spkiHead, 'hex'), point]);
  return `-----BEGIN PUBLIC KEY-----\n${der.toString('base64')}\n-----END PUBLIC KEY-----\n`;
};
/** SEQUENCE of two INTEGERs, as OpenSSL wants it. */
const der = (signature: Uint8Array): Buffer => {
  const integer = (bytes: Uint8Array): Buffer => {
    const short = Buffer.from(bytes.subarray(bytes.findIndex((byte) => byte !== 0)));
    const body = short[0]! >= 0x80 ? Buffer.concat([Buffer.of(0), short]) : short;
    return Buffer.concat([Buffer.of(2, body.length), body]);
  };
  const body = Buffer.concat([integer(signature.subarray(0, 32)), integer(signature.subarray(32))]);
  return Buffer.concat([Buffer.of(0x30, body.length), body]);
};

describe('SM2 with SM3 in software', () => {
  it('signs what it verifies, over exactly these bytes, as a detached JWS', async () => {
    const jws = await signDetached(signer, text);
    expect(await verifyDetached(jws, text, [verifier])).toEqual({ ok: true, value: { keyId: 'gateway-sm2' } });
    const other = text.slice();
    other[1]! ^= 1;
    expect(await verifyDetached(jws, other, [verifier])).toMatchObject({ refusal: { code: 'link.signature' } });
    const stranger = sm2Verifier(newSm2Key('gateway-sm2'));
    expect(await verifyDetached(jws, text, [stranger])).toMatchObject({ refusal: { code: 'link.signature' } });
  });

  it('agrees with a second implementation on any bytes, and both refuse another user ID', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        const signature = await signer.sign(bytes);
        expect(signature).toHaveLength(64);
        expect(await verifier.verify(bytes, signature)).toBe(true);
        expect(referenceVerify(bytes, signature, key, userId)).toBe(true);
        expect(referenceVerify(bytes, signature, key, '')).toBe(false);
      }),
      { numRuns: 8 },
    );
  });

  (hasSm2 ? it : it.skip)('is verified by the openssl command with the default user ID', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sm2-'));
    try {
      const path = (name: string): string => join(folder, name);
      writeFileSync(path('key.pem'), pem(key));
      writeFileSync(path('body'), text);
      writeFileSync(path('signature'), der(await signer.sign(text)));
      const verify = (id: string) =>
        openssl([
          ...['pkeyutl', '-verify', '-pubin', '-inkey', path('key.pem'), '-in', path('body'), '-rawin'],
          ...['-digest', 'sm3', '-sigfile', path('signature'), '-pkeyopt', `distid:${id}`],
        ]);
      expect(verify(userId)).toMatchObject({ status: 0, out: expect.stringContaining('Signature Verified') as string });
      expect(verify('8765432187654321').status).not.toBe(0);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('refuses any bytes for a signature without failing', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 70 }), async (noise) => {
        expect(await verifier.verify(text, noise)).toBe(false);
      }),
      { numRuns: 20 },
    );
    expect(await verifier.verify(text, new Uint8Array(64))).toBe(false);
  });

  it('takes no key that is not one', () => {
    const { d: _private, ...open } = key;
    expect(() => sm2Signer(open)).toThrow('no private part');
    expect(() => sm2Verifier({ ...key, x: key.y!, y: key.x! })).toThrow('not a point');
    expect(() => sm2Signer({ ...key, d: newSm2Key('other').d! })).toThrow('do not belong together');
    expect(() => sm2Signer({ ...key, d: Buffer.alloc(32, 0xff).toString('base64url') })).toThrow('out of range');
    expect(() => sm2Verifier({ ...key, crv: 'P-256' })).toThrow('not an SM2 JWK');
  });
});
