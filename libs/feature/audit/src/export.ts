import { framed, sm3, type KeyDirectory, type Keystore } from '@tongban/journal';
import { isNodeCode, type NodeCode } from '@tongban/kernel';
import { z } from 'zod';
import { emptyHead, findBreak, type AuditLine } from './chain.js';

export const auditExportFormat = 'tongban-audit-export-1';

const hex = z.string().regex(/^[0-9a-f]{64}$/);
const text = z.string().nullable();
const lineSchema = z.strictObject({
  ...{ node: z.string(), seq: z.int().positive(), at: z.iso.datetime(), operation: z.string() },
  ...{ subject: text, role: text, division: text, record: text, status: z.int(), code: text },
  ...{ address: z.string(), traceId: z.string(), prevHash: hex, hash: hex },
});
const statementSchema = z.strictObject({
  ...{ format: z.literal(auditExportFormat), node: z.string().refine(isNodeCode), first: z.int(), last: z.int() },
  ...{ hash: hex, exportedAt: z.iso.datetime() },
  signature: z.strictObject({ suite: z.string(), keyId: z.string(), value: z.string() }),
});

export const shownLine = ({ at, prevHash, hash, ...line }: AuditLine) => ({
  ...line,
  at: new Date(at).toISOString(),
  prevHash: Buffer.from(prevHash).toString('hex'),
  hash: Buffer.from(hash).toString('hex'),
});

const signed = (node: string, first: number, last: number, hash: string, exportedAt: string): Buffer =>
  sm3(framed([auditExportFormat, node, first, last, hash, exportedAt]));

/** JSON lines, and as the last one the node's signed statement of what they are. */
export function exportLines(lines: readonly AuditLine[], node: NodeCode, keystore: Keystore, now: number): string {
  const shown = lines.map(shownLine);
  const [first, last] = [shown[0]?.seq ?? 0, shown.at(-1)?.seq ?? 0];
  const hash = shown.at(-1)?.hash ?? Buffer.from(emptyHead.hash).toString('hex');
  const exportedAt = new Date(now).toISOString();
  const { suite, keyId, value } = keystore.sign(node, signed(node, first, last, hash, exportedAt));
  const signature = { suite, keyId, value: Buffer.from(value).toString('base64url') };
  const statement = { format: auditExportFormat, node, first, last, hash, exportedAt, signature };
  return `${[...shown, statement].map((line) => JSON.stringify(line)).join('\n')}\n`;
}

export type AuditVerdict =
  | { readonly ok: true; readonly node: string; readonly first: number; readonly last: number }
  | { readonly ok: false; readonly fault: string };

/** Checks an export without a database: every line, their order, and the signature over the last. */
export function verifyExport(content: string, directory: KeyDirectory): AuditVerdict {
  const rows = content.split('\n').filter((row) => row !== '');
  const parsed = rows.map((row) => {
    try {
      return JSON.parse(row) as unknown;
    } catch {
      return undefined;
    }
  });
  const statement = statementSchema.safeParse(parsed.at(-1));
  if (!statement.success) return { ok: false, fault: 'the last line is no signed statement: the file was cut' };
  const lines: AuditLine[] = [];
  for (const [index, value] of parsed.slice(0, -1).entries()) {
    const line = lineSchema.safeParse(value);
    if (!line.success) return { ok: false, fault: `row ${index + 1} is no line of an audit log` };
    const { at, prevHash, hash, ...rest } = line.data;
    lines.push({ ...rest, at: Date.parse(at), prevHash: Buffer.from(prevHash, 'hex'), hash: Buffer.from(hash, 'hex') });
  }
  const { node, first, last, hash, exportedAt, signature } = statement.data;
  const value = Buffer.from(signature.value, 'base64url');
  const isSigned = directory.verify(
    node as NodeCode,
    signed(node, first, last, hash, exportedAt),
    { ...signature, value },
    Date.parse(exportedAt),
  );
  if (!isSigned.ok) return { ok: false, fault: `the statement is not ${node}'s: ${isSigned.refusal.detail}` };
  const stranger = lines.find((line) => line.node !== node);
  if (stranger !== undefined) return { ok: false, fault: `line ${stranger.seq} is of another node` };
  const [head, end] = [lines[0], lines.at(-1)];
  const isWhole = head === undefined ? first === 0 && last === 0 : head.seq === first && end?.seq === last;
  if (!isWhole) return { ok: false, fault: `lines ${first} to ${last} were stated and are not all here` };
  if (end !== undefined && Buffer.from(end.hash).toString('hex') !== hash)
    return { ok: false, fault: `line ${last} is not the one that was stated` };
  const fault = findBreak(lines, first === 1 ? emptyHead : undefined);
  return fault === undefined ? { ok: true, node, first, last } : { ok: false, fault };
}
