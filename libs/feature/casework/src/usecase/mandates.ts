import {
  mandateCommandSchemas,
  mandateEntrySchemas,
  mandateRecordClass,
  type GrantCommand,
  type MandateCommand,
  type MandateState,
  type RevocationReason,
} from '@tongban/domain/mandate';
import { derivedId } from '@tongban/federation/nest';
import { ok, refuse, type Result, type Uuid } from '@tongban/kernel';
import { z } from 'zod';
import { principalPurpose } from '../case-binding.js';
import { findMandate } from '../store/mandate-store.js';
import { openParts, recordReading, type Reader } from './dossier.js';
import { actorOf, signatureOf, type Caller, type CaseworkTools, type CommandOutcome } from './context.js';

export const grantSchema = mandateCommandSchemas.grant
  .omit({ type: true, principalRef: true, agent: true })
  .extend({ occurredAt: z.iso.datetime().optional() })
  .meta({ id: 'MandateGrant' });

/** Records the resident's authority for the agent who is logged in; nobody is made an agent by another. */
export async function grantMandate(
  tools: CaseworkTools,
  caller: Caller,
  grant: z.output<typeof grantSchema>,
): Promise<Result<CommandOutcome>> {
  const { occurredAt, ...fields } = grant;
  const unheld = await evidenceRefusal(tools, caller, fields.evidenceFile);
  if (unheld !== undefined) return unheld;
  const principalRef = tools.secrets.hmac(caller.node, principalPurpose, grant.principal.identityNumber);
  const command: MandateCommand = { ...fields, type: 'grant', principalRef, agent: { subject: caller.person.subject } };
  return execute(tools, caller, derivedId(caller.key, mandateRecordClass), true, command, occurredAt);
}

/** A document that nobody has uploaded here is evidence of nothing. */
async function evidenceRefusal(
  { transactor, attachments }: CaseworkTools,
  { node }: Caller,
  file: GrantCommand['evidenceFile'],
): Promise<Result<never> | undefined> {
  if (file === undefined) return undefined;
  const [held] = await transactor.run((sql) => attachments.find(sql, node, [file.digest]));
  const isSame = held?.size === file.size && held.mediaType === file.mediaType;
  return isSame ? undefined : refuse('attachment.unknown', '委托书尚未上传到本级');
}

/**
 * The signed document of a mandate, at the node that recorded it; the reading is on record. Refusals: mandate.unknown,
 * mandate.other-agent, mandate.no-document, attachment.unknown, attachment.not-here.
 */
export async function openEvidence(
  tools: CaseworkTools,
  reader: Reader,
  record: Uuid,
): Promise<Result<{ readonly bytes: Buffer; readonly mediaType: string }>> {
  const opened = await tools.transactor.run(async (sql) => {
    const held = await findMandate(sql, reader.node, record);
    if (held === undefined) return refuse('mandate.unknown', '本级没有这份委托');
    if (reader.role === 'agent' && held.state.agentSubject !== reader.subject)
      return refuse('mandate.other-agent', '只能查看委托给本人的委托书');
    await recordReading(tools, sql, reader, record, 'mandate');
    return openParts(tools, sql, reader.node, record);
  });
  if (!opened.ok) return opened;
  const sealed = mandateEntrySchemas['mandate.granted'][2].sealed.safeParse(opened.value[0]?.content);
  if (!sealed.success) return refuse('mandate.no-document', '这份委托没有存入委托书原件');
  const { digest, key, mediaType } = sealed.data.evidenceFile;
  const bytes = await tools.attachments.open(reader.node, digest, key);
  return bytes.ok ? ok({ bytes: bytes.value, mediaType }) : bytes;
}

export async function revokeMandate(
  tools: CaseworkTools,
  caller: Caller,
  record: Uuid,
  reasonCode: RevocationReason,
  identityNumber: string | undefined,
): Promise<Result<CommandOutcome>> {
  if (caller.role === 'resident' && identityNumber === undefined) {
    return refuse('request.invalid', '撤销委托须核对委托人的证件号码');
  }
  const principalRef =
    identityNumber === undefined ? undefined : tools.secrets.hmac(caller.node, principalPurpose, identityNumber);
  const command: MandateCommand = {
    type: 'revoke',
    reasonCode,
    ...(principalRef === undefined ? {} : { principalRef }),
  };
  return execute(tools, caller, record, false, command, undefined);
}

async function execute(
  tools: CaseworkTools,
  caller: Caller,
  record: Uuid,
  begins: boolean,
  command: MandateCommand,
  occurredAt: string | undefined,
): Promise<Result<CommandOutcome>> {
  return tools.commands.execute<MandateState, MandateCommand>({
    ...{ node: caller.node, key: caller.key, digest: caller.digest, recordClass: mandateRecordClass, record, begins },
    actor: actorOf(caller),
    ...signatureOf(caller),
    occurredAt: occurredAt === undefined ? tools.clock.now() : Date.parse(occurredAt),
    traceparent: caller.traceparent,
    command: () => Promise.resolve(ok(command)),
  });
}
