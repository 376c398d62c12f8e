import { createHmac } from 'node:crypto';

const periodMs = 30_000;
const digits = 6;

/** The one-time password of RFC 6238 (SHA-1, 30 s, six digits) for an instant in milliseconds. */
export function totp(secret: Buffer, at: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(at / periodMs)));
  const mac = createHmac('sha1', secret).update(counter).digest();
  const offset = (mac.at(-1) ?? 0) & 0x0f;
  const code = mac.readUInt32BE(offset) & 0x7fff_ffff;
  return String(code % 10 ** digits).padStart(digits, '0');
}

/** For the code after the one that was used: a code is taken once, and one period ahead is allowed. */
export const nextPeriod = (at: number): number => at + periodMs;
