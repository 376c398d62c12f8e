import { powersToUse } from '@tongban/domain/casework';
import { readRetirements, type Retirement } from '@tongban/federation/nest';
import type { Uuid } from '@tongban/kernel';
import { readRunningCases, readRunningItems, type OwnedCase } from '../store/duty-store.js';
import { follow, maxMovesPerRound, type FollowTools } from './follow-delegations.js';

const pageSize = 200;
const maxPagesPerItem = 50;

/** What a case's entry names in place of a delegation. */
const endOf = (node: string): string => `${node}/division-ended`;

/**
 * Hands the open cases of nodes that end to their successors, with their papers: how many were moved. What is done is
 * read off the cases, so a process that dies anywhere goes on where it was; a case that comes in later goes on as well.
 */
export async function followRetirements(tools: FollowTools, stopping?: AbortSignal): Promise<number> {
  const retirements = await tools.transactor.run(readRetirements);
  if (retirements.length === 0) return 0;
  let moved = 0;
  for (const { node, item } of await tools.transactor.run(readRunningItems)) {
    const retirement = retirements.find((each) => each.node === node);
    if (retirement === undefined) continue;
    let after: Uuid | undefined;
    for (let page = 0; page < maxPagesPerItem; page++) {
      const rows = await tools.transactor.run((sql) => readRunningCases(sql, { node, item }, after, pageSize));
      for (const held of rows) {
        if (stopping?.aborted === true || moved >= maxMovesPerRound) return moved;
        if (await handOn(tools, held, retirement)) moved++;
      }
      if (rows.length < pageSize) break;
      after = rows.at(-1)?.record;
    }
  }
  return moved;
}

async function handOn(tools: FollowTools, held: OwnedCase, { successor, endsOn }: Retirement): Promise<boolean> {
  const { state, node } = held;
  const powers = powersToUse(state, node);
  if (state.pendingOffer !== null || powers.length === 0) return false;
  return follow(tools, held, {
    ...{ cause: 'divisionEnded', delegation: endOf(node), endedOn: endsOn, rule: 'handOver', powers },
    to: successor,
  });
}
