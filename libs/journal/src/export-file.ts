import { RefusalError, type NodeCode, type Uuid } from '@tongban/kernel';
import { checkChain, type ChainFault } from './check.js';
import type { Entry } from './entry.js';
import { exportEntry, exportFormat, maxExportLineBytes, parseExportLine, type ExportHeader } from './export-line.js';
import type { KeyDirectory } from './keys.js';

/** All entries of one record, in the order of their numbers. */
export interface JournalRecord {
  readonly record: Uuid;
  readonly entries: readonly Entry[];
  /** What the holder says of it; absent in an export. */
  readonly head?: { readonly seq: number; readonly hash: Uint8Array };
}

/** The lines of an export, without their line feeds. */
export async function* exportLines(
  node: NodeCode,
  exportedAt: Date,
  records: AsyncIterable<JournalRecord>,
): AsyncGenerator<string> {
  const header: ExportHeader = { format: exportFormat, node, exportedAt: exportedAt.toISOString() };
  yield JSON.stringify(header);
  const sums = { records: 0, entries: 0 };
  for await (const { entries } of records) {
    if (entries.length === 0) continue;
    sums.records++;
    for (const entry of entries) {
      sums.entries++;
      yield exportEntry(entry);
    }
  }
  yield JSON.stringify(sums);
}

const bad = (line: number, detail: string): RefusalError =>
  new RefusalError({ code: 'link.schema', detail: `line ${line}: ${detail}` });

/**
 * The records of an export. Throws RefusalError link.schema where the file is not one, was cut, or shows a record in two
 * places. `onHeader` is called before the first record.
 */
export async function* readExport(
  lines: AsyncIterable<string>,
  onHeader: (header: ExportHeader) => void,
): AsyncGenerator<JournalRecord> {
  const seen = new Set<Uuid>();
  let [number, entries] = [0, 0];
  let current: Entry[] = [];
  let ended = false;
  for await (const text of lines) {
    number++;
    if (ended) throw bad(number, 'something follows the last line');
    if (Buffer.byteLength(text) > maxExportLineBytes) throw bad(number, 'too long');
    const line = parseExportLine(text);
    if (!line.ok) throw bad(number, line.refusal.detail);
    if ((number === 1) !== (line.value.kind === 'header'))
      throw bad(number, 'the header is the first line and no other');
    if (line.value.kind === 'header') onHeader(line.value.header);
    if (line.value.kind === 'end') {
      ended = true;
      if (current.length > 0) yield { record: current[0]!.record, entries: current };
      const { trailer } = line.value;
      if (trailer.records !== seen.size || trailer.entries !== entries) throw bad(number, 'the counts do not fit');
    }
    if (line.value.kind !== 'entry') continue;
    const { entry } = line.value;
    entries++;
    if (current[0]?.record !== entry.record) {
      if (current.length > 0) yield { record: current[0]!.record, entries: current };
      if (seen.has(entry.record)) throw bad(number, `record ${entry.record} comes twice`);
      seen.add(entry.record);
      current = [];
    }
    current.push(entry);
  }
  if (!ended) throw bad(number + 1, 'the file was cut: its last line is missing');
}

export interface JournalReport {
  readonly records: number;
  readonly entries: number;
  /** The first fault of each record that does not hold, at most `maxShownFaults`. */
  readonly faults: readonly ChainFault[];
  readonly faulty: number;
}

export const maxShownFaults = 1_000;

/** Checks chain and signatures of every record, and the heads where they are given. */
export async function verifyJournal(
  directory: Pick<KeyDirectory, 'verify'>,
  records: AsyncIterable<JournalRecord>,
): Promise<JournalReport> {
  const faults: ChainFault[] = [];
  const sums = { records: 0, entries: 0, faulty: 0 };
  for await (const { record, entries, head } of records) {
    sums.records++;
    sums.entries += entries.length;
    const { fault, head: last } = checkChain(directory, entries);
    const found = fault ?? headFault(record, entries, head, last);
    if (found === undefined) continue;
    sums.faulty++;
    if (faults.length < maxShownFaults) faults.push(found);
  }
  return { ...sums, faults };
}

function headFault(
  record: Uuid,
  entries: readonly Entry[],
  head: JournalRecord['head'],
  last: Uint8Array,
): ChainFault | undefined {
  if (head === undefined) return undefined;
  if (head.seq !== entries.length) {
    const detail = `the head says ${head.seq} entries, there are ${entries.length}`;
    return { record, seq: Math.min(head.seq, entries.length) + 1, code: 'link.gap', detail };
  }
  if (Buffer.from(head.hash).equals(last)) return undefined;
  return { record, seq: head.seq, code: 'link.chain', detail: 'the head is not the hash of the newest entry' };
}
