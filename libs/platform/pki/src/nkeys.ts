import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';

/** Kinds of NATS nkeys (Ed25519), with the value that makes the first letter of what is written. */
const prefixes = { operator: 14 << 3, account: 0, user: 20 << 3 } as const;
export type NkeyKind = keyof typeof prefixes;
const seedPrefix = 18 << 3;

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const bitsOfByte = 8;
const bitsOfLetter = 5;
const seedBytes = 32;
const checksumBytes = 2;

/** Base32 without padding (RFC 4648). */
function base32(bytes: Uint8Array): string {
  let [text, held, bits] = ['', 0, 0];
  for (const byte of bytes) {
    held = (held << bitsOfByte) | byte;
    for (bits += bitsOfByte; bits >= bitsOfLetter; bits -= bitsOfLetter)
      text += alphabet[(held >> (bits - bitsOfLetter)) & 31];
    held &= (1 << bits) - 1;
  }
  return bits === 0 ? text : text + alphabet[(held << (bitsOfLetter - bits)) & 31];
}

function fromBase32(text: string): Uint8Array {
  const bytes: number[] = [];
  let [held, bits] = [0, 0];
  for (const letter of text) {
    const value = alphabet.indexOf(letter);
    if (value < 0) throw new Error('no base32');
    held = (held << bitsOfLetter) | value;
    bits += bitsOfLetter;
    if (bits < bitsOfByte) continue;
    bits -= bitsOfByte;
    bytes.push((held >> bits) & 0xff);
    held &= (1 << bits) - 1;
  }
  return Uint8Array.from(bytes);
}

/** CRC-16/XMODEM, as nkeys end. */
function checksum(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte << bitsOfByte;
    for (let bit = 0; bit < bitsOfByte; bit++) crc = (crc & 0x8000) === 0 ? crc << 1 : (crc << 1) ^ 0x1021;
    crc &= 0xffff;
  }
  return crc;
}

function written(...parts: readonly Uint8Array[]): string {
  const content = Buffer.concat(parts);
  const end = Buffer.alloc(checksumBytes);
  end.writeUInt16LE(checksum(content));
  return base32(Buffer.concat([content, end]));
}

/** DER around a raw Ed25519 private key (RFC 8410). */
const privateKeyHead = Buffer.from('302e020100300506032b657004220420', 'hex');
const publicKeyBytes = 32;

/** An Ed25519 key as NATS writes it. */
export interface Nkey {
  readonly kind: NkeyKind;
  /** `S` and the letter of its kind: the secret. */
  readonly seed: string;
  /** `O…`, `A…`, `U…`. */
  readonly publicKey: string;
  sign(bytes: Uint8Array): Buffer;
}

function nkeyOf(kind: NkeyKind, raw: Uint8Array): Nkey {
  const key: KeyObject = createPrivateKey({ key: Buffer.concat([privateKeyHead, raw]), format: 'der', type: 'pkcs8' });
  const der = createPublicKey(key).export({ format: 'der', type: 'spki' });
  const prefix = prefixes[kind];
  return {
    kind,
    seed: written(Uint8Array.of(seedPrefix | (prefix >> bitsOfLetter), (prefix & 31) << 3), raw),
    publicKey: written(Uint8Array.of(prefix), der.subarray(-publicKeyBytes)),
    sign: (bytes) => sign(null, bytes, key),
  };
}

export function newNkey(kind: NkeyKind): Nkey {
  const der = generateKeyPairSync('ed25519').privateKey.export({ format: 'der', type: 'pkcs8' });
  return nkeyOf(kind, der.subarray(-seedBytes));
}

/** @throws when it is no seed of a kind known here, or was mistyped */
export function nkeyFromSeed(seed: string): Nkey {
  const bytes = fromBase32(seed);
  const content = bytes.subarray(0, -checksumBytes);
  if (content.length !== seedBytes + 2 || Buffer.from(bytes).readUInt16LE(content.length) !== checksum(content))
    throw new Error('no nkey seed');
  // The last letter carries more bits than the bytes fill: only one way of writing is taken.
  if (base32(bytes) !== seed) throw new Error('no nkey seed');
  const [first = 0, second = 0] = content;
  const prefix = ((first & 7) << bitsOfLetter) | (second >> 3);
  const kind = (Object.keys(prefixes) as NkeyKind[]).find((name) => prefixes[name] === prefix);
  if (kind === undefined || (first & 0xf8) !== seedPrefix) throw new Error('no nkey seed of a kind that is used here');
  return nkeyOf(kind, content.subarray(2));
}
