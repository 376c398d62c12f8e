import { sm3 } from '@tongban/journal';

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const codeCharacters = 8;
const bitsPerCharacter = 5;

/**
 * What is printed on a certificate beside its number: 40 bits of the SM3 over the number and the hash of the entry by
 * which it was issued, in Crockford's base 32. Any holder of the case computes it offline; nobody else can guess it.
 */
export function verificationCodeOf(certificateNumber: string, entryHash: Uint8Array): string {
  const digest = sm3(Buffer.from(`tongban-certificate-1:${certificateNumber}:`, 'utf8'), entryHash);
  let bits = 0n;
  for (const byte of digest.subarray(0, (codeCharacters * bitsPerCharacter) / 8)) bits = (bits << 8n) | BigInt(byte);
  let code = '';
  for (let index = codeCharacters - 1; index >= 0; index--)
    code += alphabet[Number((bits >> BigInt(index * bitsPerCharacter)) & 31n)];
  return code;
}
