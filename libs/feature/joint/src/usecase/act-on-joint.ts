import { localDate } from '@tongban/domain/calendar';
import {
  jointCommandSchemas,
  jointRecordClass,
  type JointCommand,
  type JointCommandOf,
  type JointCommandType,
  type JointDocument,
  type JointState,
} from '@tongban/domain/joint';
import type { CommandOutcome } from '@tongban/federation/nest';
import { ok, refuse, type Result, type Uuid } from '@tongban/kernel';
import type { JointCaller, JointTools } from '../ports.js';
import { findJoint, nextJointNumber } from '../store/joint-store.js';
import { actorOf, nameOf } from './caller.js';

export type JointActionType = Exclude<JointCommandType, 'open' | 'startBranch' | 'noteBranch'>;
export type JointActionFields<T extends JointActionType> = Omit<
  JointCommandOf<T>,
  'type' | 'sequence' | 'actorDepartment'
> & { readonly occurredAt?: string | undefined };

/** The document that an act issues, and hence the number that it takes. */
const documents: Partial<Record<JointActionType, JointDocument>> = {
  callInspection: 'TK',
  concludeInspection: 'TJ',
  conclude: 'LJ',
};

/** One act on a joint case by a person: decided here where the node leads it, asked of the leading node elsewhere. */
export async function actOnJoint<T extends JointActionType>(
  tools: JointTools,
  caller: JointCaller,
  record: Uuid,
  type: T,
  fields: JointActionFields<T>,
  expectedSeq?: number,
): Promise<Result<CommandOutcome>> {
  const held = await tools.transactor.run((sql) => findJoint(sql, caller.node, record));
  if (held === undefined) return refuse('joint.unknown', '本级没有这个联办件');
  const { occurredAt, ...rest } = fields;
  const now = tools.clock.now();
  const { node, key, person } = caller;
  return tools.commands.execute<JointState, JointCommand>({
    ...{ node, key, digest: caller.digest, recordClass: jointRecordClass, record },
    actor: actorOf(caller),
    ...nameOf(caller),
    occurredAt: occurredAt === undefined ? now : Date.parse(occurredAt),
    traceparent: caller.traceparent,
    ...(expectedSeq === undefined ? {} : { expectedSeq }),
    async command(sql) {
      const kind = documents[type];
      const numbered = kind === undefined ? {} : { sequence: await nextJointNumber(sql, node, localDate(now), kind) };
      const said =
        type === 'recordFinding' && person.department !== undefined ? { actorDepartment: person.department } : {};
      const parsed = jointCommandSchemas[type].safeParse({ ...rest, ...numbered, ...said, type });
      return parsed.success
        ? ok(parsed.data as JointCommand)
        : refuse('request.invalid', parsed.error.issues.map((issue) => issue.message).join('; '));
    },
  });
}
