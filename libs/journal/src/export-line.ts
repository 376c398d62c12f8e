import { isNodeCode, isUuid, ok, refuse, roles, type NodeCode, type Result } from '@tongban/kernel';
import { z } from 'zod';
import type { Entry } from './entry.js';

/** First line of a journal export; docs/protocol/journal-export.md. */
export interface ExportHeader {
  readonly format: typeof exportFormat;
  readonly node: NodeCode;
  /** RFC 3339, UTC. */
  readonly exportedAt: string;
}

/** Last line: without it the file was cut. */
export interface ExportTrailer {
  readonly records: number;
  readonly entries: number;
}

export type ExportLine =
  | { readonly kind: 'header'; readonly header: ExportHeader }
  | { readonly kind: 'entry'; readonly entry: Entry }
  | { readonly kind: 'end'; readonly trailer: ExportTrailer };

export const exportFormat = 'tongban-journal-export-1';

/** Longer lines are refused; an entry is refused at 4 MiB where it is written, and base64url adds nothing to its parts. */
export const maxExportLineBytes = 8 * 1024 * 1024;

const node = z.string().refine(isNodeCode, 'a 12-digit division code') as unknown as z.ZodType<NodeCode>;
const uuid = z.string().refine(isUuid, 'a UUID');
const hash = z.string().regex(/^[0-9a-f]{64}$/, '64 hexadecimal digits');
const bytesOf = (hex: string): Buffer => Buffer.from(hex, 'hex');

const entryLine = z.strictObject({
  id: uuid,
  record: uuid,
  recordClass: z.string(),
  seq: z.int().positive(),
  epoch: z.int().positive(),
  type: z.string(),
  version: z.int(),
  author: node,
  actor: z.strictObject({ subject: z.string(), role: z.enum(roles), division: node }),
  onBehalfOf: z.string().min(1).optional(),
  occurredAt: z.int(),
  recordedAt: z.int(),
  facts: z.string(),
  sealed: z.string().min(1).optional(),
  prevHash: hash,
  hash,
  signature: z.strictObject({ suite: z.string(), keyId: z.string(), value: z.string().regex(/^[\w-]+$/) }),
});
const headerLine = z.strictObject({ format: z.literal(exportFormat), node, exportedAt: z.iso.datetime() });
const trailerLine = z.strictObject({ records: z.int().nonnegative(), entries: z.int().nonnegative() });

/** One line, without its line feed. `facts` and `sealed` are texts: exactly these bytes were hashed. */
export function exportEntry(entry: Entry): string {
  const { traceparent: _trace, prevHash, hash: own, signature, ...plain } = entry;
  return JSON.stringify({
    ...plain,
    prevHash: Buffer.from(prevHash).toString('hex'),
    hash: Buffer.from(own).toString('hex'),
    signature: { ...signature, value: Buffer.from(signature.value).toString('base64url') },
  });
}

/** Refusal link.schema: not a line of an export. */
export function parseExportLine(text: string): Result<ExportLine> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return refuse('link.schema', 'not a line of JSON');
  }
  const header = headerLine.safeParse(json);
  if (header.success) return ok({ kind: 'header', header: header.data });
  const trailer = trailerLine.safeParse(json);
  if (trailer.success) return ok({ kind: 'end', trailer: trailer.data });
  const line = entryLine.safeParse(json);
  if (!line.success) return refuse('link.schema', z.prettifyError(line.error));
  const { prevHash, hash: own, signature, onBehalfOf, sealed, ...plain } = line.data;
  return ok({
    kind: 'entry',
    entry: {
      ...plain,
      ...(onBehalfOf === undefined ? {} : { onBehalfOf }),
      ...(sealed === undefined ? {} : { sealed }),
      prevHash: bytesOf(prevHash),
      hash: bytesOf(own),
      signature: { ...signature, value: Buffer.from(signature.value, 'base64url') },
    },
  });
}
