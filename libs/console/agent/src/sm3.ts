/**
 * SM3 (GB/T 32905-2016), which browsers do not have: the name of a sealed file is the digest of its bytes. Checked against
 * the server's implementation by this library's tests.
 */
const blockBytes = 64;
const lengthBytes = 8;
const rounds = 64;
const firstRounds = 16;
const initial = [
  0x7380166f, 0x4914b2b9, 0x172442d7, 0xda8a0600, 0xa96f30bc, 0x163138aa, 0xe38dee4d, 0xb0fb0e4e,
] as const;

const rotate = (value: number, by: number): number => (value << (by & 31)) | (value >>> (32 - (by & 31)));
const p0 = (x: number): number => x ^ rotate(x, 9) ^ rotate(x, 17);
const p1 = (x: number): number => x ^ rotate(x, 15) ^ rotate(x, 23);

/** The round constants, turned by the number of their round. */
const constants = Int32Array.from({ length: rounds }, (_, j) =>
  rotate(j < firstRounds ? 0x79cc4519 : 0x7a879d8a, j % 32),
);

const expanded = new Int32Array(rounds + 4);

function compress(state: Int32Array, block: DataView, offset: number): void {
  const w = expanded;
  for (let j = 0; j < 16; j++) w[j] = block.getInt32(offset + j * 4);
  for (let j = 16; j < w.length; j++) {
    w[j] = p1(w[j - 16]! ^ w[j - 9]! ^ rotate(w[j - 3]!, 15)) ^ rotate(w[j - 13]!, 7) ^ w[j - 6]!;
  }
  let [a, b, c, d, e, f, g, h] = state as unknown as [number, number, number, number, number, number, number, number];
  for (let j = 0; j < rounds; j++) {
    const a12 = rotate(a, 12);
    const ss1 = rotate((a12 + e + constants[j]!) | 0, 7);
    const ff = j < firstRounds ? a ^ b ^ c : (a & b) | (a & c) | (b & c);
    const gg = j < firstRounds ? e ^ f ^ g : (e & f) | (~e & g);
    const tt1 = (ff + d + (ss1 ^ a12) + (w[j]! ^ w[j + 4]!)) | 0;
    const tt2 = (gg + h + ss1 + w[j]!) | 0;
    [d, c, b, a] = [c, rotate(b, 9), a, tt1];
    [h, g, f, e] = [g, rotate(f, 19), e, p0(tt2)];
  }
  const turned = [a, b, c, d, e, f, g, h];
  for (let i = 0; i < turned.length; i++) state[i] = state[i]! ^ turned[i]!;
}

/** Lower-case hexadecimal, 64 digits. */
export function sm3(bytes: Uint8Array): string {
  const state = Int32Array.from(initial);
  const whole = bytes.length - (bytes.length % blockBytes);
  const body = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < whole; at += blockBytes) compress(state, body, at);
  const left = bytes.length - whole;
  const tail = new DataView(new ArrayBuffer(left + 1 + lengthBytes > blockBytes ? 2 * blockBytes : blockBytes));
  for (let i = 0; i < left; i++) tail.setUint8(i, bytes[whole + i]!);
  tail.setUint8(left, 0x80);
  tail.setBigUint64(tail.byteLength - lengthBytes, BigInt(bytes.length) * 8n);
  for (let at = 0; at < tail.byteLength; at += blockBytes) compress(state, tail, at);
  return Array.from(state, (word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
}
