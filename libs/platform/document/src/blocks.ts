import { drawRow } from './cells.js';
import { textWidth } from './font.js';
import type { Block } from './layout.js';
import type { Sheet } from './sheet.js';
import { code128, qrCode } from './symbols.js';

type Draw<K extends Block['kind']> = (sheet: Sheet, block: Extract<Block, { kind: K }>) => void;

const indentOf = ({ style }: Sheet): number => (style.isRoll ? 0 : 2 * style.text);
const gap = (sheet: Sheet, share: number): void => sheet.skip(sheet.style.text * share);

const pointsPerMm = 72 / 25.4;
const barcodeHeight = 11 * pointsPerMm;
/** Widest module of a bar code: wider ones are no easier to read. */
const widestModule = 0.33 * pointsPerMm;
const qrSide = 26 * pointsPerMm;
/** Empty modules that a reader needs around a symbol (ISO/IEC 18004 §5.3.8, ISO/IEC 15417 §4.6). */
const qrQuietModules = 4;
const barQuietModules = 10;

function drawTable(sheet: Sheet, { columns, rows }: Extract<Block, { kind: 'table' }>): void {
  const size = sheet.style.isRoll ? sheet.style.small : sheet.style.text - 1;
  const shares = columns.reduce((sum, { share }) => sum + share, 0);
  const widths = columns.map(({ share }) => (sheet.width * share) / shares);
  const head = (): void =>
    drawRow(
      sheet,
      columns.map(({ title }, index) => ({ text: title, width: widths[index] ?? 0, align: 'center' as const })),
      size,
    );
  // The head with at least one row.
  sheet.ensure(size * 5);
  sheet.underHead(head, () => {
    for (const row of rows) {
      drawRow(
        sheet,
        row.map((text, index) => ({ text, width: widths[index] ?? 0 })),
        size,
      );
    }
  });
  gap(sheet, 0.5);
}

function drawFields(sheet: Sheet, { rows }: Extract<Block, { kind: 'fields' }>): void {
  const { style } = sheet;
  const size = style.isRoll ? style.text : style.text - 0.5;
  for (const { label, value, blankLines = 0 } of rows) {
    if (style.isRoll) {
      const labelWidth = sheet.width * style.labelShare;
      const top = sheet.y;
      sheet.text(value === '' ? '　' : value, { size, left: sheet.left + labelWidth, width: sheet.width - labelWidth });
      // On a roll there is one page, so the label stands where its value begins.
      sheet.line(label, top, { size });
    } else {
      const label_ = { text: label, width: sheet.width * style.labelShare, align: 'center' as const };
      drawRow(sheet, [label_, { text: value, width: sheet.width - label_.width }], size, Math.max(1, blankLines));
    }
  }
  gap(sheet, 0.5);
}

function drawBarcode(sheet: Sheet, text: string): void {
  const symbol = code128(text);
  const module = Math.min(widestModule, sheet.width / (symbol.width + 2 * barQuietModules));
  const { small } = sheet.style;
  sheet.ensure(barcodeHeight + small * 2);
  const x = sheet.left + (sheet.width - symbol.width * module) / 2;
  sheet.symbol(symbol, x, sheet.y, { width: module, height: barcodeHeight });
  sheet.skip(barcodeHeight + small * 0.3);
  sheet.text(text, { size: small, align: 'center' });
  gap(sheet, 0.4);
}

function drawQr(sheet: Sheet, { text, caption }: Extract<Block, { kind: 'qr' }>): void {
  const symbol = qrCode(text);
  const { small } = sheet.style;
  sheet.ensure(qrSide + small * 4);
  const module = qrSide / (symbol.width + 2 * qrQuietModules);
  const x = sheet.left + (sheet.width - symbol.width * module) / 2;
  sheet.symbol(symbol, x, sheet.y + qrQuietModules * module, { width: module, height: module });
  sheet.skip(qrSide);
  sheet.text(caption, { size: small, align: 'center' });
  gap(sheet, 0.4);
}

function drawSignature(sheet: Sheet, lines: readonly string[]): void {
  const size = sheet.style.text;
  const height = size * sheet.style.leading;
  gap(sheet, 2);
  // Not torn from each other: a page with nothing but a date could belong to any paper.
  sheet.ensure(height * lines.length);
  const widest = Math.max(...lines.map((line) => textWidth(line, size)));
  const width = Math.min(sheet.width, widest);
  for (const line of lines) sheet.text(line, { size, align: 'center', left: sheet.left + sheet.width - width, width });
}

const blocks: { readonly [K in Block['kind']]: Draw<K> } = {
  title(sheet, { over, text }) {
    if (over !== undefined) sheet.text(over, { size: sheet.style.over, align: 'center' });
    sheet.text(text, { size: sheet.style.title, align: 'center' });
    gap(sheet, 0.5);
  },
  number(sheet, { text }) {
    sheet.text(text, { size: sheet.style.small + 1, align: sheet.style.isRoll ? 'center' : 'right' });
    gap(sheet, 0.6);
  },
  addressee(sheet, { text }) {
    sheet.text(text, { size: sheet.style.text });
  },
  paragraph(sheet, { text }) {
    for (const paragraph of text.split('\n'))
      sheet.text(paragraph, { size: sheet.style.text, indent: indentOf(sheet) });
  },
  heading(sheet, { text }) {
    gap(sheet, 0.4);
    // With at least two lines of what it heads.
    sheet.ensure(sheet.style.heading * sheet.style.leading + 2 * sheet.style.text * sheet.style.leading);
    sheet.text(text, { size: sheet.style.heading });
    gap(sheet, 0.2);
  },
  list(sheet, { items }) {
    const { text: size, isRoll } = sheet.style;
    const inset = isRoll ? 0 : size;
    items.forEach((item, index) => {
      const mark = `${index + 1}. `;
      const hang = textWidth(mark, size);
      sheet.ensure(size * sheet.style.leading);
      sheet.line(mark, sheet.y, { size, left: sheet.left + inset });
      sheet.text(item, { size, left: sheet.left + inset + hang, width: sheet.width - inset - hang });
    });
    gap(sheet, 0.3);
  },
  fields: drawFields,
  table: drawTable,
  barcode: (sheet, { text }) => drawBarcode(sheet, text),
  qr: drawQr,
  signature: (sheet, { lines }) => drawSignature(sheet, lines),
  note(sheet, { text }) {
    gap(sheet, 0.5);
    sheet.text(text, { size: sheet.style.small, leading: sheet.style.tableLeading });
  },
};

export function drawBlock<K extends Block['kind']>(sheet: Sheet, block: Extract<Block, { kind: K }>): void {
  (blocks[block.kind as K] as Draw<K>)(sheet, block);
}
