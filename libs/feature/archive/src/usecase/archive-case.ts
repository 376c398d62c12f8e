import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import { exportEntry, exportFormat, sm3, type Entry, type NodeKey } from '@tongban/journal';
import { isoInstant, ok, refuse, type Result, type Uuid } from '@tongban/kernel';
import {
  archiveFormat,
  attachmentName,
  documentName,
  jsonBytes,
  manifestStatement,
  names,
  partName,
  type ArchivedFile,
  type Manifest,
} from '../format.js';
import { archiveLimits } from '../limits.js';
import type { ArchiveReader, ArchiveTools, OpenedDossier } from '../ports.js';
import { readme } from '../readme.js';
import { zipOf, type NewFile } from '../zip/write-zip.js';

export interface ArchiveOrder {
  readonly reader: ArchiveReader;
  readonly record: Uuid;
  readonly contents: Manifest['contents'];
}
export interface CaseArchive {
  readonly name: string;
  readonly stream: Readable;
}

const extensions: Readonly<Record<string, string>> = {
  'application/pdf': '.pdf',
  'image/jpeg': '.jpg',
  'image/png': '.png',
  'text/plain': '.txt',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': '.docx',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': '.xlsx',
};

interface SealedFile {
  readonly digest: string;
  readonly key: string;
}

/** What an archive is made from. */
interface Source {
  readonly order: ArchiveOrder;
  readonly entries: readonly Entry[];
  readonly keys: readonly NodeKey[];
  readonly dossier: OpenedDossier | undefined;
  readonly manifest: Omit<Manifest, 'files' | 'missing'>;
  readonly mediaTypes: ReadonlyMap<string, string>;
  readonly at: number;
}

/**
 * A closed case as one file that is checked without this system. Refusals: case.unknown, archive.not-closed,
 * dossier.not-recipient, request.too-large, link.key (the key of an entry's author is in no directory of ours).
 */
export async function archiveCase(tools: ArchiveTools, order: ArchiveOrder): Promise<Result<CaseArchive>> {
  const { reader, record, contents } = order;
  const held = await tools.findCase(reader.node, record);
  if (held === undefined) return refuse('case.unknown', '本级没有这个办件');
  const { state, seq, headHash } = held;
  if (state.closing === null) return refuse('archive.not-closed', '办件尚未办结，不能归档');
  const size = state.materials.reduce((sum, material) => sum + material.size, 0);
  if (size > archiveLimits.maxTotalBytes) return refuse('request.too-large', '附件总量超过档案的上限');
  const dossier = contents === 'full' ? await tools.openDossier(reader, record) : ok(undefined);
  if (!dossier.ok) return dossier;
  // What was written after the case was looked at belongs into the next archive.
  const entries = (await tools.readEntries(reader.node, record)).slice(0, seq);
  const keys = keysOf(tools, reader, entries);
  if (!keys.ok) return keys;
  const at = tools.clock.now();
  const { code, version, name } = state.item;
  const manifest: Source['manifest'] = {
    ...{ format: archiveFormat, record, caseNumber: state.number, item: { code, version, name }, contents },
    ...{ closing: state.closing, head: { seq, hash: headHash }, archivedAt: isoInstant(at), archivedBy: reader.node },
  };
  const mediaTypes = new Map(state.materials.map((material) => [material.digest, material.mediaType]));
  const source = { order, entries, keys: keys.value, dossier: dossier.value, manifest, mediaTypes, at };
  return ok({ name: `${state.number}.zip`, stream: zipOf(filesOf(tools, source), at) });
}

function keysOf(tools: ArchiveTools, { node }: ArchiveReader, entries: readonly Entry[]): Result<readonly NodeKey[]> {
  const ids = new Set([tools.keystore.get(node).keyId, ...entries.map(({ signature }) => signature.keyId)]);
  const keys: NodeKey[] = [];
  for (const id of ids) {
    const key = tools.directory.find(id);
    if (key === undefined) return refuse('link.key', `公钥目录中没有 ${id}，档案将无法核验`);
    const { keyId, node: of, suite, signing, sealing } = key;
    keys.push({ keyId, node: of, suite, signing, sealing });
  }
  return ok(keys);
}

/** The files in their order; the manifest knows the digests of those before it and therefore comes last. */
async function* filesOf(tools: ArchiveTools, source: Source): AsyncGenerator<NewFile> {
  const { reader } = source.order;
  const files: ArchivedFile[] = [];
  const missing: { digest: string; code: string }[] = [];
  const listed = (name: string, bytes: Buffer): NewFile => {
    files.push({ name, size: bytes.length, sm3: sm3(bytes).toString('hex') });
    return { name, bytes };
  };
  yield listed(names.readme, Buffer.from(readme({ ...source.manifest, missing }, reader.subject), 'utf8'));
  yield listed(names.journal, journalBytes(source));
  yield listed(names.keys, jsonBytes(source.keys));
  if (source.dossier !== undefined) {
    for (const { name, bytes } of dossierFiles(source.dossier)) yield listed(name, bytes);
    for (const { digest, key } of sealedFilesOf(source.dossier)) {
      const opened = await tools.openAttachment(reader.node, digest, key);
      const extension = extensions[source.mediaTypes.get(digest) ?? ''] ?? '.bin';
      if (opened.ok) yield listed(attachmentName(digest, extension), opened.value);
      else missing.push({ digest, code: opened.refusal.code });
    }
  }
  const manifest = jsonBytes({ ...source.manifest, files, missing });
  yield { name: names.manifest, bytes: manifest };
  const { suite, keyId, value } = tools.keystore.sign(reader.node, manifestStatement(manifest));
  yield {
    name: names.signature,
    bytes: jsonBytes({ suite, keyId, value: Buffer.from(value).toString('base64url') }),
  };
  await recordArchive(tools, source, sm3(manifest));
}

function journalBytes({ entries, manifest }: Source): Buffer {
  const header = { format: exportFormat, node: manifest.archivedBy, exportedAt: manifest.archivedAt };
  const lines = [
    JSON.stringify(header),
    ...entries.map(exportEntry),
    JSON.stringify({ records: 1, entries: entries.length }),
  ];
  return Buffer.from(`${lines.join('\n')}\n`, 'utf8');
}

function* dossierFiles({ parts, documents }: OpenedDossier): Generator<NewFile> {
  for (const { id, bytes } of documents) yield { name: documentName(id), bytes };
  const seals = documents.map(({ id, digest, signature }) => ({
    document: id,
    file: documentName(id),
    sm3: Buffer.from(digest).toString('hex'),
    signature: { ...signature, value: Buffer.from(signature.value).toString('base64url') },
  }));
  yield { name: names.seals, bytes: jsonBytes(seals) };
  for (const { seq, content } of parts) yield { name: partName(seq), bytes: jsonBytes(content) };
}

/** Each attachment once: the same file may have been handed in for two materials. */
function sealedFilesOf({ parts }: OpenedDossier): SealedFile[] {
  const files = parts.flatMap(({ content }) => (content['files'] ?? []) as unknown as SealedFile[]);
  return [...new Map(files.map((file) => [file.digest, file])).values()];
}

async function recordArchive(tools: ArchiveTools, { order, manifest, at }: Source, digest: Buffer): Promise<void> {
  const { node, subject, role } = order.reader;
  await tools.transactor.run(async (sql) => {
    const purpose = await tools.texts.seal(sql, node, `case_archive ${order.record}`, order.reader.purpose);
    await sql.query(
      `insert into case_archive
         (node, id, record, subject, role, purpose, contents, seq, manifest_digest, archived_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
      [
        ...[node, randomUUID(), order.record, subject, role, purpose, order.contents],
        ...[manifest.head.seq, digest, new Date(at).toISOString()],
      ],
    );
  });
}
