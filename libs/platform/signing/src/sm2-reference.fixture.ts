/**
 * SM2 verification written out from GB/T 32918.1/.2/.5 with whole numbers, slowly: a second implementation to hold the
 * library against. SM3 is OpenSSL's, through node:crypto.
 */
import { createHash } from 'node:crypto';

const p = 0xfffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffffn;
const a = 0xfffffffeffffffffffffffffffffffffffffffff00000000fffffffffffffffcn;
const b = 0x28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93n;
const n = 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n;
const gx = 0x32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7n;
const gy = 0xbc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0n;

type Point = readonly [bigint, bigint] | undefined;

const mod = (value: bigint, m: bigint): bigint => ((value % m) + m) % m;
function power(base: bigint, exponent: bigint, m: bigint): bigint {
  let result = 1n;
  for (let e = exponent, factor = mod(base, m); e > 0n; e >>= 1n, factor = (factor * factor) % m)
    if (e & 1n) result = (result * factor) % m;
  return result;
}
const inverse = (value: bigint): bigint => power(value, p - 2n, p);

function add(left: Point, right: Point): Point {
  if (left === undefined) return right;
  if (right === undefined) return left;
  const [x1, y1] = left;
  const [x2, y2] = right;
  if (x1 === x2 && mod(y1 + y2, p) === 0n) return undefined;
  const slope =
    x1 === x2 ? mod((3n * x1 * x1 + a) * inverse(2n * y1), p) : mod((y2 - y1) * inverse(mod(x2 - x1, p)), p);
  const x3 = mod(slope * slope - x1 - x2, p);
  return [x3, mod(slope * (x1 - x3) - y1, p)];
}

function multiply(times: bigint, point: Point): Point {
  let result: Point;
  for (let k = times, doubled = point; k > 0n; k >>= 1n, doubled = add(doubled, doubled))
    if (k & 1n) result = add(result, doubled);
  return result;
}

const bytesOf = (value: bigint): Buffer => Buffer.from(value.toString(16).padStart(64, '0'), 'hex');
const numberOf = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
const sm3 = (...parts: readonly Uint8Array[]): Buffer => createHash('sm3').update(Buffer.concat(parts)).digest();

/** GB/T 32918.2, 7.1. `signature` is r and s, 32 bytes each; `x` and `y` are base64url as in a JWK. */
export function referenceVerify(
  message: Uint8Array,
  signature: Uint8Array,
  { x, y }: { readonly x?: string; readonly y?: string },
  userId: string,
): boolean {
  const key = [numberOf(Buffer.from(x!, 'base64url')), numberOf(Buffer.from(y!, 'base64url'))] as const;
  const [r, s] = [numberOf(signature.subarray(0, 32)), numberOf(signature.subarray(32))];
  if (r < 1n || r >= n || s < 1n || s >= n) return false;
  const id = Buffer.from(userId);
  const entl = Buffer.alloc(2);
  entl.writeUInt16BE(id.length * 8);
  const z = sm3(entl, id, ...[a, b, gx, gy, ...key].map(bytesOf));
  const e = numberOf(sm3(z, message));
  const t = mod(r + s, n);
  if (t === 0n) return false;
  const point = add(multiply(s, [gx, gy]), multiply(t, key));
  return point !== undefined && mod(e + point[0], n) === r;
}
