import {
  privacyEntrySchemas,
  privacyRecordClass,
  type PrivacyCommand,
  type PrivacyState,
  type RequestKind,
  type RequestOutcome,
} from '@tongban/domain/privacy';
import { derivedId, type CommandOutcome } from '@tongban/federation/nest';
import { readEntries } from '@tongban/journal';
import { ok, refuse, type Actor, type NodeCode, type Result, type Uuid } from '@tongban/kernel';
import type { PrivacyTools } from '../ports.js';
import { findPrivacy, type PrivacyRow } from '../store/privacy-store.js';

export interface PrivacyCaller {
  readonly node: NodeCode;
  readonly key: Uuid;
  readonly digest: Uint8Array;
  readonly actor: Actor;
  readonly traceparent: string;
}

export const askFor = (
  tools: PrivacyTools,
  caller: PrivacyCaller,
  asked: { readonly case: Uuid; readonly kind: RequestKind; readonly text: string },
): Promise<Result<CommandOutcome>> =>
  execute(tools, caller, derivedId(caller.key, privacyRecordClass), true, { type: 'ask', ...asked });

/** Refusals: privacy.unknown, .answered, .not-owner, and for deleting privacy.case-open, .retention. */
export async function answerRequest(
  tools: PrivacyTools,
  caller: PrivacyCaller,
  request: Uuid,
  answer: { readonly outcome: RequestOutcome; readonly text: string; readonly legalBasis?: string },
): Promise<Result<CommandOutcome>> {
  const held = await tools.transactor.run((sql) => findPrivacy(sql, caller.node, request));
  if (held === undefined) return refuse('privacy.unknown', '没有这项个人信息权利申请');
  if (held.state.owner !== caller.node)
    return refuse('privacy.not-owner', '该申请由受理机关答复', { owner: held.state.owner });
  return execute(tools, caller, request, false, { type: 'answer', ...answer });
}

const execute = (
  { commands, clock }: PrivacyTools,
  { node, key, digest, actor, traceparent }: PrivacyCaller,
  record: Uuid,
  begins: boolean,
  command: PrivacyCommand,
): Promise<Result<CommandOutcome>> =>
  commands.execute<PrivacyState, PrivacyCommand>({
    ...{ node, key, digest, actor, traceparent, record, begins, recordClass: privacyRecordClass },
    occurredAt: clock.now(),
    command: () => Promise.resolve(ok(command)),
  });

export interface ReadRequest extends PrivacyRow {
  /** What was asked, and what was answered. */
  readonly asked: string;
  readonly answered: string | null;
}

/** One request with its words, at the node that took it. Refusals: privacy.unknown, dossier.not-recipient. */
export async function readRequest(tools: PrivacyTools, node: NodeCode, request: Uuid): Promise<Result<ReadRequest>> {
  return tools.transactor.run(async (sql) => {
    const held = await findPrivacy(sql, node, request);
    if (held === undefined) return refuse('privacy.unknown', '没有这项个人信息权利申请');
    const texts: string[] = [];
    for (const { sealed } of await readEntries(sql, node, request)) {
      if (sealed === undefined) continue;
      const opened = await tools.sealer.open(sealed, node);
      if (!opened.ok) return opened;
      texts.push(privacyEntrySchemas['privacy.asked'].sealed.parse({ text: opened.value['text'] }).text);
    }
    return ok({ ...held, asked: texts[0] ?? '', answered: texts[1] ?? null });
  });
}
