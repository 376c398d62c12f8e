import { createRequire } from 'node:module';
import { drawBlock } from './blocks.js';
import { paperFont } from './font.js';
import type { Paper, PaperWidth } from './layout.js';
import { Sheet } from './sheet.js';
import { styles, type Style } from './style.js';

export interface RenderOptions {
  readonly width?: PaperWidth;
}

const require = createRequire(import.meta.url);

/** pdfkit takes a font that fontkit has read; its types know bytes only. */
const font = (): Buffer => paperFont() as unknown as Buffer;

function openDocument({ title, author, createdAt }: Paper, style: Style) {
  // Loaded with the first paper: it costs a process that prints none 30 MB.
  const PDFDocument = require('pdfkit') as typeof import('pdfkit');
  const at = new Date(createdAt);
  return new PDFDocument({
    size: [style.pageWidth, style.pageHeight],
    // Margins are the sheet's business; pdfkit must never break a page by itself.
    margin: 0,
    subset: 'PDF/A-2b',
    pdfVersion: '1.7',
    bufferPages: true,
    lang: 'zh-CN',
    displayTitle: true,
    info: { Title: title, Author: author, Creator: 'Tongban', Producer: 'Tongban', CreationDate: at, ModDate: at },
  }).font(font());
}

function drawAll(sheet: Sheet, { blocks }: Paper): void {
  for (const block of blocks) drawBlock(sheet, block);
  if (sheet.missing.size === 0) return;
  const codes = [...sheet.missing].join('、');
  const text = `注：${codes}为本机字库没有的字，以其统一码（Unicode）代号表示，以申请材料原件上的写法为准。`;
  drawBlock(sheet, { kind: 'note', text });
}

function drawFooters(doc: PDFKit.PDFDocument, sheet: Sheet, footer: string): void {
  const { small: size, pageHeight, margin } = sheet.style;
  const { count } = doc.bufferedPageRange();
  for (let page = 0; page < count; page++) {
    doc.switchToPage(page);
    const top = pageHeight - margin.bottom / 2 - size;
    const number = `第 ${page + 1} 页，共 ${count} 页`;
    const [line = ''] = sheet.linesOf(footer, size, sheet.width * 0.75);
    sheet.line(line, top, { size });
    sheet.line(number, top, { size, align: 'right' });
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
  if (!style.isRoll) drawFooters(doc, sheet, paper.footer);
  return finish(doc);
}
