import { crc32, deflateSync } from 'node:zlib';

export interface Paper {
  readonly mediaType: string;
  readonly extension: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** A PDF of one empty page (ISO 32000-1 §7.5) whose information dictionary makes it different from every other. */
export function pdfPaper(subject: string): Paper {
  const title = Buffer.from(subject, 'utf16le').swap16().toString('hex');
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>',
    `<< /Title <feff${title}> >>`,
  ];
  let text = '%PDF-1.7\n';
  const offsets = objects.map((object, index) => {
    const offset = text.length;
    text += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return `${String(offset).padStart(10, '0')} 00000 n \n`;
  });
  const size = objects.length + 1;
  const table = `xref\n0 ${size}\n0000000000 65535 f \n${offsets.join('')}`;
  const end = `trailer\n<< /Size ${size} /Root 1 0 R /Info 4 0 R >>\nstartxref\n${text.length}\n%%EOF\n`;
  return { mediaType: 'application/pdf', extension: 'pdf', bytes: new Uint8Array(Buffer.from(text + table + end)) };
}

const pngSignature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const pngSide = 16;

function pngChunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}

/** A grey PNG (ISO/IEC 15948) of 16 × 16 points made of `seed`, at least 256 bytes of it. */
export function pngPaper(seed: Uint8Array): Paper {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(pngSide, 0);
  header.writeUInt32BE(pngSide, 4);
  header[8] = 8; // bits of a sample; grey, deflate, no filter, no interlace are all 0
  const rows = Array.from({ length: pngSide }, (_, row) =>
    Buffer.concat([Buffer.from([0]), Buffer.from(seed.subarray(row * pngSide, (row + 1) * pngSide))]),
  );
  const chunks = [
    pngChunk('IHDR', header),
    pngChunk('IDAT', deflateSync(Buffer.concat(rows))),
    pngChunk('IEND', Buffer.alloc(0)),
  ];
  return {
    mediaType: 'image/png',
    extension: 'png',
    bytes: new Uint8Array(Buffer.concat([pngSignature, ...chunks])),
  };
}

export const pngSeedBytes = pngSide * pngSide;
