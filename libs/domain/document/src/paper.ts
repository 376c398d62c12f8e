/**
 * What a document says from top to bottom, without measures. A printer of papers (platform/document) draws blocks of
 * this shape; it knows no documents, and this layer knows no printer.
 */
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
export type Block =
  | { readonly kind: 'title'; readonly over?: string; readonly text: string }
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'addressee'; readonly text: string }
  | { readonly kind: 'paragraph'; readonly text: string }
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  | { readonly kind: 'fields'; readonly rows: readonly Field[] }
  | { readonly kind: 'table'; readonly columns: readonly Column[]; readonly rows: readonly (readonly string[])[] }
  | { readonly kind: 'barcode'; readonly text: string }
  | { readonly kind: 'qr'; readonly text: string; readonly caption: string }
  | { readonly kind: 'signature'; readonly lines: readonly string[] }
  | { readonly kind: 'note'; readonly text: string };

export const paragraph = (text: string): Block => ({ kind: 'paragraph', text });
export const heading = (text: string): Block => ({ kind: 'heading', text });
export const note = (text: string): Block => ({ kind: 'note', text });
export const fields = (rows: readonly (readonly [label: string, value: string | undefined])[]): Block => ({
  kind: 'fields',
  rows: rows.flatMap(([label, value]) => (value === undefined ? [] : [{ label, value }])),
});
