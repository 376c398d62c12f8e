import {
  fileReferencesOf,
  type Agent,
  type Department,
  type Localisation,
  type PublisherState,
  type ServiceItem,
  type Stationing,
} from '@tongban/domain/catalogue';
import type { Authority, CivilDate, Delegation, EndingPower, Holding, Power, Route } from '@tongban/domain/delegation';
import { tierOf, type Clock, type Instant, type NodeCode, type Result } from '@tongban/kernel';
import type { OffersQuery } from './offers-query.js';
import { idText, type RecordId } from './record.js';
import { CatalogueSnapshot, type ItemHistory, type ItemLayers, type Offers } from './snapshot.js';
import { heldStates, nothingHeld } from './standing/held-states.js';
import { countVersions, readArrivals, readRecords, readVersionIds } from './store/record-store.js';
import type { Transactor } from './store/transactor.js';
import { heldVersion, publishersFor, type HeldVersion } from './usecase/held.js';

export interface CatalogueLog {
  (level: 'info' | 'warn', message: string, details?: Record<string, unknown>): void;
}

const recordsPerRead = 500;

/**
 * The host's catalogue in memory. It answers for every node that the host serves, without the database; `refresh` takes
 * over what the database has since received, and is cheap when that is nothing.
 */
export class CatalogueView {
  private held = new Map<string, HeldVersion>();
  private snapshot = new CatalogueSnapshot([]);
  private isOpening = true;
  private states: ReadonlyMap<NodeCode, PublisherState> = new Map();
  private running: Promise<void> | undefined;
  private queued: Promise<void> | undefined;

  private constructor(
    private readonly transactor: Transactor,
    private readonly clock: Clock,
    private readonly log: CatalogueLog,
  ) {}

  /** Reads the database first: a view that is empty would say "unknown" of everything. */
  static async open(transactor: Transactor, clock: Clock, log: CatalogueLog): Promise<CatalogueView> {
    const view = new CatalogueView(transactor, clock, log);
    await view.refresh();
    view.isOpening = false;
    return view;
  }

  /** How many versions are held. */
  get size(): number {
    return this.held.size;
  }

  /** What the node holds of each publisher that it sees, from the top down; nothing is a state as well. */
  statesOf(node: NodeCode): PublisherState[] {
    const publishers = publishersFor(node).filter((publisher) => tierOf(publisher) !== 'province');
    return publishers.map((publisher) => this.states.get(publisher) ?? { publisher, ...nothingHeld });
  }

  /** Digests of the public files that any version of an item held here names. */
  fileDigests(): Set<string> {
    const digests = new Set<string>();
    for (const { content } of this.held.values()) {
      if (content?.kind !== 'item') continue;
      for (const { digest } of fileReferencesOf(content.value)) digests.add(digest);
    }
    return digests;
  }

  /** When the node's newest version was published by this publisher; undefined when it holds none. */
  publishedAt(publisher: NodeCode): Instant | undefined {
    let newest: Instant | undefined;
    for (const { id, publishedAt } of this.held.values()) {
      if (id.publisher === publisher && (newest === undefined || newest < publishedAt)) newest = publishedAt;
    }
    return newest;
  }

  /** Resolves when the view shows at least what was committed before the call. One runs at a time, one more waits. */
  refresh(): Promise<void> {
    if (this.running === undefined) {
      this.running = this.load().finally(() => (this.running = undefined));
      return this.running;
    }
    this.queued ??= this.running
      .catch(() => undefined)
      .then(() => {
        this.queued = undefined;
        return this.refresh();
      });
    return this.queued;
  }

  findItem(node: NodeCode, code: string, on: CivilDate): Result<ServiceItem> {
    return this.snapshot.findItem(node, code, on);
  }

  findItemVersion(node: NodeCode, code: string, version: number): Result<ServiceItem> {
    return this.snapshot.findItemVersion(node, code, version);
  }

  itemHistory(node: NodeCode, code: string): Result<ItemHistory> {
    return this.snapshot.itemHistory(node, code);
  }

  departmentsOf(node: NodeCode): Department[] {
    return this.snapshot.departmentsOf(node);
  }

  powers(node: NodeCode, item: ServiceItem, on: CivilDate): readonly Power[] {
    return this.snapshot.powers(node, item, on);
  }

  route(node: NodeCode, code: string, on: CivilDate): Result<{ item: ServiceItem; route: Route }> {
    return this.snapshot.route(node, code, on);
  }

  authority(node: NodeCode, code: string, on: CivilDate): Result<{ item: ServiceItem; authority: Authority }> {
    return this.snapshot.authority(node, code, on);
  }

  delegationsAt(node: NodeCode, on: CivilDate): { given: Delegation[]; received: Delegation[] } {
    return this.snapshot.delegationsAt(node, on);
  }

  endings(node: NodeCode, code: string, on: CivilDate): EndingPower[] {
    return this.snapshot.endings(node, code, on);
  }

  layersOf(node: NodeCode, code: string, on: CivilDate): Result<ItemLayers> {
    return this.snapshot.layersOf(node, code, on);
  }

  ownLocalisations(node: NodeCode, on: CivilDate): Localisation[] {
    return this.snapshot.ownLocalisations(node, on);
  }

  ownItems(node: NodeCode, on: CivilDate): ServiceItem[] {
    return this.snapshot.ownItems(node, on);
  }

  itemsOf(node: NodeCode, on: CivilDate): ServiceItem[] {
    return this.snapshot.itemsOf(node, on);
  }

  holdings(items: readonly ServiceItem[], places: readonly NodeCode[], on: CivilDate): Holding[][] {
    return this.snapshot.holdings(items, places, on);
  }

  delegationsOver(place: NodeCode, code: string): readonly Delegation[] {
    return this.snapshot.delegationsOver(place, code);
  }

  agentsOf(node: NodeCode, on: CivilDate): Agent[] {
    return this.snapshot.agentsOf(node, on);
  }

  stationingsOf(node: NodeCode, on: CivilDate): Stationing[] {
    return this.snapshot.stationingsOf(node, on);
  }

  offers(node: NodeCode, query: OffersQuery): Offers {
    return this.snapshot.offers(node, query);
  }

  private async load(): Promise<void> {
    const missing = await this.transactor.run(async (sql) => {
      // Versions are only ever added, so an equal count means nothing new.
      if ((await countVersions(sql)) === this.held.size) return [];
      return (await readVersionIds(sql)).filter((id) => !this.held.has(idText(id)));
    });
    if (missing.length === 0) return;
    const held = new Map(this.held);
    for (let start = 0; start < missing.length; start += recordsPerRead) {
      for (const version of await this.read(missing.slice(start, start + recordsPerRead))) {
        held.set(idText(version.id), version);
      }
    }
    const arrivals = this.isOpening ? await this.transactor.run(readArrivals) : new Map<NodeCode, Instant>();
    this.snapshot = new CatalogueSnapshot([...held.values()]);
    this.held = held;
    // From here on it is answered from: this is when it became usable.
    const now = this.clock.now();
    const ids = [...held.values()].map(({ id }) => id);
    this.states = heldStates(ids, this.states, (publisher) => arrivals.get(publisher) ?? now);
  }

  private async read(ids: readonly RecordId[]): Promise<HeldVersion[]> {
    const records = await this.transactor.run((sql) => readRecords(sql, ids));
    const versions = records.map(heldVersion);
    for (const { id, withdrawn, content } of versions) {
      if (content === undefined && !withdrawn) {
        this.log('warn', 'a catalogue record is kept but cannot be used', { record: idText(id) });
      }
    }
    return versions;
  }
}
