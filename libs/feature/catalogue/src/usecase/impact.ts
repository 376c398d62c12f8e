import { localDate } from '@tongban/domain/calendar';
import {
  compareItems,
  findOverlap,
  isOffered,
  type FieldChange,
  type PublisherStanding,
  type ServiceItem,
  type SilentNode,
} from '@tongban/domain/catalogue';
import type { CivilDate, Power } from '@tongban/domain/delegation';
import { powers } from '@tongban/domain/delegation';
import { refuse, ok, type NodeCode, type Result, type Uuid } from '@tongban/kernel';
import { findDraft } from '../store/draft-store.js';
import { heldAround } from './append-records.js';
import type { StandingView } from '../standing/standings.js';
import type { WriteTools } from './command.js';
import type { HeldVersion } from './held.js';
import { publishedDates } from './item-drafts.js';
import { findUses, type RecordUses } from './uses.js';

/** Who works under the version in force: a whole tier, or one node. */
export interface Worker {
  readonly place: string;
  readonly powers: readonly Power[];
}

/** What publishing a draft would touch. */
export interface Impact {
  readonly code: string;
  /** The version that applies today; absent for a new item. */
  readonly inForce?: number;
  readonly changes: readonly FieldChange[];
  /** Number of the version whose validity the draft's overlaps. */
  readonly overlaps?: number;
  /** Running cases stay with their version. */
  readonly uses: RecordUses;
  readonly workers: readonly Worker[];
  /** The node and those below it: how many hold what is published now, and which are behind or out of reach. */
  readonly holders: Holders;
}

export interface Holders {
  readonly total: number;
  /** Hold the newest state, and with it the version in force; they get the next one. */
  readonly newest: number;
  /** Hold an earlier state: of them it is not certain which version they work by. */
  readonly behind: PublisherStanding['lagging'];
  readonly silent: readonly SilentNode[];
  readonly unheard: number;
}

function inForceOf(node: NodeCode, code: string, held: readonly HeldVersion[], on: CivilDate): ServiceItem | undefined {
  let found: ServiceItem | undefined;
  let tombstone = 0;
  for (const { id, content, withdrawn } of held) {
    if (id.publisher !== node || id.kind !== 'item' || id.key !== code) continue;
    if (withdrawn) tombstone = Math.max(tombstone, id.version);
    if (content?.kind !== 'item' || content.value.validFrom > on) continue;
    if (found === undefined || found.version < content.value.version) found = content.value;
  }
  return found !== undefined && found.version > tombstone && isOffered(found, on) ? found : undefined;
}

function workersOf(item: ServiceItem, { delegations }: Pick<RecordUses, 'delegations'>): Worker[] {
  const given = new Map<string, Set<Power>>();
  for (const delegation of delegations) {
    const known = given.get(delegation.to) ?? new Set();
    for (const power of delegation.powers) known.add(power);
    given.set(delegation.to, known);
  }
  return [
    { place: item.level, powers },
    ...[...given].map(([place, held]) => ({ place, powers: powers.filter((power) => held.has(power)) })),
  ];
}

function holdersOf({ total, standing, publishers }: StandingView, node: NodeCode): Holders {
  const own = publishers.find(({ publisher }) => publisher === node);
  const { silent, unheard } = standing;
  return { total, newest: own?.newest ?? 0, behind: own?.lagging ?? [], silent, unheard };
}

/** Reads what a draft would touch. Refuses catalogue.draft-unknown. */
export async function impactOfDraft(tools: WriteTools, node: NodeCode, draft: Uuid): Promise<Result<Impact>> {
  const read = await tools.transactor.run(async (sql) => {
    const state = await findDraft(sql, node, draft);
    return state === undefined ? undefined : { state, held: await heldAround(sql, node) };
  });
  if (read === undefined) return refuse('catalogue.draft-unknown', '没有这份草稿');
  const { document } = read.state;
  const { code } = document;
  const on = localDate(tools.clock.now());
  const inForce = inForceOf(node, code, read.held, on);
  const overlap = findOverlap(publishedDates(node, code, read.held), document);
  const cases = await tools.caseUsage?.countRunning(node, code);
  const uses = {
    ...findUses(read.held, node, 'item', code, on),
    cases: cases ?? [],
    casesCounted: cases !== undefined,
  };
  return ok({
    code,
    ...(inForce === undefined ? {} : { inForce: inForce.version }),
    changes: inForce === undefined ? [] : compareItems(inForce, document),
    ...(overlap === undefined || read.state.status === 'published' ? {} : { overlaps: overlap.version }),
    uses,
    workers: workersOf(document, uses),
    holders: holdersOf(tools.standing(node), node),
  });
}
