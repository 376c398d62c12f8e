import { createDecipheriv, createHash } from 'node:crypto';
import fc from 'fast-check';
import { fromBase64url, openFile, sealFile } from './sealed-file.js';

const tagBytes = 16;
const bodyAt = 13;

it('is what the server opens: version, nonce, AES-256-GCM, named by its digest', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 400 }), async (content) => {
      const { bytes, digest, key, size } = await sealFile(Uint8Array.from(content));
      expect([size, digest]).toEqual([content.length, createHash('sm3').update(bytes).digest('hex')]);
      expect(key).toMatch(/^[\w-]{43}$/);
      const decipher = createDecipheriv('aes-256-gcm', fromBase64url(key), bytes.subarray(1, bodyAt));
      decipher.setAAD(bytes.subarray(0, 1)).setAuthTag(bytes.subarray(-tagBytes));
      const opened = [...decipher.update(bytes.subarray(bodyAt, -tagBytes)), ...decipher.final()];
      expect(opened).toEqual([...content]);
      expect([...(await openFile(bytes, key))]).toEqual([...content]);
    }),
    { numRuns: 40 },
  );
});

it('is sealed anew each time, and opens with its own key only', async () => {
  const content = new TextEncoder().encode('户口簿');
  const [one, two] = [await sealFile(content), await sealFile(content)];
  expect(one.digest).not.toBe(two.digest);
  await expect(openFile(one.bytes, two.key)).rejects.toThrow();
});
