import { chainStart, framed, sm3 } from '@tongban/journal';

/** One line of the audit log of a node. Times in milliseconds since 1970. */
export interface AuditLine {
  /** '' for requests that name no node. */
  readonly node: string;
  readonly seq: number;
  readonly at: number;
  readonly operation: string;
  readonly subject: string | null;
  readonly role: string | null;
  readonly division: string | null;
  readonly record: string | null;
  readonly status: number;
  readonly code: string | null;
  readonly address: string;
  readonly traceId: string;
  readonly prevHash: Uint8Array;
  readonly hash: Uint8Array;
}

export type UnchainedLine = Omit<AuditLine, 'seq' | 'prevHash' | 'hash'>;
export interface AuditHead {
  readonly seq: number;
  readonly hash: Uint8Array;
}

export const emptyHead: AuditHead = { seq: 0, hash: chainStart };

/** SM3 over the line before and every field of this one, framed as entries of the journal are. */
const hashOf = (line: Omit<AuditLine, 'hash'>): Buffer =>
  sm3(
    framed([
      line.prevHash,
      ...[line.node, line.seq, line.at, line.operation, line.subject ?? '', line.role ?? '', line.division ?? ''],
      ...[line.record ?? '', line.status, line.code ?? '', line.address, line.traceId],
    ]),
  );

/** The lines of one node as they follow its head, and the new head. */
export function chain(
  head: AuditHead,
  lines: readonly UnchainedLine[],
): { readonly head: AuditHead; readonly lines: AuditLine[] } {
  let { seq, hash } = head;
  const chained = lines.map((line): AuditLine => {
    const unhashed = { ...line, seq: seq + 1, prevHash: hash };
    ({ seq, hash } = { seq: unhashed.seq, hash: hashOf(unhashed) });
    return { ...unhashed, hash };
  });
  return { head: { seq, hash }, lines: chained };
}

/** The first place where lines of one node do not follow each other, as a sentence; undefined when all do. */
export function findBreak(lines: Iterable<AuditLine>, from?: AuditHead): string | undefined {
  let head = from;
  for (const line of lines) {
    const { seq, prevHash } = line;
    if (head !== undefined && seq !== head.seq + 1) return `line ${seq} follows line ${head.seq}`;
    if (head !== undefined && !equal(prevHash, head.hash)) return `line ${seq} does not follow the line before it`;
    if (!equal(hashOf(line), line.hash)) return `line ${seq} was changed`;
    head = { seq, hash: line.hash };
  }
  return undefined;
}

const equal = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;
