import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  chainStart,
  exportLines,
  hashEntry,
  Keystore,
  makeKeyDirectory,
  makeSecret,
  publicPart,
  type Entry,
  type JournalRecord,
} from '@tongban/journal';
import { nodeCode } from '@tongban/kernel';

const timeoutMs = 60_000;
const city = nodeCode('371100000000');
const village = nodeCode('371102001001');
const township = nodeCode('371102001000');
const secrets = [city, township, village].map((node) => makeSecret(node, 1));
const keystore = new Keystore(secrets);
const reader = join(import.meta.dirname, 'journal_reader.py');

const runs = (command: string, ...args: string[]): boolean =>
  spawnSync(command, args, { timeout: timeoutMs }).status === 0;
/** A machine without them says "skipped" instead of passing silently. */
const itWithReader = runs('python3', '--version') && runs('openssl', 'version') ? it : it.skip;

/** A record that changes its owner, with sealed parts and text beyond the basic plane. */
function aRecord(length: number): JournalRecord {
  const record = randomUUID();
  const entries: Entry[] = [];
  for (let seq = 1; seq <= length; seq++) {
    const author = seq > 3 ? township : village;
    const unhashed = {
      ...{ id: randomUUID(), record, recordClass: 'case', seq, epoch: seq > 3 ? 2 : 1, version: 1, author },
      type: seq === 3 ? 'record.offered' : seq === 4 ? 'record.taken' : 'case.urged',
      actor: { subject: `s-${seq}`, role: 'agent', division: village } as const,
      ...(seq % 2 === 0
        ? { onBehalfOf: 'r', sealed: '{"protected":"cA","iv":"aQ","ciphertext":"Yw","tag":"dA"}' }
        : {}),
      ...{ occurredAt: 1_790_000_000_000 + seq, recordedAt: 1_790_000_000_100 + seq },
      facts: JSON.stringify({ text: `𠮷野 "${seq}" \\ \u2028 ${'长'.repeat(40)}` }),
      prevHash: entries.at(-1)?.hash ?? chainStart,
    };
    const hash = hashEntry(unhashed);
    entries.push({ ...unhashed, hash, signature: keystore.sign(author, hash) });
  }
  return { record, entries };
}

const escrow = [{ keyId: 'archive#1', sealing: publicPart(secrets[0]!).sealing }];
const closed = [
  {
    ...{ node: village, successor: secrets[0]!.node },
    ...{ endsOn: '2026-03-01', basis: '民政部公告 2026 年第 1 号' },
  },
];

describe('a reader in another language', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tongban-export-'));
  const directory = join(folder, 'key-directory.json');
  const records = [aRecord(7), aRecord(1), aRecord(5)];
  let lines: string[];

  beforeAll(async () => {
    const until = 1_790_000_000_200;
    const replaced = secrets.map(publicPart).map((key) => (key.node === township ? { ...key, until } : key));
    const keys = [...replaced, { ...publicPart(makeSecret(township, 2)), from: until - 1 }];
    writeFileSync(directory, JSON.stringify(makeKeyDirectory(secrets[0]!, keys, 5, escrow, closed)));
    const source = async function* (): AsyncGenerator<JournalRecord> {
      yield* records;
    };
    lines = [];
    for await (const line of exportLines(village, new Date(1_790_000_000_000), source())) lines.push(line);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const read = (content: readonly string[], issuer: string = city) => {
    const file = join(folder, 'journal.jsonl');
    writeFileSync(file, content.map((line) => `${line}\n`).join(''));
    const { status, stdout, stderr } = spawnSync('python3', [reader, file, directory, issuer], {
      encoding: 'utf8',
      timeout: timeoutMs,
    });
    return {
      status,
      stderr,
      found: stdout === '' ? undefined : (JSON.parse(stdout) as { records: number; entries: number; faults: object }),
    };
  };

  itWithReader('agrees that every chain and signature of an export holds', () => {
    expect(read(lines)).toEqual({ status: 0, stderr: '', found: { records: 3, entries: 13, faults: {} } });
  });

  itWithReader('finds what was changed, signed by another, or left out', () => {
    const changed = (from: string, to: string, line: number): string[] =>
      lines.map((text, index) => (index === line ? text.replace(from, to) : text));
    const first = records[0]!.record;
    expect(read(changed('长', '短', 2)).found?.faults).toEqual({ [first]: '2 hash' });
    expect(read(changed('"ciphertext\\":\\"Yw', '"ciphertext\\":\\"Yx', 2)).found?.faults).toEqual({
      [first]: '2 hash',
    });
    expect(read(changed(`${village}#1`, `${township}#1`, 1)).found?.faults).toEqual({ [first]: '1 key' });
    const [signature] = /"value":"[^"]+"/.exec(lines[3]!)!;
    expect(read(changed(signature, /"value":"[^"]+"/.exec(lines[2]!)![0], 3)).found?.faults).toEqual({
      [first]: '3 signature',
    });
    const without = lines.toSpliced(3, 1).map((text) => text.replace('"entries":13', '"entries":12'));
    expect(read(without).found?.faults).toEqual({ [first]: '3 gap' });
  });

  itWithReader('takes no file that was cut and no directory of another city', () => {
    expect(read(lines.slice(0, -1))).toMatchObject({ status: 1, found: undefined });
    expect(read(lines, '371200000000')).toMatchObject({ status: 1, found: undefined });
  });
});
