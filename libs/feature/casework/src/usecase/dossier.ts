import { handlersOf } from '../case-binding.js';
import { readEntries, type Sql } from '@tongban/journal';
import { ok, refuse, type JsonObject, type NodeCode, type Result, type Role, type Uuid } from '@tongban/kernel';
import { findCase } from '../store/case-store.js';
import type { CaseworkTools } from './context.js';

export interface Reader {
  readonly node: NodeCode;
  readonly subject: string;
  readonly role: Role;
  readonly purpose: string;
}

export interface OpenedPart {
  readonly seq: number;
  readonly type: string;
  readonly content: JsonObject;
}

/** Opens the sealed parts at a node that handles the case; each reading is recorded with its purpose before it is answered. */
export async function openDossier(
  tools: CaseworkTools,
  reader: Reader,
  record: Uuid,
): Promise<Result<readonly OpenedPart[]>> {
  const entries = await tools.transactor.run(async (sql) => {
    const held = await findCase(sql, reader.node, record);
    if (held === undefined) return refuse('case.unknown', '本级没有这个办件');
    if (!handlersOf(held.state).includes(reader.node)) return refuse('dossier.not-recipient', '本级不经办该件');
    await recordReading(tools, sql, reader, record, 'dossier');
    return ok(await readEntries(sql, reader.node, record));
  });
  if (!entries.ok) return entries;
  const parts: OpenedPart[] = [];
  for (const entry of entries.value) {
    if (entry.sealed === undefined) continue;
    const content = await tools.sealer.open(entry.sealed, reader.node);
    if (!content.ok) return content;
    parts.push({ seq: entry.seq, type: entry.type, content: content.value });
  }
  return ok(parts);
}

export async function openAttachment(
  tools: CaseworkTools,
  reader: Reader,
  record: Uuid,
  digest: string,
): Promise<Result<{ readonly bytes: Buffer; readonly mediaType: string }>> {
  const parts = await openDossier(tools, { ...reader, purpose: `${reader.purpose} [${digest}]` }, record);
  if (!parts.ok) return parts;
  const files = parts.value.flatMap(({ content }) => (content['files'] ?? []) as { digest: string; key: string }[]);
  const file = files.find((candidate) => candidate.digest === digest);
  const held = await tools.transactor.run((sql) => findCase(sql, reader.node, record));
  const fact = held?.state.materials.find((material) => material.digest === digest);
  if (file === undefined || fact === undefined) return refuse('attachment.unknown', '该件没有这个附件');
  const bytes = await tools.attachments.open(reader.node, digest, file.key);
  return bytes.ok ? ok({ bytes: bytes.value, mediaType: fact.mediaType }) : bytes;
}

async function recordReading(
  tools: CaseworkTools,
  sql: Sql,
  reader: Reader,
  record: Uuid,
  what: string,
): Promise<void> {
  await sql.query(
    `insert into dossier_read (node, record, subject, role, purpose, what, read_at) values ($1, $2, $3, $4, $5, $6, $7)`,
    [reader.node, record, reader.subject, reader.role, reader.purpose, what, new Date(tools.clock.now()).toISOString()],
  );
}
