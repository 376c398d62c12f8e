import { canonicalJson, isNodeCode, type Json, type NodeCode } from '@tongban/kernel';
import { ed25519Suite, framed, sm3 } from '@tongban/journal';
import { z } from 'zod';
import { archiveLimits } from './limits.js';

/** What lies where in an archive; docs of the format are the README in each of them. */
export const archiveFormat = 'tongban-archive-1';
export const names = {
  readme: '说明.txt',
  manifest: 'manifest.json',
  signature: 'manifest.signature.json',
  journal: 'journal.jsonl',
  keys: 'keys.json',
  seals: 'seals.json',
} as const;
export const documentName = (id: string): string => `documents/${id}.pdf`;
export const partName = (seq: number): string => `dossier/${String(seq).padStart(6, '0')}.json`;
export const attachmentName = (digest: string, extension: string): string => `attachments/${digest}${extension}`;

const node = z.string().refine(isNodeCode, 'a 12-digit division code') as unknown as z.ZodType<NodeCode>;
const digest = z.string().regex(/^[0-9a-f]{64}$/);
const rawKey = z.string().regex(/^[\w-]{43}$/);

const fileSchema = z.strictObject({
  name: z.string().min(1).max(archiveLimits.maxNameCharacters),
  size: z.int().nonnegative().max(archiveLimits.maxFileBytes),
  sm3: digest,
});
export type ArchivedFile = z.infer<typeof fileSchema>;

export const manifestSchema = z.strictObject({
  format: z.literal(archiveFormat),
  record: z.uuid(),
  caseNumber: z.string(),
  item: z.strictObject({ code: z.string(), version: z.int(), name: z.string() }),
  closing: z.string(),
  /** Of the record's last entry. */
  head: z.strictObject({ seq: z.int().positive(), hash: digest }),
  archivedAt: z.iso.datetime(),
  archivedBy: node,
  /** `facts`: what every holder knows. `full`: with the opened dossier, documents and attachments. */
  contents: z.enum(['facts', 'full']),
  files: z.array(fileSchema).max(archiveLimits.maxFiles),
  /** Attachments that the archiving node could not open, with the code that says why. */
  missing: z.array(z.strictObject({ digest, code: z.string() })).max(archiveLimits.maxFiles),
});
export type Manifest = z.infer<typeof manifestSchema>;

export const signatureSchema = z.strictObject({ suite: z.string(), keyId: z.string(), value: z.string() });
export const keysSchema = z
  .array(z.strictObject({ keyId: z.string(), node, suite: z.literal(ed25519Suite), signing: rawKey, sealing: rawKey }))
  .max(archiveLimits.maxFiles);
export const sealsSchema = z
  .array(
    z.strictObject({
      document: z.string(),
      file: z.string(),
      sm3: digest,
      /** The bytes that the seal covers, base64url: domain, record, document and digest, each behind its length. */
      signature: signatureSchema,
    }),
  )
  .max(archiveLimits.maxFiles);
export type ArchivedSeals = z.infer<typeof sealsSchema>;

export const jsonBytes = (value: unknown): Buffer =>
  Buffer.from(canonicalJson(JSON.parse(JSON.stringify(value)) as Json), 'utf8');

/** What the archiving node signs. */
export const manifestStatement = (manifest: Uint8Array): Uint8Array => framed([archiveFormat, sm3(manifest)]);

/** The same as a document's seal covers where it is handed out. */
export const sealStatement = (record: string, document: string, fileDigest: Uint8Array): Uint8Array =>
  framed(['tongban-document-1', record, document, fileDigest]);
