import {
  mandateCommandSchemas,
  mandateRecordClass,
  type MandateCommand,
  type MandateState,
  type RevocationReason,
} from '@tongban/domain/mandate';
import { derivedId } from '@tongban/federation/nest';
import { ok, refuse, type Result, type Uuid } from '@tongban/kernel';
import { z } from 'zod';
import { principalPurpose } from '../case-binding.js';
import { actorOf, nameOf, type Caller, type CaseworkTools, type CommandOutcome } from './context.js';

export const grantSchema = mandateCommandSchemas.grant
  .omit({ type: true, principalRef: true, agent: true })
  .extend({ occurredAt: z.iso.datetime().optional() })
  .meta({ id: 'MandateGrant' });

/** Records the resident's authority for the agent who is logged in; nobody is made an agent by another. */
export function grantMandate(
  tools: CaseworkTools,
  caller: Caller,
  grant: z.output<typeof grantSchema>,
): Promise<Result<CommandOutcome>> {
  const { occurredAt, ...fields } = grant;
  const principalRef = tools.secrets.hmac(caller.node, principalPurpose, grant.principal.identityNumber);
  const command: MandateCommand = { ...fields, type: 'grant', principalRef, agent: { subject: caller.person.subject } };
  return execute(tools, caller, derivedId(caller.key, mandateRecordClass), true, command, occurredAt);
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
    ...nameOf(caller),
    occurredAt: occurredAt === undefined ? tools.clock.now() : Date.parse(occurredAt),
    traceparent: caller.traceparent,
    command: () => Promise.resolve(ok(command)),
  });
}
