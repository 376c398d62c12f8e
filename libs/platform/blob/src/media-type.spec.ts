import { seeded } from '@tongban/testkit';
import fc from 'fast-check';
import { deflateSync } from 'node:zlib';
import { blobLimits } from './limits.js';
import { allowedMediaTypes, checkContent, sniffMediaType } from './media-type.js';
import { named, zipOf } from './zip.fixture.js';

const docx = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';
const xlsx = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const pdf = Buffer.from('%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n');
const text = (content: string): Buffer => Buffer.from(content, 'utf8');

function pngOf(): Buffer {
  const chunk = (type: string, data: Buffer): Buffer => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    return Buffer.concat([length, Buffer.from(type), data, Buffer.alloc(4)]);
  };
  const header = Buffer.from('00000001000000010800000000', 'hex');
  const pixels = deflateSync(Buffer.alloc(2));
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', header),
    chunk('IDAT', pixels),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}
const png = pngOf();
const jpeg = Buffer.from(
  'ffd8ffe000104a46494600010100000100010000ffc0000b080001000101011100ffda0008010100003f00d2cf20ffd9',
  'hex',
);
const webp = Buffer.concat([
  Buffer.from('RIFF'),
  Buffer.of(16, 0, 0, 0),
  Buffer.from('WEBPVP8L'),
  Buffer.of(4, 0, 0, 0),
  Buffer.alloc(4),
]);
const samples: readonly (readonly [string, Buffer])[] = [
  ['application/pdf', pdf],
  ['image/jpeg', jpeg],
  ['image/png', png],
  ['image/webp', webp],
  ['application/ofd', named('OFD.xml', 'Doc_0/Document.xml')],
  [docx, named('[Content_Types].xml', '_rels/.rels', 'word/document.xml')],
  [xlsx, named('[Content_Types].xml', 'xl/workbook.xml', 'xl/worksheets/sheet1.xml')],
  ['text/plain', text('申请人：张三\r\n\t房屋坐落：某村 12 号\n')],
];

describe('what a content shows itself to be', () => {
  it('covers the allow list', () => {
    expect(samples.map(([type]) => type)).toEqual([...allowedMediaTypes]);
  });

  it.each(samples)('%s', (type, bytes) => {
    expect(sniffMediaType(bytes)).toBe(type);
    expect(checkContent(bytes, type)).toEqual({ ok: true, value: type });
  });

  it.each(samples)('%s with an archive behind it is two files in one', (type, bytes) => {
    const both = Buffer.concat([bytes, named('[Content_Types].xml', 'word/document.xml')]);
    expect([type, sniffMediaType(both)]).toEqual([type, undefined]);
  });

  it.each<[string, Buffer]>([
    ['HTML that calls itself a PDF further on', text('<html><script>alert(1)</script>\n%PDF-1.7\n%%EOF')],
    ['a PDF with a page behind its end', Buffer.concat([pdf, text('<script>alert(1)</script>')])],
    ['a PDF cut before its end', pdf.subarray(0, -8)],
    ['a PDF header in a text', text('%PDF-1.7 这不是文件')],
    ['SVG', text('<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>')],
    ['SVG behind a byte order mark', text('\ufeff  <svg onload="alert(1)"/>')],
    ['HTML after some words', text('说明\n<ScRiPt src=x></script>')],
    ['a shell script', text('#!/bin/sh\nrm -rf /\n')],
    ['PHP', text('你好 <?php system($_GET[0]);')],
    ['a Windows program', Buffer.concat([text('MZ'), Buffer.alloc(200)])],
    ['an ELF program', Buffer.from('7f454c4602010100000000000000000003003e00', 'hex')],
    ['text in GBK', Buffer.from('c9eac7ebc8cb', 'hex')],
    ['white space only', text(' \n\t ')],
    ['a PNG cut in half', png.subarray(0, png.length / 2)],
    ['a PNG with something behind it', Buffer.concat([png, text('tail')])],
    ['a JPEG without a picture', Buffer.from('ffd8ffe000104a46494600010100000100010000ffd9', 'hex')],
    ['a JPEG that ends in its header', jpeg.subarray(0, 20)],
    ['a WebP of another size than it says', Buffer.concat([webp, Buffer.alloc(4)])],
    ['some other archive', named('readme.txt')],
    ['an OFD that is also a Word document', named('OFD.xml', '[Content_Types].xml', 'word/document.xml')],
    ['a document with macros', named('[Content_Types].xml', 'word/document.xml', 'word/vbaProject.bin')],
    ['a document with a program', named('[Content_Types].xml', 'word/document.xml', 'word/media/setup.EXE')],
    ['a document that leaves its folder', named('[Content_Types].xml', 'word/document.xml', '../../etc/passwd')],
    ['two parts of one name', named('OFD.xml', 'OFD.xml')],
    ['something before the archive', Buffer.concat([text('PK--'), named('OFD.xml')])],
    ['a directory that names another part', zipOf([{ name: 'OFD.xml', localName: 'run.exe' }])],
    ['an archive cut before its end', named('OFD.xml').subarray(0, -1)],
  ])('%s is nothing we take', (_, bytes) => {
    expect(sniffMediaType(bytes)).toBeUndefined();
    const refused = { ok: false, refusal: { code: 'attachment.type' } };
    expect(checkContent(bytes, 'application/octet-stream')).toMatchObject(refused);
  });

  it('leaves out a document that unpacks to more than anybody needs', () => {
    const document = (unpackedBytes: number): Buffer =>
      zipOf([{ name: '[Content_Types].xml' }, { name: 'word/document.xml', unpackedBytes }]);
    expect(sniffMediaType(document(10 * blobLimits.maxAttachmentBytes - 4))).toBe(docx);
    expect(sniffMediaType(document(10 * blobLimits.maxAttachmentBytes))).toBeUndefined();
    const many = Array.from({ length: 3 }, (_, index) => ({
      name: index === 0 ? 'OFD.xml' : `Doc_${index}.xml`,
      unpackedBytes: 4 * blobLimits.maxAttachmentBytes,
    }));
    expect(sniffMediaType(zipOf(many))).toBeUndefined();
  });

  it('takes an archive with a comment', () => {
    expect(sniffMediaType(zipOf([{ name: 'OFD.xml' }], '由版式软件生成'))).toBe('application/ofd');
  });

  it('never fails on any bytes, and says nothing of damaged beginnings', () => {
    const damaged = fc
      .tuple(fc.constantFrom(...samples), fc.nat(), fc.uint8Array({ maxLength: 40 }))
      .map(([[, bytes], at, noise]) => {
        const copy = Buffer.from(bytes);
        copy.set(noise.subarray(0, Math.max(0, copy.length - (at % copy.length))), at % copy.length);
        return copy;
      });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 300 }), damaged), (bytes) => {
        const seen = sniffMediaType(bytes);
        expect(seen === undefined || allowedMediaTypes.includes(seen)).toBe(true);
      }),
      seeded({ runs: 500 }),
    );
  });
});

describe('what is declared', () => {
  const codeOf = (bytes: Buffer, declared: string): string => {
    const checked = checkContent(bytes, declared);
    return checked.ok ? checked.value : checked.refusal.code;
  };

  it.each([
    ['IMAGE/JPG', jpeg, 'image/jpeg'],
    ['text/plain; charset=UTF-8', text('好'), 'text/plain'],
    ['text/plain; charset=gb18030', text('好'), 'attachment.type'],
    ['', png, 'image/png'],
    ['application/octet-stream', pdf, 'application/pdf'],
    ['image/png', jpeg, 'attachment.type'],
    ['application/pdf', text('<html></html>'), 'attachment.type'],
    ['text/html', text('<html></html>'), 'attachment.type'],
    ['image/svg+xml', text('<svg/>'), 'attachment.type'],
    ['application/zip', named('OFD.xml'), 'attachment.type'],
    ['application/x-msdownload', text('MZ'), 'attachment.type'],
  ])('%p', (declared, bytes, outcome) => {
    expect(codeOf(bytes, declared)).toBe(outcome);
  });

  it('an empty or too large attachment is refused before its type', () => {
    expect(codeOf(Buffer.alloc(0), 'text/html')).toBe('attachment.empty');
    expect(codeOf(Buffer.alloc(blobLimits.maxAttachmentBytes + 1, 'a'), 'text/html')).toBe('attachment.too-large');
    expect(codeOf(Buffer.alloc(blobLimits.maxAttachmentBytes, 'a'), 'text/plain')).toBe('text/plain');
  });
});
