import { localDate, startOfLocalDate } from '@tongban/domain/calendar';
import {
  caseCommandSchemas,
  caseRecordClass,
  powersToUse,
  type CaseCommand,
  type CaseCommandOf,
  type CaseState,
  type RoutePower,
} from '@tongban/domain/casework';
import type { EndingPower, Power, QuotaGrant } from '@tongban/domain/delegation';
import { derivedId } from '@tongban/federation/nest';
import { sm3, type Sql } from '@tongban/journal';
import { ok, refuse, type NodeCode, type Result, type Uuid } from '@tongban/kernel';
import { handlersOf } from '../case-binding.js';
import {
  readBeyondQuota,
  readRunningCases,
  readRunningItems,
  type OwnedCase,
  type Taken,
} from '../store/duty-store.js';
import type { CaseworkTools } from './context.js';
import { openParts } from './dossier.js';

/** Cases moved in one round, and cases looked at to find them; what is over waits for the next round. */
export const maxMovesPerRound = 200;
const pageSize = 200;
const maxPagesPerItem = 50;

export type FollowTools = Pick<CaseworkTools, 'commands' | 'transactor' | 'clock' | 'items' | 'sealer'> & {
  readonly log: (level: 'info' | 'warn', message: string, details?: Record<string, unknown>) => void;
};
export type Move = Omit<CaseCommandOf<'reroute'>, 'type' | 'dossier'>;

const routed = (powers: readonly Power[]): RoutePower[] =>
  powers.filter((power) => power !== 'submit' && power !== 'review');

export const takenUnder = (node: NodeCode, item: string, { powers, since }: QuotaGrant): Taken => ({
  ...{ node, item, since: startOfLocalDate(since) },
  powers: powers.filter((power) => power === 'accept' || power === 'decide' || power === 'certify'),
});

/** One round: how many cases were moved, or marked to be finished where they are. */
export async function followDelegations(tools: FollowTools, stopping?: AbortSignal): Promise<number> {
  const today = localDate(tools.clock.now());
  let moved = 0;
  for (const { node, item } of await tools.transactor.run(readRunningItems)) {
    const endings = tools.items.endings(node, item, today).filter(({ powers }) => routed(powers).length > 0);
    const quotas = tools.items.quotas(node, item, today).filter(({ powers }) => routed(powers).length > 0);
    const found = [
      ...(endings.length === 0 ? [] : await casesUnder(tools, node, item, endings)),
      ...(await casesBeyond(tools, node, item, quotas, today)),
    ];
    for (const { held, move } of found) {
      if (stopping?.aborted === true || moved >= maxMovesPerRound) return moved;
      if (await follow(tools, held, move)) moved++;
    }
  }
  return moved;
}

interface Found {
  readonly held: OwnedCase;
  readonly move: Move;
}

const isFollowed = ({ reroutes }: CaseState, node: NodeCode, delegation: string): boolean =>
  reroutes.some((made) => made.delegation === delegation && made.node === node);
const isConcerned = (state: CaseState, node: NodeCode, powers: readonly RoutePower[]): boolean =>
  state.pendingOffer === null && powersToUse(state, node).some((power) => powers.includes(power));

const moveOf = ({ id, powers, revokedOn, rule, to }: EndingPower): Move => ({
  ...{ cause: 'delegationEnded', delegation: id, endedOn: revokedOn, rule, powers: routed(powers) },
  ...(to === undefined ? {} : { to }),
});

async function casesUnder(
  tools: FollowTools,
  node: NodeCode,
  item: string,
  endings: readonly EndingPower[],
): Promise<Found[]> {
  const found: Found[] = [];
  let after: Uuid | undefined;
  for (let page = 0; page < maxPagesPerItem && found.length < maxMovesPerRound; page++) {
    const rows = await tools.transactor.run((sql) => readRunningCases(sql, { node, item }, after, pageSize));
    for (const held of rows) {
      const ending = endings.find(
        ({ id, powers }) => !isFollowed(held.state, node, id) && isConcerned(held.state, node, routed(powers)),
      );
      if (ending !== undefined) found.push({ held, move: moveOf(ending) });
    }
    if (rows.length < pageSize) break;
    after = rows.at(-1)?.record;
  }
  return found;
}

/** Papers that came from below when the quota was used up: nobody there could know. */
async function casesBeyond(
  tools: FollowTools,
  node: NodeCode,
  item: string,
  quotas: readonly QuotaGrant[],
  today: string,
): Promise<Found[]> {
  const found: Found[] = [];
  for (const quota of quotas) {
    const taken = takenUnder(node, item, quota);
    const rows = await tools.transactor.run((sql) => readBeyondQuota(sql, taken, quota.cases, maxMovesPerRound));
    // The result is still handed out where the applicant came.
    const powers = routed(quota.powers).filter((power) => power !== 'deliver');
    for (const held of rows) {
      if (held.state.status !== 'submitted' && held.state.status !== 'preReview') continue;
      if (isFollowed(held.state, node, quota.delegation) || !isConcerned(held.state, node, powers)) continue;
      const move = { cause: 'quotaUsed', delegation: quota.delegation, endedOn: today, rule: 'handBack' } as const;
      found.push({ held, move: { ...move, powers, to: quota.giver } });
    }
  }
  return found;
}

export async function follow(tools: FollowTools, { node, record, seq }: OwnedCase, move: Move): Promise<boolean> {
  const key = derivedId(record, `reroute ${node} ${move.delegation}`);
  const done = await tools.commands.execute<CaseState, CaseCommand>({
    ...{ node, record, key, digest: sm3(Buffer.from(key)), recordClass: caseRecordClass, expectedSeq: seq },
    actor: { subject: 'delegations', role: 'system', division: node },
    occurredAt: tools.clock.now(),
    async command(sql, state) {
      if (state === undefined) return refuse('case.unknown', '本级没有这个办件');
      const dossier = await carried(tools, sql, state, { node, record, to: move.to });
      return dossier.ok ? ok({ type: 'reroute', ...move, ...dossier.value }) : dossier;
    },
  });
  if (!done.ok) tools.log('warn', 'a running case did not follow its delegation', { record, code: done.refusal.code });
  return done.ok;
}

const carriedParts = caseCommandSchemas.reroute.shape.dossier;

/** What was sealed before the other node was a handler is sealed for it once more. */
async function carried(
  tools: FollowTools,
  sql: Sql,
  state: CaseState,
  { node, record, to }: { readonly node: NodeCode; readonly record: Uuid; readonly to: NodeCode | undefined },
): Promise<Result<Pick<CaseCommandOf<'reroute'>, 'dossier'>>> {
  if (to === undefined || handlersOf(state).includes(to)) return ok({});
  const parts = await openParts(tools, sql, node, record);
  return parts.ok ? ok({ dossier: carriedParts.parse(parts.value) }) : parts;
}
