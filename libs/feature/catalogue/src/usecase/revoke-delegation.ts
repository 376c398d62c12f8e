import { localDate } from '@tongban/domain/calendar';
import { delegationSchema, type CivilDate, type Delegation, type Revocation } from '@tongban/domain/delegation';
import { isNodeCode, isWithin, ok, refuse, tierOf, type NodeCode, type Result } from '@tongban/kernel';
import type { RunningCases } from '../ports.js';
import { appendRecords, heldAround, signedVersion } from './append-records.js';
import { once, type CommandInput, type WriteTools } from './command.js';
import { decidePublication } from './decide-publication.js';
import { publishersFor, type HeldVersion } from './held.js';
import { findUses, type DelegationUse } from './uses.js';

export interface RevokeInput extends CommandInput {
  readonly delegation: string;
  /** First day without the powers; today at the earliest. */
  readonly revokedOn: CivilDate;
  readonly revocation: Revocation;
}

export interface RevokedDelegation {
  readonly delegation: string;
  readonly version: number;
  readonly revokedOn: CivilDate;
  /** Delegations further down that stand on it and give nothing any more. */
  readonly dependents: readonly DelegationUse[];
  /** Running cases at those who lose the powers; each follows the rule of the revocation. */
  readonly cases: readonly RunningCases[];
  readonly casesCounted: boolean;
}

/** Ends a delegation on a day; published down the tree as its next version. */
export class RevokeDelegation {
  constructor(private readonly tools: WriteTools) {}

  /** Refusals: delegation.unknown, delegation.revoked, delegation.invalid, request.key-reused. */
  async revoke(input: RevokeInput): Promise<Result<RevokedDelegation>> {
    const { node, delegation: id, revokedOn, revocation } = input;
    const command = { revoke: { id, revokedOn, revocation } };
    const done = await once(this.tools, input, command, async (sql) => {
      const held = await heldAround(sql, node);
      const now = this.tools.clock.now();
      const next = decideRevocation(ownVersions(held, node, id), revokedOn, revocation, localDate(now));
      if (!next.ok) return next;
      const seen = new Set(publishersFor(node));
      const visible = held.filter((version) => seen.has(version.id.publisher));
      const decision = decidePublication(node, { delegations: [next.value] }, visible);
      if (!decision.ok) return decision;
      const records = decision.value.versions.map((version) => signedVersion(this.tools.keystore, node, version, now));
      await appendRecords(sql, records, now, input.traceparent);
      const { item, to, version } = next.value;
      const dependents = findUses(held, node, 'delegation', id, localDate(now)).delegations;
      return ok({ delegation: id, version, item, to, revokedOn, dependents });
    });
    if (!done.ok) return done;
    const { item, to, ...outcome } = done.value;
    const all = await this.tools.caseUsage?.countRunning(node, item);
    const cases = all?.filter((counted) => (isNodeCode(to) ? counted.node === to : tierOf(counted.node) === to));
    return ok({ ...outcome, cases: cases ?? [], casesCounted: cases !== undefined });
  }
}

interface OwnVersions {
  readonly delegations: readonly Delegation[];
  /** Highest number used, by a tombstone or a version. */
  readonly highest: number;
  readonly withdrawn: boolean;
}

function ownVersions(held: readonly HeldVersion[], node: NodeCode, delegation: string): OwnVersions {
  const own = held
    .filter(({ id }) => id.publisher === node && id.kind === 'delegation' && id.key === delegation)
    .sort((a, b) => b.id.version - a.id.version);
  return {
    delegations: own.flatMap(({ content }) => (content?.kind === 'delegation' ? [content.value] : [])),
    highest: own[0]?.id.version ?? 0,
    withdrawn: own[0]?.withdrawn ?? false,
  };
}

/** The next version: the one that would count on the day of the revocation, ending then. */
export function decideRevocation(
  { delegations, highest, withdrawn }: OwnVersions,
  revokedOn: CivilDate,
  revocation: Revocation,
  today: CivilDate,
): Result<Delegation> {
  if (delegations.length === 0 || withdrawn) return refuse('delegation.unknown', '本级没有发布这项授权，或已撤回');
  if (revokedOn < today) return refuse('delegation.invalid', '撤销日期不能早于今天', { today });
  const counting = delegations.find(({ validFrom }) => validFrom <= revokedOn);
  if (counting === undefined) return refuse('delegation.invalid', '授权到撤销日尚未生效，请直接撤回');
  const { validTo, revokedOn: earlier, to } = counting;
  if (earlier !== undefined && earlier <= today) {
    return refuse('delegation.revoked', `授权已于 ${earlier} 撤销`, { revokedOn: earlier });
  }
  if (validTo !== undefined && revokedOn > validTo) {
    return refuse('delegation.invalid', `授权到 ${validTo} 为止，无须撤销`, { validTo });
  }
  const { handTo } = revocation;
  const isTakers = handTo !== undefined && isNodeCode(to) && isWithin(handTo, to);
  if (isTakers) return refuse('delegation.invalid', '在办件不能移交给被撤销授权的单位及其下级');
  return ok(delegationSchema.parse({ ...counting, version: highest + 1, revokedOn, revocation }));
}
