import { localDate } from '@tongban/domain/calendar';
import { isIdentityNumber, isUscc } from '@tongban/domain/catalogue';
import {
  jointCommandSchemas,
  jointRecordClass,
  jointTemplates,
  type BranchPin,
  type JointCommand,
  type JointState,
  type JointTemplate,
} from '@tongban/domain/joint';
import { derivedId, type CommandOutcome } from '@tongban/federation/nest';
import { ok, refuse, tierOf, type NodeCode, type Result } from '@tongban/kernel';
import { z } from 'zod';
import type { JointCaller, JointTools } from '../ports.js';
import { nextJointNumber } from '../store/joint-store.js';
import { actorOf, nameOf } from './caller.js';

export const openingSchema = jointCommandSchemas.open
  .omit({ type: true, sequence: true, template: true, pins: true })
  .extend({ template: z.string().max(64), occurredAt: z.iso.datetime().optional() })
  .meta({ id: 'JointOpening' });
export type Opening = z.output<typeof openingSchema>;

/** The newest version of a bundle that this node may lead. Refusal joint.template. */
export function templateAt(node: NodeCode, code: string): Result<JointTemplate> {
  const versions = jointTemplates.filter((template) => template.code === code);
  const newest = versions.sort((a, b) => b.version - a.version)[0];
  if (newest === undefined) return refuse('joint.template', `没有联办模板 ${code}`, { template: code });
  return newest.leadTier === tierOf(node)
    ? ok(newest)
    : refuse('joint.template', `“${newest.name}”不由本级牵头`, { template: code, tier: newest.leadTier });
}

/** What each branch's item is here today; a branch whose item is not offered here has no pin. */
export function pinsOf(tools: JointTools, node: NodeCode, template: JointTemplate): Record<string, BranchPin> {
  const today = localDate(tools.clock.now());
  return Object.fromEntries(
    template.branches.flatMap(({ code, item }): [string, BranchPin][] => {
      const routed = tools.items.route(node, item, today);
      if (!routed.ok) return [];
      const { name, version, department, promisedDays } = routed.value.pin;
      return [[code, { item: name, version, department, promisedDays }]];
    }),
  );
}

/** Takes in one application for all branches at the leading node. */
export async function openJoint(
  tools: JointTools,
  caller: JointCaller,
  opening: Opening,
): Promise<Result<CommandOutcome>> {
  const { template: code, occurredAt, ...rest } = opening;
  const { identityType, applicant } = rest;
  if (identityType === 'residentIdentityCard' && !isIdentityNumber(applicant.identityNumber))
    return refuse('request.invalid', '身份证号码校验不正确，请核对');
  if (identityType === 'usccOrganisation' && !isUscc(applicant.identityNumber))
    return refuse('request.invalid', '统一社会信用代码校验不正确，请核对');
  const template = templateAt(caller.node, code);
  if (!template.ok) return template;
  const now = tools.clock.now();
  const { node, key } = caller;
  return tools.commands.execute<JointState, JointCommand>({
    ...{ node, key, digest: caller.digest, recordClass: jointRecordClass },
    record: derivedId(key, jointRecordClass),
    begins: true,
    actor: actorOf(caller),
    ...nameOf(caller),
    occurredAt: occurredAt === undefined ? now : Date.parse(occurredAt),
    traceparent: caller.traceparent,
    async command(sql) {
      const sequence = await nextJointNumber(sql, node, localDate(now), 'LB');
      const pins = pinsOf(tools, node, template.value);
      return ok({ ...rest, type: 'open', template: template.value, pins, sequence });
    },
  });
}
