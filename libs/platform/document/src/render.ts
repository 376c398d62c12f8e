import { createRequire } from 'node:module';
import { drawBlock } from './blocks.js';
import { paperFont } from './font.js';
import type { Paper, PaperWidth } from './layout.js';
import { printable } from './printable.js';
import { Sheet } from './sheet.js';
import { styles, type Style } from './style.js';

export interface RenderOptions {
  readonly width?: PaperWidth;
}

const require = createRequire(import.meta.url);

/** pdfkit takes a font that fontkit has read; its types know bytes only. */
const font = (): Buffer => paperFont() as unknown as Buffer;

/** Of a mark on a page: the longest that leaves the text above it alone. */
const mostMarkLines = 2;

const wideSigns: Readonly<Record<string, string>> = { '&': '＆', '<': '＜', '>': '＞' };
/** For the file's own data: pdfkit writes them into XML as they are. */
const plain = (text: string): string => printable(text).text.replaceAll(/[&<>]/g, (sign) => wideSigns[sign] ?? sign);

function infoOf({ title, author, createdAt, mark }: Paper): PDFKit.DocumentInfo {
  const at = new Date(createdAt);
  const made = { Creator: 'Tongban', Producer: 'Tongban', CreationDate: at, ModDate: at };
  const info = { Title: plain(title), Author: plain(author), ...made };
  return mark === undefined ? info : { ...info, Subject: plain(mark) };
}

function openDocument(paper: Paper, style: Style) {
  // Loaded with the first paper: it costs a process that prints none 30 MB.
  const PDFDocument = require('pdfkit') as typeof import('pdfkit');
  return new PDFDocument({
    size: [style.pageWidth, style.pageHeight],
    // Margins are the sheet's business; pdfkit must never break a page by itself.
    margin: 0,
    subset: 'PDF/A-2b',
    pdfVersion: '1.7',
    bufferPages: true,
    lang: 'zh-CN',
    displayTitle: true,
    info: infoOf(paper),
  }).font(font());
}

function drawAll(sheet: Sheet, { blocks, mark }: Paper): void {
  for (const block of blocks) drawBlock(sheet, block);
  // A roll has no foot.
  if (sheet.style.isRoll && mark !== undefined) drawBlock(sheet, { kind: 'note', text: mark });
  if (sheet.missing.size === 0) return;
  const codes = [...sheet.missing].join('、');
  const text = `注：${codes}为本机字库没有的字，以其统一码（Unicode）代号表示，以申请材料原件上的写法为准。`;
  drawBlock(sheet, { kind: 'note', text });
}

function drawFooters(doc: PDFKit.PDFDocument, sheet: Sheet, { footer, mark = '' }: Paper): void {
  const { small: size, mark: markSize, leading, pageHeight, margin } = sheet.style;
  const marks = sheet.linesOf(mark, markSize, sheet.width).slice(0, mostMarkLines);
  const { count } = doc.bufferedPageRange();
  for (let page = 0; page < count; page++) {
    doc.switchToPage(page);
    const top = pageHeight - margin.bottom / 2 - size;
    const number = `第 ${page + 1} 页，共 ${count} 页`;
    const [line = ''] = sheet.linesOf(footer, size, sheet.width * 0.75);
    sheet.line(line, top, { size });
    sheet.line(number, top, { size, align: 'right' });
    marks.forEach((text, index) => {
      sheet.line(text, top - (marks.length - index) * markSize * leading, { size: markSize });
    });
  }
}

function finish(doc: PDFKit.PDFDocument): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  return new Promise((resolve, reject) => {
    doc.on('data', (chunk: Uint8Array) => chunks.push(chunk));
    doc.on('end', () => resolve(Buffer.concat(chunks)));
    doc.on('error', reject);
    doc.end();
  });
}

/** How long a roll must be: drawn once on the longest page, and thrown away. */
function rollHeight(paper: Paper, style: Style): number {
  const sheet = new Sheet(openDocument(paper, style), style);
  drawAll(sheet, paper);
  return Math.min(style.pageHeight, sheet.y + style.margin.bottom);
}

/**
 * The paper as PDF/A-2b (ISO 19005-2) with its font embedded and its text to be selected and searched. The same paper
 * gives the same bytes, so that a digest of it can be signed and found again.
 */
export async function renderPdf(paper: Paper, { width = 'a4' }: RenderOptions = {}): Promise<Buffer> {
  const base = styles[width];
  const style = base.isRoll ? { ...base, pageHeight: rollHeight(paper, base) } : base;
  const doc = openDocument(paper, style);
  const sheet = new Sheet(doc, style);
  drawAll(sheet, paper);
  if (!style.isRoll) drawFooters(doc, sheet, paper);
  return finish(doc);
}
