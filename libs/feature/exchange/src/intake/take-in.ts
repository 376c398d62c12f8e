import {
  intakeCommandSchema,
  intakeRecordClass,
  passedUpTo,
  type IntakeCommand,
  type IntakeState,
} from '@tongban/domain/exchange';
import { derivedId } from '@tongban/federation/nest';
import { readEntries, sm3 } from '@tongban/journal';
import {
  canonicalJson,
  ok,
  refuse,
  refusalKind,
  type Json,
  type JsonObject,
  type NodeCode,
  type Refusal,
  type Result,
  type Uuid,
} from '@tongban/kernel';
import { z } from 'zod';
import { findIntake } from './intake-store.js';
import type { IntakeTools } from './ports.js';

export const portalSubject = 'provincial-platform';

/** The case that an application becomes has this id, wherever it is taken in. */
export const caseKeyOf = (application: Uuid): Uuid => derivedId(application, 'case of the application');

const attachments = z.object({
  attachments: z.array(z.object({ digest: z.string(), size: z.number(), mediaType: z.string(), key: z.string() })),
});
/** What the node is cut off from for a while, and not what it refuses. */
const passes = ({ code }: Refusal): boolean => ['unavailable', 'busy', 'fault', 'needsKey'].includes(refusalKind(code));

/**
 * Makes an application of the provincial portal a case of this node, hands it to the node above, or answers why not. Each
 * step has a key of its own, so that a look that died half-way is simply done again. Refuses only with what passes.
 */
export async function takeIn(tools: IntakeTools, node: NodeCode, record: Uuid): Promise<Result<void>> {
  const { state, submission } = await readIntake(tools, node, record);
  if (state === undefined || state.owner !== node || state.outcome !== null || state.pendingOffer !== null)
    return ok(undefined);
  if (submission === undefined) return refuse('dossier.not-recipient', '本级不能打开这件申请');
  const taken = await submitCase(tools, node, record, submission);
  if (!taken.ok && passes(taken.refusal)) return taken;
  const decided = await decide(tools, node, record, answerOf(node, taken, submission));
  return decided.ok ? ok(undefined) : decided;
}

async function readIntake(tools: IntakeTools, node: NodeCode, record: Uuid) {
  const { transactor, sealer } = tools;
  const { state, entries } = await transactor.run(async (sql) => ({
    state: await findIntake(sql, node, record),
    entries: await readEntries(sql, node, record),
  }));
  const written = entries.findLast(({ type }) => type === 'application.filed' || type === 'application.passedUp');
  if (written?.sealed === undefined) return { state, submission: undefined };
  const opened = await sealer.open(written.sealed, node);
  return { state, submission: opened.ok ? (opened.value['submission'] as JsonObject) : undefined };
}

async function submitCase(tools: IntakeTools, node: NodeCode, record: Uuid, submission: JsonObject) {
  const read = attachments.safeParse(submission);
  if (!read.success) return refuse('request.invalid', '申请的材料清单不正确');
  for (const file of read.data.attachments) {
    const adopted = await tools.transactor.run((sql) => tools.files.adopt(sql, node, file, portalSubject));
    if (!adopted.ok) return adopted;
  }
  const key = caseKeyOf(record);
  const span = derivedId(record, 'span').replaceAll('-', '').slice(0, 16);
  return tools.cases.submit(
    {
      ...{ node, key, digest: sm3(Buffer.from(canonicalJson(submission as Json))) },
      traceparent: `00-${record.replaceAll('-', '')}-${span}-00`,
    },
    submission,
  );
}

function answerOf(
  node: NodeCode,
  taken: Result<{ readonly record: Uuid; readonly number: string; readonly queryCode: string }>,
  submission: JsonObject,
): IntakeCommand {
  if (taken.ok) {
    const { record, number, queryCode } = taken.value;
    return { type: 'accept', case: record, number, queryCode };
  }
  const { code, detail } = taken.refusal;
  const to = passedUpTo(node, code);
  return to === undefined ? { type: 'refuse', code, detail } : { type: 'passUp', to, code, submission };
}

/** The key names the node: a record comes here once at most. */
function decide({ commands, clock }: IntakeTools, node: NodeCode, record: Uuid, command: IntakeCommand) {
  const checked = intakeCommandSchema.parse(command);
  return commands.execute<IntakeState, IntakeCommand>({
    ...{ node, record, recordClass: intakeRecordClass, key: derivedId(record, `answer ${node}`) },
    digest: sm3(Buffer.from(canonicalJson({ answer: node }))),
    command: () => Promise.resolve(ok(checked)),
    actor: { subject: portalSubject, role: 'system', division: node },
    occurredAt: clock.now(),
  });
}
