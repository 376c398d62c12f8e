import { textWidth } from './font.js';
import type { Style } from './style.js';
import type { CodeSymbol } from './symbols.js';
import { printable } from './printable.js';
import { wrap } from './wrap.js';

export interface LineOptions {
  readonly size: number;
  readonly leading?: number;
  readonly align?: 'left' | 'center' | 'right';
  /** Of the first line, in points. */
  readonly indent?: number;
  readonly left?: number;
  readonly width?: number;
}

/** Where Chinese letters sit in their line: the box of the font is higher than the letters. */
const baselineShare = 0.88;
const ruleWidth = 0.6;

/** Pages that are filled from top to bottom. */
export class Sheet {
  /** Top of what comes next. */
  y: number;
  readonly missing = new Set<string>();
  private pageHead: (() => void) | undefined;

  constructor(
    private readonly doc: PDFKit.PDFDocument,
    readonly style: Style,
  ) {
    this.y = style.margin.top;
  }

  get left(): number {
    return this.style.margin.side;
  }
  get width(): number {
    return this.style.pageWidth - 2 * this.style.margin.side;
  }
  get bottom(): number {
    return this.style.pageHeight - this.style.margin.bottom;
  }

  /** Starts a page when less than `height` is left of this one; a height beyond a page starts one too. */
  ensure(height: number): void {
    if (this.y + height <= this.bottom || this.y === this.style.margin.top) return;
    this.doc.addPage();
    this.y = this.style.margin.top;
    this.pageHead?.();
  }

  /** Draws `head` now, and again at the top of each page that `body` begins. */
  underHead(head: () => void, body: () => void): void {
    head();
    this.pageHead = head;
    body();
    this.pageHead = undefined;
  }

  skip(height: number): void {
    this.y += height;
  }

  /** Lines of a text as they will be drawn; characters that cannot be shown are noted. */
  linesOf(text: string, size: number, width: number, indent = 0): string[] {
    const shown = printable(text);
    for (const code of shown.missing) this.missing.add(code);
    return wrap(shown.text, width, (piece) => textWidth(piece, size), indent);
  }

  text(text: string, options: LineOptions): void {
    const { size, indent = 0, leading = this.style.leading } = options;
    const width = options.width ?? this.width;
    const lines = this.linesOf(text, size, width, indent);
    lines.forEach((line, index) => {
      this.ensure(size * leading);
      // The indent is kept where a paragraph goes on behind a line break of the text itself.
      this.line(line, this.y, { ...options, indent: index === 0 ? indent : 0 });
      this.y += size * leading;
    });
  }

  /** One line at a height of its own. */
  line(line: string, top: number, options: LineOptions): void {
    const { size, align = 'left', indent = 0, leading = this.style.leading } = options;
    const width = options.width ?? this.width;
    const free = width - textWidth(line, size);
    const shift = align === 'left' ? indent : align === 'center' ? free / 2 : free;
    const x = (options.left ?? this.left) + Math.max(0, shift);
    const y = top + (size * leading - size) / 2 + size * baselineShare;
    if (line === '') return;
    this.doc.fontSize(size).text(line, x, y, { lineBreak: false, baseline: 'alphabetic', features: [] });
  }

  box(x: number, y: number, width: number, height: number): void {
    this.doc.lineWidth(ruleWidth).rect(x, y, width, height).stroke();
  }

  rule(y: number): void {
    this.doc
      .lineWidth(ruleWidth)
      .moveTo(this.left, y)
      .lineTo(this.left + this.width, y)
      .stroke();
  }

  /** A code with modules of the given size. */
  symbol(symbol: CodeSymbol, x: number, y: number, module: { readonly width: number; readonly height: number }): void {
    for (const bar of symbol.bars) {
      this.doc.rect(
        x + bar.x * module.width,
        y + bar.y * module.height,
        bar.width * module.width,
        bar.height * module.height,
      );
    }
    this.doc.fill('black');
  }
}
