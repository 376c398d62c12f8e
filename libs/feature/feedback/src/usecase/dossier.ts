import { recipientsOf } from '../feedback-binding.js';
import { readEntries } from '@tongban/journal';
import { ok, refuse, type JsonObject, type NodeCode, type Result, type Uuid } from '@tongban/kernel';
import type { FeedbackTools } from '../ports.js';
import { findFeedback, insertReading } from '../store/feedback-store.js';

export interface OpenedPart {
  readonly seq: number;
  readonly type: string;
  readonly content: JsonObject;
}

/** The sealed parts that this node may open: those written before it became a handler stay closed to it. */
export async function openParts(
  tools: Pick<FeedbackTools, 'transactor' | 'sealer'>,
  node: NodeCode,
  record: Uuid,
): Promise<Result<readonly OpenedPart[]>> {
  const entries = await tools.transactor.run((sql) => readEntries(sql, node, record));
  const parts: OpenedPart[] = [];
  for (const { sealed, seq, type } of entries) {
    if (sealed === undefined) continue;
    const content = await tools.sealer.open(sealed, node);
    if (content.ok) parts.push({ seq, type, content: content.value });
    else if (content.refusal.code !== 'dossier.not-recipient') return content;
  }
  return ok(parts);
}

export interface Reader {
  readonly node: NodeCode;
  readonly subject: string;
  readonly role: string;
  readonly purpose: string;
}

/** Opened at a node that handles it; the reading is recorded with its purpose before it is answered. */
export async function openDossier(
  tools: FeedbackTools,
  reader: Reader,
  record: Uuid,
): Promise<Result<readonly OpenedPart[]>> {
  const may = await tools.transactor.run(async (sql): Promise<Result<void>> => {
    const held = await findFeedback(sql, reader.node, record);
    if (held === undefined) return refuse('feedback.unknown', '本级没有这件评价或诉求');
    if (!recipientsOf(held.state).includes(reader.node))
      return refuse('dossier.not-recipient', '本级不办理该件，无权查看内容');
    if (held.state.complainedOf.includes(reader.subject) && held.state.kind === 'complaint')
      return refuse('feedback.party', '被投诉人不得查看投诉内容');
    const purpose = await tools.sealer.texts.seal(sql, reader.node, `feedback_read ${record}`, reader.purpose);
    await insertReading(sql, reader.node, record, { ...reader, purpose }, tools.clock.now());
    return ok(undefined);
  });
  return may.ok ? openParts(tools, reader.node, record) : may;
}
