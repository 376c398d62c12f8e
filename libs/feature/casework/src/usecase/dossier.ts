import { handlersOf } from '../case-binding.js';
import { agentSightDays, isInAgentSight, type CaseState } from '@tongban/domain/casework';
import { maskParts, maskWords } from '@tongban/domain/privacy';
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
  what: 'dossier' | 'masked' = 'dossier',
): Promise<Result<readonly OpenedPart[]>> {
  return tools.transactor.run(async (sql) => {
    const held = await findCase(sql, reader.node, record);
    if (held === undefined) return refuse('case.unknown', '本级没有这个办件');
    const refused = sightRefusal(held.state, reader, tools.clock.now());
    if (refused !== undefined) return refused;
    const parts = await openParts(tools, sql, reader.node, record);
    await recordReading(tools, sql, reader, record, what, parts.ok ? parts.value : []);
    return parts;
  });
}

/** The same with names, numbers and addresses hidden but for their ends: what suffices for most work. */
export async function openMaskedDossier(
  tools: CaseworkTools,
  reader: Reader,
  record: Uuid,
): Promise<Result<readonly OpenedPart[]>> {
  const parts = await openDossier(tools, reader, record, 'masked');
  return parts.ok ? ok(maskParts(parts.value)) : parts;
}

/** Who may look: nodes that handle the case; an agent only into what was entrusted to that agent, and for a while. */
function sightRefusal(state: CaseState, { node, role, subject }: Reader, now: number): Result<never> | undefined {
  if (!handlersOf(state).includes(node)) return refuse('dossier.not-recipient', '本级不经办该件');
  if (role !== 'agent') return undefined;
  // Who applied for somebody, or stands by what somebody said on the telephone.
  if (![state.handlers.submitted?.subject, state.confirmed?.by].includes(subject))
    return refuse('jurisdiction.not-party', '只能查看本人代办的申请资料');
  return isInAgentSight(state, now)
    ? undefined
    : refuse('dossier.faded', `办结已满 ${agentSightDays} 日，代办员不再查看申请资料`);
}

/** All sealed parts of a record that the node can open, or that were sealed for it again when the case came to it. */
export async function openParts(
  { sealer }: Pick<CaseworkTools, 'sealer'>,
  sql: Sql,
  node: NodeCode,
  record: Uuid,
): Promise<Result<readonly OpenedPart[]>> {
  const parts = new Map<number, OpenedPart>();
  let closed: Result<never> | undefined;
  const unopened: number[] = [];
  for (const entry of await readEntries(sql, node, record)) {
    if (entry.sealed === undefined) continue;
    const content = await sealer.open(entry.sealed, node);
    if (!content.ok) {
      closed ??= content;
      unopened.push(entry.seq);
      continue;
    }
    const { dossier, ...own } = content.value;
    parts.set(entry.seq, { seq: entry.seq, type: entry.type, content: own });
    for (const part of (dossier ?? []) as unknown as readonly OpenedPart[])
      if (!parts.has(part.seq)) parts.set(part.seq, part);
  }
  if (closed !== undefined && unopened.some((seq) => !parts.has(seq))) return closed;
  return ok([...parts.values()].sort((a, b) => a.seq - b.seq));
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

export async function recordReading(
  tools: Pick<CaseworkTools, 'clock' | 'sealer'>,
  sql: Sql,
  reader: Reader,
  record: Uuid,
  what: string,
  parts: readonly OpenedPart[] = [],
): Promise<void> {
  // Others read the log of readings: what the purpose names of the dossier is not kept with it.
  const words = maskWords(reader.purpose, parts);
  const purpose = await tools.sealer.texts.seal(sql, reader.node, `dossier_read ${record}`, words);
  await sql.query(
    `insert into dossier_read (node, record, subject, role, purpose, what, read_at) values ($1, $2, $3, $4, $5, $6, $7)`,
    [reader.node, record, reader.subject, reader.role, purpose, what, new Date(tools.clock.now()).toISOString()],
  );
}
