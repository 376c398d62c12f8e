import { paperEntries, type JointAttachment, type JointFacts, type JointSealed } from '@tongban/domain/joint';
import { readEntries } from '@tongban/journal';
import { ok, type JsonObject, type NodeCode, type Result, type Uuid } from '@tongban/kernel';
import type { JointTools } from '../ports.js';

/** All that has been handed in for a joint case: the newest value of each shared field, and every paper. */
export interface Papers {
  readonly applicant: JsonObject;
  readonly form: JsonObject;
  readonly attachments: readonly JointAttachment[];
}

/** Opens the sealed parts at the leading node; only the machine reads them here, to submit the branches. */
export async function readPapers(tools: JointTools, node: NodeCode, record: Uuid): Promise<Result<Papers>> {
  const entries = await tools.transactor.run((sql) => readEntries(sql, node, record));
  let applicant: JsonObject = {};
  let form: JsonObject = {};
  const attachments: JointAttachment[] = [];
  for (const entry of entries) {
    const { materials = [] } = JSON.parse(entry.facts) as Partial<JointFacts<'joint.opened'>>;
    if (entry.sealed === undefined || !paperEntries.includes(entry.type)) continue;
    const opened = await tools.sealer.open(entry.sealed, node);
    if (!opened.ok) return opened;
    const part = opened.value as unknown as JointSealed<'joint.stageOpened'> & { readonly applicant?: JsonObject };
    applicant = part.applicant ?? applicant;
    form = { ...form, ...(part.form as JsonObject) };
    // A file stands at the same place in both parts of its entry.
    materials.forEach((fact, at) => attachments.push({ ...fact, ...part.files[at]! }));
  }
  return ok({ applicant, form, attachments });
}
