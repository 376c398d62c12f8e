import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { workingCalendar } from '@tongban/domain/calendar';
import { caseRules, type CaseState } from '@tongban/domain/casework';
import {
  chainStart,
  hashEntry,
  KeyDirectory,
  Keystore,
  makeSecret,
  publicPart,
  viewOf,
  type Entry,
} from '@tongban/journal';
import { canonicalJson, nodeCode, ok, refuse, type Json } from '@tongban/kernel';
import { fromBufferPromise } from 'yauzl';
import type { ArchiveTools } from './ports.js';
import { archiveCase, type ArchiveOrder } from './usecase/archive-case.js';
import { zipOf, type NewFile } from './zip/write-zip.js';

export const township = nodeCode('371102001000');
export const record = '01890000-0000-7000-8000-000000000001';
const morning = Date.parse('2026-03-02T02:00:00Z');
const secret = makeSecret(township, 1);
export const keystore = new Keystore([secret]);
export const directory = new KeyDirectory([publicPart(secret)]);
export const attachment = 'b'.repeat(64);
export const absent = 'c'.repeat(64);

const material = (digest: string) => ({ material: 'M1', digest, size: 4, mediaType: 'image/png' });
const written: readonly (readonly [string, Json])[] = [
  [
    'case.submitted',
    {
      ...{ number: '37110200100020260302000074', queryCodeHash: 'a'.repeat(64), intake: township, channel: 'window' },
      item: {
        ...{ code: '370500013001', version: 1, name: '高龄津贴申领', type: 'benefit', regime: 'promised' },
        ...{ level: 'district', department: 'civil-affairs', statutoryDays: 20, promisedDays: 5 },
        ...{ timeUnit: 'workingDay', resultKind: 'none', resultName: '' },
      },
      route: { accept: township, decide: township, certify: township, deliver: township },
      ...{ applicantType: 'naturalPerson', identityType: 'passport' },
      materials: [material(attachment), material(absent)],
    },
  ],
  ['case.withdrawn', { reasonCode: 'givenUp' }],
];

/** A chain of entries of these facts, signed as their author would. */
export function chainOf(lines: readonly (readonly [string, Json])[] = written): Entry[] {
  const entries: Entry[] = [];
  for (const [type, facts] of lines) {
    const seq = entries.length + 1;
    const unhashed = {
      ...{ id: record, record, recordClass: 'case', seq, epoch: 1, type, version: 1, author: township },
      actor: { subject: 'li', role: 'clerk', division: township } as const,
      ...{ occurredAt: morning + seq, recordedAt: morning + seq, facts: canonicalJson(facts) },
      prevHash: entries.at(-1)?.hash ?? chainStart,
    };
    const hash = hashEntry(unhashed);
    entries.push({ ...unhashed, hash, signature: keystore.sign(township, hash) });
  }
  return entries;
}

export function stateOf(entries: readonly Entry[]): CaseState {
  const rules = caseRules({ calendar: workingCalendar() });
  return entries.reduce<CaseState | undefined>((state, entry) => rules.evolve(state, viewOf(entry)), undefined)!;
}

/** A host whose one case has been withdrawn; what goes to its database is in `statements`. */
export function toolsFor(statements: string[] = [], parts: Partial<ArchiveTools> = {}): ArchiveTools {
  const entries = chainOf();
  const state = stateOf(entries);
  const headHash = Buffer.from(entries.at(-1)!.hash).toString('hex');
  const files = [
    { digest: attachment, name: 'a.png', key: 'k' },
    { digest: absent, name: 'b.png', key: 'k' },
  ];
  return {
    transactor: {
      run: (work) =>
        work({
          query: (text: string) => {
            statements.push(text);
            return Promise.resolve([]);
          },
        }),
    },
    texts: { seal: (_sql, _node, _context, text) => Promise.resolve(text) },
    ...{ clock: { now: () => morning }, keystore, directory },
    findCase: () => Promise.resolve({ state, seq: entries.length, headHash }),
    readEntries: () => Promise.resolve(entries),
    openDossier: () => Promise.resolve(ok({ parts: [{ seq: 1, content: { files } }], documents: [] })),
    openAttachment: (_node, digest) =>
      Promise.resolve(
        digest === attachment ? ok(Buffer.from('file')) : refuse('attachment.not-here', '附件尚未传到本级'),
      ),
    ...parts,
  };
}

const reader = { node: township, subject: 'li', role: 'clerk', purpose: '归档' } as const;
export const order: ArchiveOrder = { reader, record, contents: 'full' };

export async function archiveBytes(tools: ArchiveTools = toolsFor()): Promise<Buffer> {
  const made = await archiveCase(tools, order);
  if (!made.ok) throw new Error(made.refusal.detail);
  return buffer(made.value.stream);
}

export async function filesIn(bytes: Buffer): Promise<Map<string, Buffer>> {
  const zip = await fromBufferPromise(bytes, { lazyEntries: true });
  const files = new Map<string, Buffer>();
  for await (const entry of zip.eachEntry())
    files.set(entry.fileName, await buffer(await zip.openReadStreamPromise(entry)));
  return files;
}

/** What a forger packs who knows the format: a whole file with a right digest at its end. */
export const packed = (files: Iterable<readonly [string, Buffer]>): Promise<Buffer> =>
  buffer(zipOf(listed(files), morning));

async function* listed(files: Iterable<readonly [string, Buffer]>): AsyncGenerator<NewFile> {
  for (const [name, bytes] of files) yield { name, bytes };
}

const folder = await mkdtemp(join(tmpdir(), 'archive-'));
export const cleanUp = (): Promise<void> => rm(folder, { recursive: true, force: true });
let kept = 0;
export async function keep(bytes: Buffer): Promise<string> {
  const path = join(folder, `${++kept}.zip`);
  await writeFile(path, bytes);
  return path;
}
