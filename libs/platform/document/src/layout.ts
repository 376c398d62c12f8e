import type { Instant } from '@tongban/kernel';

export interface Column {
  readonly title: string;
  /** Of the width, relative to the other columns. */
  readonly share: number;
}
export interface Field {
  readonly label: string;
  readonly value: string;
  /** Lines that stay free for handwriting. */
  readonly blankLines?: number;
}

/** One piece of a paper, from top to bottom. */
export type Block =
  | { readonly kind: 'title'; readonly over?: string; readonly text: string }
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'addressee'; readonly text: string }
  /** The first line is indented by two characters. */
  | { readonly kind: 'paragraph'; readonly text: string }
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  | { readonly kind: 'fields'; readonly rows: readonly Field[] }
  | { readonly kind: 'table'; readonly columns: readonly Column[]; readonly rows: readonly (readonly string[])[] }
  /** Code 128 of a number (ASCII), QR code of an address. */
  | { readonly kind: 'barcode'; readonly text: string }
  | { readonly kind: 'qr'; readonly text: string; readonly caption: string }
  | { readonly kind: 'signature'; readonly lines: readonly string[] }
  | { readonly kind: 'note'; readonly text: string };

/** A paper to be printed. The same paper always gives the same bytes. */
export interface Paper {
  /** For the file's own data, as are author and time. */
  readonly title: string;
  readonly author: string;
  readonly createdAt: Instant;
  /** At the foot of each page, before the page number. */
  readonly footer: string;
  /** Of a copy: who looked and when. It stands on every page and in the file's own data. */
  readonly mark?: string;
  readonly blocks: readonly Block[];
}

/** A4, or the roll of a receipt printer, 80 mm wide and as long as its content. */
export const paperWidths = ['a4', '80'] as const;
export type PaperWidth = (typeof paperWidths)[number];
