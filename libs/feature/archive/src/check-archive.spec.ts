import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { exportEntry, sm3 } from '@tongban/journal';
import { refuse } from '@tongban/kernel';
import { ZipFile } from 'yazl';
import {
  absent,
  archiveBytes,
  attachment,
  chainOf,
  cleanUp,
  directory,
  filesIn,
  keep,
  keystore,
  order,
  packed,
  record,
  stateOf,
  toolsFor,
  township,
} from './archive.fixture.js';
import { checkArchive, type ArchiveReport } from './check-archive.js';
import { jsonBytes, manifestStatement, type Manifest } from './format.js';
import { archiveLimits } from './limits.js';
import { archiveCase } from './usecase/archive-case.js';
import { TailDigest } from './zip/tail.js';
import { zipOf } from './zip/write-zip.js';

afterAll(cleanUp);

const report = async (bytes: Buffer): Promise<ArchiveReport> => checkArchive(await keep(bytes), directory);
const failures = async (bytes: Buffer): Promise<string> =>
  (await report(bytes)).findings
    .filter(({ holds }) => !holds)
    .map(({ text }) => text)
    .join('；');

/** The archive with some of its files changed, packed again by somebody who knows the format. */
async function forged(change: (files: Map<string, Buffer>) => void): Promise<string> {
  const files = await filesIn(await archiveBytes());
  change(files);
  return failures(await packed(files));
}

/** Puts the true digests of the files into the manifest; `signs` with the key of the archiving node. */
function relist(files: Map<string, Buffer>, signs = false): void {
  const manifest = JSON.parse(files.get('manifest.json')!.toString('utf8')) as Manifest;
  const listed = manifest.files.map(({ name }) => {
    const bytes = files.get(name)!;
    return { name, size: bytes.length, sm3: sm3(bytes).toString('hex') };
  });
  const bytes = jsonBytes({ ...manifest, files: listed });
  files.set('manifest.json', bytes);
  if (!signs) return;
  const { suite, keyId, value } = keystore.sign(township, manifestStatement(bytes));
  files.set('manifest.signature.json', jsonBytes({ suite, keyId, value: Buffer.from(value).toString('base64url') }));
}
const journalOf = (entries: readonly string[]): Buffer => Buffer.from(entries.join('\n'), 'utf8');

describe('an archive', () => {
  it('holds as it was made, and says which attachments it lacks', async () => {
    const statements: string[] = [];
    const checked = await report(await archiveBytes(toolsFor(statements)));
    expect(checked.findings.filter(({ holds }) => !holds)).toEqual([]);
    expect(checked.manifest).toMatchObject({ missing: [{ digest: absent, code: 'attachment.not-here' }] });
    expect(checked.findings.at(-1)!.text).toContain('1 个附件不在归档单位');
    expect(statements).toHaveLength(1);
    const files = await filesIn(await archiveBytes());
    expect(files.get(`attachments/${attachment}.png`)?.toString()).toBe('file');
  });

  it('is refused for a case that is not closed, and where it could not be checked', async () => {
    const open = stateOf(chainOf().slice(0, 1));
    const findCase = () => Promise.resolve({ state: open, seq: 1, headHash: '' });
    expect(await archiveCase(toolsFor([], { findCase }), order)).toMatchObject({
      refusal: { code: 'archive.not-closed' },
    });
    const unknown = { find: () => undefined };
    expect(await archiveCase(toolsFor([], { directory: unknown }), order)).toMatchObject({
      refusal: { code: 'link.key' },
    });
    const openDossier = () => Promise.resolve(refuse('dossier.not-recipient', '本级不经办该件'));
    expect(await archiveCase(toolsFor([], { openDossier }), order)).toMatchObject({
      refusal: { code: 'dossier.not-recipient' },
    });
  });
});

describe('a forger who packs the archive again', () => {
  it('is found by the manifest when a file was changed, added or left out', async () => {
    expect(await forged((files) => files.set('dossier/000001.json', Buffer.from('{}')))).toContain(
      'dossier/000001.json 与清单不符',
    );
    expect(await forged((files) => files.set('more.txt', Buffer.from('x')))).toContain('清单上没有的文件 more.txt');
    expect(await forged((files) => files.delete('说明.txt'))).toContain('说明.txt 不在档案内');
    expect(await forged((files) => files.delete('manifest.json'))).toContain('档案缺少 manifest.json');
    expect(await forged((files) => files.set('manifest.json', Buffer.from('{')))).toContain('不是 JSON');
  });

  it('is found by the signature when the manifest was made to fit', async () => {
    const found = await forged((files) => {
      files.set('dossier/000001.json', Buffer.from('{}'));
      relist(files);
    });
    expect(found).toContain('清单的签名无效');
  });

  it('is found by the chain even with the key of the archiving node', async () => {
    const lines = chainOf().map(exportEntry);
    const changed = lines[0]!.replace('高龄津贴', '临时救助');
    const withJournal = (journal: readonly string[]) =>
      forged((files) => {
        files.set('journal.jsonl', journalOf(journal));
        relist(files, true);
      });
    expect(await withJournal([changed, lines[1]!])).toContain('第 1 条不可信');
    expect(await withJournal([lines[0]!])).toContain('条数或末条哈希不符');
    expect(await withJournal([lines[1]!])).toContain('第 1 条不可信');
    expect(await withJournal([...lines, '{}'])).toContain('第 3 条无法读取');
    expect(await withJournal([])).toContain('条数或末条哈希不符');
  });

  it('is found when the entries are signed and still make no sense', async () => {
    const entries = chainOf([
      ['case.withdrawn', { reasonCode: 'givenUp' }],
      ['case.later', {}],
    ]);
    const hash = Buffer.from(entries.at(-1)!.hash).toString('hex');
    const found = await forged((files) => {
      files.set('journal.jsonl', journalOf(entries.map(exportEntry)));
      const manifest = JSON.parse(files.get('manifest.json')!.toString('utf8')) as Manifest;
      files.set('manifest.json', jsonBytes({ ...manifest, head: { seq: 2, hash } }));
      relist(files, true);
    });
    expect(found).toContain('内容不符合规定');
  });

  it('is found when a seal is not that of the document', async () => {
    const signature = { suite: 'ed25519', keyId: `${township}#1`, value: Buffer.alloc(64).toString('base64url') };
    const paper = Buffer.from('%PDF');
    const seal = { document: 'SL1', file: 'documents/SL1.pdf', sm3: sm3(paper).toString('hex'), signature };
    const withSeal = (changed: object) =>
      forged((files) => {
        files.set('seals.json', jsonBytes([{ ...seal, ...changed }]));
        relist(files, true);
      });
    expect(await withSeal({})).toContain('文书 SL1 与其签章的摘要不符');
    expect(await withSeal({ file: '说明.txt' })).toContain('文书 SL1 与其签章的摘要不符');
  });
});

describe('a bomb', () => {
  const tailed = (zip: ZipFile): Promise<Buffer> => buffer((zip.outputStream as Readable).pipe(new TailDigest()));

  it('is stopped at the limit, whatever its directory claims', async () => {
    const zip = new ZipFile();
    const bytes = Buffer.alloc(archiveLimits.maxParsedBytes + 1);
    zip.addBuffer(bytes, 'manifest.json');
    zip.end();
    const packed = await tailed(zip);
    expect(packed.length).toBeLessThan(bytes.length / 100);
    expect(await failures(packed)).toContain('manifest.json 超过上限');
  });

  it('of many files is not unpacked', async () => {
    const zip = new ZipFile();
    for (let index = 0; index <= archiveLimits.maxFiles; index++) zip.addBuffer(Buffer.alloc(0), `${index}`);
    zip.end();
    expect(await failures(await tailed(zip))).toContain(`文件超过 ${archiveLimits.maxFiles} 个`);
  });
});

describe('a stream of files', () => {
  it('is cut when a file cannot be made, and asks for no more when the reader goes away', async () => {
    async function* broken() {
      yield { name: 'a', bytes: Buffer.from('a') };
      await Promise.reject(new Error('disk'));
    }
    await expect(buffer(zipOf(broken(), 0))).rejects.toThrow('disk');
    let asked = 0;
    async function* endless() {
      for (;;) yield { name: `${asked++}`, bytes: Buffer.alloc(1_000_000, asked) };
    }
    const stream = zipOf(endless(), 0);
    await new Promise((resolve) => stream.once('readable', resolve));
    stream.destroy();
    await new Promise((resolve) => setTimeout(resolve, 50));
    const before = asked;
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(asked).toBe(before);
    expect(record).toHaveLength(36);
  });
});
