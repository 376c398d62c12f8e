/** Whether bytes have the skeleton of an image, from the first byte to the last. Pixels are not decoded. */
const maxSegments = 10_000;
const pngSignature = Buffer.from('89504e470d0a1a0a', 'hex');
const pngChunkOverheadBytes = 12;

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const ascii = (bytes: Uint8Array, from: number, length: number): string =>
  Buffer.from(bytes.subarray(from, from + length)).toString('latin1');

/** ISO/IEC 15948: signature, IHDR, chunks, IEND, and nothing after it. */
export function isPng(bytes: Uint8Array): boolean {
  if (!pngSignature.equals(bytes.subarray(0, pngSignature.length))) return false;
  const view = viewOf(bytes);
  let at = pngSignature.length;
  for (let index = 0; index < maxSegments && at + pngChunkOverheadBytes <= bytes.length; index++) {
    const type = ascii(bytes, at + 4, 4);
    if ((index === 0) !== (type === 'IHDR')) return false;
    at += view.getUint32(at) + pngChunkOverheadBytes;
    if (type === 'IEND') return at === bytes.length;
  }
  return false;
}

/** Frame headers, ITU-T T.81 table B.1: C0…CF without DHT, JPG and DAC. */
const isFrameMarker = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);

/**
 * ITU-T T.81: segments with a frame header up to the first scan, and an end of image somewhere behind it. Cameras put
 * further pictures behind the first one, so the last byte is left open.
 */
export function isJpeg(bytes: Uint8Array): boolean {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) return false;
  const view = viewOf(bytes);
  let framed = false;
  let at = 2;
  for (let index = 0; index < maxSegments && at + 4 <= bytes.length && bytes[at] === 0xff; index++) {
    const marker = bytes[at + 1]!;
    if (marker === 0xff) {
      at++;
      continue;
    }
    const isData = marker >= 0xc0 && marker <= 0xfe && !(marker >= 0xd0 && marker <= 0xd9);
    const length = view.getUint16(at + 2);
    if (!isData || length < 2) return false;
    framed ||= isFrameMarker(marker);
    at += 2 + length;
    if (marker === 0xda) return framed && Buffer.from(bytes.subarray(at)).includes(Buffer.of(0xff, 0xd9));
  }
  return false;
}

/** RFC 9649: a RIFF container whose size is the size of the file. */
export function isWebp(bytes: Uint8Array): boolean {
  if (bytes.length < 20 || ascii(bytes, 0, 4) !== 'RIFF' || ascii(bytes, 8, 4) !== 'WEBP') return false;
  const size = viewOf(bytes).getUint32(4, true) + 8;
  return size + (size % 2) === bytes.length && ['VP8 ', 'VP8L', 'VP8X'].includes(ascii(bytes, 12, 4));
}
