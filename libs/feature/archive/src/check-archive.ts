import { workingCalendar } from '@tongban/domain/calendar';
import { caseRules, checkCaseEntry, closings, type CaseState } from '@tongban/domain/casework';
import { checkChain, KeyDirectory, parseExportLine, viewOf, type Entry, type NodeKey } from '@tongban/journal';
import { ok, refuse, type JsonObject, type Result } from '@tongban/kernel';
import type { z } from 'zod';
import {
  keysSchema,
  manifestSchema,
  manifestStatement,
  names,
  sealsSchema,
  sealStatement,
  signatureSchema,
  type ArchivedSeals,
  type Manifest,
} from './format.js';
import { checkTail, readZip, type ReadFile } from './zip/read-zip.js';

/** One thing that was looked at, in the words that the reader is told. */
export interface Finding {
  readonly holds: boolean;
  readonly text: string;
}
export interface ArchiveReport {
  readonly holds: boolean;
  readonly findings: readonly Finding[];
  /** What the archive says of itself, once its manifest could be read. */
  readonly manifest: Manifest | undefined;
}

const parsedNames: readonly string[] = [names.manifest, names.signature, names.journal, names.keys, names.seals];

interface Contents {
  readonly files: ReadonlyMap<string, ReadFile>;
  readonly manifest: Manifest;
  readonly directory: KeyDirectory;
  readonly keys: readonly NodeKey[];
}

function parsed<T>(files: Contents['files'], name: string, schema: z.ZodType<T>): Result<T> {
  const bytes = files.get(name)?.bytes;
  if (bytes === undefined) return refuse('request.malformed', `档案缺少 ${name}`);
  try {
    const read = schema.safeParse(JSON.parse(bytes.toString('utf8')));
    return read.success ? ok(read.data) : refuse('request.malformed', `${name} 的内容不符合档案格式`);
  } catch {
    return refuse('request.malformed', `${name} 不是 JSON`);
  }
}

async function contentsOf(path: string): Promise<Result<Contents>> {
  const read = await readZip(path, (name) => parsedNames.includes(name));
  if (!read.ok) return read;
  const files = new Map(read.value.map((file) => [file.name, file]));
  const manifest = parsed(files, names.manifest, manifestSchema);
  if (!manifest.ok) return manifest;
  const keys = parsed(files, names.keys, keysSchema);
  if (!keys.ok) return keys;
  return ok({ files, manifest: manifest.value, keys: keys.value, directory: new KeyDirectory(keys.value) });
}

const holds = (text: string): Finding => ({ holds: true, text });
const fails = (text: string): Finding => ({ holds: false, text });

/** A published directory says more of the key than the archive does: when it ended. */
function manifestFinding({ files, manifest, directory }: Contents, published: KeyDirectory | undefined): Finding {
  const signature = parsed(files, names.signature, signatureSchema);
  if (!signature.ok) return fails(signature.refusal.detail);
  const { suite, keyId, value } = signature.value;
  const statement = manifestStatement(files.get(names.manifest)!.bytes!);
  const signed = { suite, keyId, value: Buffer.from(value, 'base64url') };
  return (published ?? directory).verify(manifest.archivedBy, statement, signed, Date.parse(manifest.archivedAt)).ok
    ? holds(`清单由归档单位 ${manifest.archivedBy} 于 ${manifest.archivedAt} 签名，签名有效`)
    : fails(`清单的签名无效，不能证明由 ${manifest.archivedBy} 归档`);
}

function filesFinding({ files, manifest }: Contents): Finding {
  const listed = new Set<string>([names.manifest, names.signature]);
  for (const { name, size, sm3 } of manifest.files) {
    listed.add(name);
    const file = files.get(name);
    if (file === undefined) return fails(`清单上的文件 ${name} 不在档案内`);
    if (file.size !== size || file.sm3 !== sm3) return fails(`文件 ${name} 与清单不符，已被改动`);
  }
  const extra = [...files.keys()].find((name) => !listed.has(name));
  if (extra !== undefined) return fails(`档案内有清单上没有的文件 ${extra}`);
  return holds(`清单上的 ${manifest.files.length} 个文件齐全，摘要（SM3）全部相符`);
}

function entriesOf({ files }: Contents): Result<readonly Entry[]> {
  const bytes = files.get(names.journal)?.bytes;
  if (bytes === undefined) return refuse('request.malformed', `档案缺少 ${names.journal}`);
  const entries: Entry[] = [];
  for (const line of bytes.toString('utf8').split('\n')) {
    if (line === '') continue;
    const read = parseExportLine(line);
    if (!read.ok) return refuse('request.malformed', `${names.journal} 第 ${entries.length + 1} 条无法读取`);
    if (read.value.kind === 'entry') entries.push(read.value.entry);
  }
  return ok(entries);
}

function chainFinding({ manifest, directory }: Contents, entries: readonly Entry[]): Finding {
  const report = checkChain(directory, entries);
  if (report.fault !== undefined)
    return fails(`办理记录第 ${report.fault.seq} 条不可信：哈希链或签名不符（${report.fault.code}）`);
  const { seq, hash } = manifest.head;
  const isWhole =
    entries.length === seq &&
    Buffer.from(report.head).toString('hex') === hash &&
    entries[0]?.record === manifest.record;
  return isWhole
    ? holds(`${seq} 条办理记录编号连续，哈希链完整，每一条的作者签名有效`)
    : fails('办理记录与清单所载的条数或末条哈希不符');
}

/** The entries folded; undefined where they say what no release of ours would have written. */
function stateOf(entries: readonly Entry[]): Result<CaseState | undefined> {
  const rules = caseRules({ calendar: workingCalendar() });
  let state: CaseState | undefined;
  for (const entry of entries) {
    const notUnderstood = refuse('link.schema', `办理记录第 ${entry.seq} 条的内容不符合规定，或者出自更新的版本`);
    try {
      const facts = JSON.parse(entry.facts) as JsonObject;
      if (!checkCaseEntry({ type: entry.type, version: entry.version, facts }).ok) return notUnderstood;
      state = rules.evolve(state, viewOf(entry));
    } catch {
      return notUnderstood;
    }
  }
  return ok(state);
}

function caseFinding({ manifest }: Contents, entries: readonly Entry[]): Finding {
  const folded = stateOf(entries);
  if (!folded.ok) return fails(folded.refusal.detail);
  const state = folded.value;
  if (state?.number !== manifest.caseNumber || state.closing === null || state.closing !== manifest.closing)
    return fails('办理记录与清单所载的办件编号或办结方式不符');
  return holds(`办件 ${state.number}“${state.item.name}”，办结方式：${closings[state.closing]}`);
}

const readSeals = ({ files }: Contents): Result<ArchivedSeals> =>
  files.has(names.seals) ? parsed(files, names.seals, sealsSchema) : ok([]);

function sealsFinding(contents: Contents): Finding {
  const { files, manifest, directory } = contents;
  const seals = readSeals(contents);
  if (!seals.ok) return fails(seals.refusal.detail);
  for (const { document, file, sm3, signature } of seals.value) {
    if (files.get(file)?.sm3 !== sm3) return fails(`文书 ${document} 与其签章的摘要不符`);
    const statement = sealStatement(manifest.record, document, Buffer.from(sm3, 'hex'));
    const signed = { ...signature, value: Buffer.from(signature.value, 'base64url') };
    if (!directory.verify(manifest.archivedBy, statement, signed, Date.parse(manifest.archivedAt)).ok)
      return fails(`文书 ${document} 的签章无效`);
  }
  return holds(seals.value.length === 0 ? '本档案不含文书' : `${seals.value.length} 份文书的签章有效`);
}

const same = (left: NodeKey, right: NodeKey | undefined): boolean =>
  right !== undefined && left.node === right.node && left.suite === right.suite && left.signing === right.signing;

/** Keys that came with the archive prove only that it agrees with itself: a directory got elsewhere proves the rest. */
function keysFinding({ keys }: Contents, published: KeyDirectory | undefined): Finding {
  if (published === undefined)
    return holds(`公钥取自档案自身（${keys.length} 个），请另用本市公布的公钥目录核对（--keys）`);
  const stranger = keys.find((key) => !same(key, published.find(key.keyId)));
  return stranger === undefined
    ? holds(`${keys.length} 个公钥都与本市公布的公钥目录一致`)
    : fails(`公钥 ${stranger.keyId} 不在本市公布的公钥目录内，档案可能是伪造的`);
}

/**
 * Checks an archive with nothing but itself and, where given, the published keys. Nothing in it is trusted before it is
 * checked, and nothing that it holds makes this throw; only a file that cannot be read at all does.
 */
export async function checkArchive(path: string, published?: KeyDirectory): Promise<ArchiveReport> {
  const tail = await checkTail(path);
  if (!tail.ok) return { holds: false, findings: [fails(tail.refusal.detail)], manifest: undefined };
  const whole = holds('档案文件完整，没有任何字节被改动');
  const contents = await contentsOf(path);
  if (!contents.ok) return { holds: false, findings: [whole, fails(contents.refusal.detail)], manifest: undefined };
  const { manifest } = contents.value;
  const findings = [whole, manifestFinding(contents.value, published), filesFinding(contents.value)];
  const entries = entriesOf(contents.value);
  if (!entries.ok) findings.push(fails(entries.refusal.detail));
  else {
    const chain = chainFinding(contents.value, entries.value);
    findings.push(chain);
    if (chain.holds) findings.push(caseFinding(contents.value, entries.value));
  }
  findings.push(sealsFinding(contents.value), keysFinding(contents.value, published));
  if (manifest.missing.length > 0)
    findings.push(holds(`归档时有 ${manifest.missing.length} 个附件不在归档单位，清单已注明，本档案不含这些附件`));
  return { holds: findings.every((finding) => finding.holds), findings, manifest };
}
