import { ok, refuse, type Result } from '@tongban/kernel';
import { isJpeg, isPng, isWebp } from './images.js';
import { blobLimits } from './limits.js';
import { zipEnd, zipNames } from './zip.js';

/** What applicants hand in: scans, photographs, layout and office documents, plain text. Nothing that runs. */
export const allowedMediaTypes = [
  'application/pdf',
  'image/jpeg',
  'image/png',
  'image/webp',
  'application/ofd',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  'text/plain',
] as const;
export type MediaType = (typeof allowedMediaTypes)[number];

/** Names in use besides the registered ones. */
const aliases: Readonly<Record<string, MediaType>> = {
  'image/jpg': 'image/jpeg',
  'image/pjpeg': 'image/jpeg',
  'application/x-pdf': 'application/pdf',
  'application/x-ofd': 'application/ofd',
  'application/vnd.ofd': 'application/ofd',
};
/** Sent by browsers for files whose ending they do not know, as OFD's: the content alone decides. */
const undeclared: readonly string[] = ['', 'application/octet-stream'];

const pdfTailBytes = 1024;
const activePart = /vbaproject|activex|macrosheets|\.(exe|dll|com|scr|msi|js|vbs|bat|cmd|ps1|jar|sh)$/i;
const escaping = /(^|[/\\])\.\.([/\\]|$)|^[/\\]|^[a-z]:/i;
const markup =
  /<\s*(!doctype|\?xml|\?php|script|html|head|body|svg|iframe|object|embed|img|form|link|style|meta)\b|javascript:|^\ufeff?\s*[<]|^\ufeff?#!/i;
/** C0 controls that no text holds; tab, line ends and form feed do occur. */
const controls = /[\u0000-\u0008\u000b\u000e-\u001f\u007f]/;

/** The media type that the content itself shows; undefined when it is none of the allowed ones. */
export function sniffMediaType(bytes: Uint8Array): MediaType | undefined {
  if (bytes[0] === 0x50 && bytes[1] === 0x4b) return officeType(zipNames(bytes));
  // A file that is also an archive for whoever reads from its end is two files in one.
  if (zipEnd(bytes) !== undefined) return undefined;
  if (isPdf(bytes)) return 'application/pdf';
  if (isJpeg(bytes)) return 'image/jpeg';
  if (isPng(bytes)) return 'image/png';
  if (isWebp(bytes)) return 'image/webp';
  return isPlainText(bytes) ? 'text/plain' : undefined;
}

/** ISO 32000: the header in the first byte (readers look further, we do not) and only white space after the last end mark. */
function isPdf(bytes: Uint8Array): boolean {
  const text = (from: number, to?: number): string => Buffer.from(bytes.subarray(from, to)).toString('latin1');
  if (!/^%PDF-[12]\.\d/.test(text(0, 8))) return false;
  return /%%EOF[\u0000\s]*$/.test(text(Math.max(0, bytes.length - pdfTailBytes)));
}

/** ECMA-376 part 2 and GB/T 33190-2016: the part that every document of the kind has. */
function officeType(names: ReadonlySet<string> | undefined): MediaType | undefined {
  if (names === undefined) return undefined;
  for (const name of names) if (activePart.test(name) || escaping.test(name)) return undefined;
  const kinds: MediaType[] = [];
  if (names.has('OFD.xml')) kinds.push('application/ofd');
  if (names.has('[Content_Types].xml')) {
    if (names.has('word/document.xml')) {
      kinds.push('application/vnd.openxmlformats-officedocument.wordprocessingml.document');
    }
    if (names.has('xl/workbook.xml')) kinds.push('application/vnd.openxmlformats-officedocument.spreadsheetml.sheet');
  }
  return kinds.length === 1 ? kinds[0] : undefined;
}

function isPlainText(bytes: Uint8Array): boolean {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return text.trim() !== '' && !controls.test(text) && !markup.test(text) && !text.startsWith('%PDF');
  } catch {
    return false;
  }
}

/**
 * The media type of an attachment that may be kept. `declared` is a Content-Type as it was sent.
 *
 * Refusals: attachment.empty, attachment.too-large, attachment.type.
 */
export function checkContent(bytes: Uint8Array, declared: string): Result<MediaType> {
  if (bytes.length === 0) return refuse('attachment.empty', '附件为空');
  if (bytes.length > blobLimits.maxAttachmentBytes) {
    const mebibytes = blobLimits.maxAttachmentBytes / 1024 / 1024;
    return refuse('attachment.too-large', `附件不能超过 ${mebibytes} MB`, { limit: blobLimits.maxAttachmentBytes });
  }
  const [name = '', ...parameters] = declared.split(';').map((part) => part.trim().toLowerCase());
  const claimed = aliases[name] ?? name;
  const known = allowedMediaTypes.find((type) => type === claimed);
  if (known === undefined && !undeclared.includes(name)) return refuse('attachment.type', '不接收这种类型的附件');
  const seen = sniffMediaType(bytes);
  if (seen === undefined) return refuse('attachment.type', '附件内容不是可接收的文件，或文件不完整');
  if (known !== undefined && known !== seen) {
    return refuse('attachment.type', '附件内容与声明的类型不符', { declared: known, seen });
  }
  const charset = parameters.find((parameter) => parameter.startsWith('charset='));
  if (seen === 'text/plain' && charset !== undefined && !/^charset="?utf-?8"?$/.test(charset)) {
    return refuse('attachment.type', '文本附件须为 UTF-8 编码');
  }
  return ok(seen);
}
