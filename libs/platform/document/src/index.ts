export { paperWidths, type Block, type Column, type Field, type Paper, type PaperWidth } from './layout.js';
export { printable } from './printable.js';
export { renderPdf, type RenderOptions } from './render.js';
export { qrCode, type CodeSymbol } from './symbols.js';
export { escaped, Markup, markup } from './markup.js';
