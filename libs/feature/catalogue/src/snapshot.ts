import { isOffered, type Department, type ServiceItem } from '@tongban/domain/catalogue';
import {
  powersAt,
  resolveRoute,
  type CivilDate,
  type Delegation,
  type Power,
  type Route,
} from '@tongban/domain/delegation';
import { ok, refuse, type NodeCode, type Result } from '@tongban/kernel';
import { publishersFor, type HeldVersion } from './usecase/held.js';

export interface OfferedItem {
  readonly item: ServiceItem;
  /** What the node itself may do; never empty. */
  readonly powers: readonly Power[];
}

export interface OffersQuery {
  /** Words, all of which the name must hold, or the beginning of a code; empty for everything. */
  readonly query?: string;
  /** Code after which to go on. */
  readonly cursor?: string;
  readonly limit: number;
  readonly on: CivilDate;
}

export interface Offers {
  readonly items: readonly OfferedItem[];
  /** Code to go on after; absent on the last page. */
  readonly next?: string;
}

interface Withdrawable<T> {
  /** Newest first. */
  readonly versions: readonly T[];
  readonly withdrawn: boolean;
}

interface PublisherCatalogue {
  readonly items: Map<string, Withdrawable<ServiceItem>>;
  readonly departments: Map<string, Withdrawable<Department>>;
  /** By the code of the item. */
  readonly delegations: Map<string, Delegation[]>;
}

/** All that a host holds, indexed for its nodes; never changes. What stands higher in the tree goes first. */
export class CatalogueSnapshot {
  private readonly publishers = new Map<NodeCode, PublisherCatalogue>();
  private readonly codes = new Map<string, readonly string[]>();

  constructor(versions: readonly HeldVersion[]) {
    const records = new Map<string, HeldVersion[]>();
    for (const version of versions) {
      const { publisher, kind, key } = version.id;
      const place = `${publisher}/${kind}/${key}`;
      const list = records.get(place);
      if (list === undefined) records.set(place, [version]);
      else list.push(version);
    }
    for (const list of records.values()) this.add(list.sort((a, b) => b.id.version - a.id.version));
  }

  /** Refuses item.unknown, item.not-published. */
  findItem(node: NodeCode, code: string, on: CivilDate): Result<ServiceItem> {
    const record = itemRecord(this.cataloguesFor(node), code);
    if (record === undefined) return refuse('item.unknown', `没有事项 ${code}`, { item: code });
    const item = offeredOn(record, on);
    return item === undefined
      ? refuse('item.not-published', `${on}，事项 ${code} 未发布或已停办`, { item: code })
      : ok(item);
  }

  /** A version whatever its dates, for a case that is pinned to it. Refuses item.unknown, item.version-not-held. */
  findItemVersion(node: NodeCode, code: string, version: number): Result<ServiceItem> {
    const record = itemRecord(this.cataloguesFor(node), code);
    if (record === undefined) return refuse('item.unknown', `没有事项 ${code}`, { item: code });
    const item = record.versions.find((candidate) => candidate.version === version);
    return item === undefined
      ? refuse('item.version-not-held', `本级尚未收到事项 ${code} 的第 ${version} 版`, { item: code, version })
      : ok(item);
  }

  departmentsOf(node: NodeCode): Department[] {
    const found = new Map<string, Department>();
    for (const { departments } of this.cataloguesFor(node)) {
      for (const [id, { versions, withdrawn }] of departments) {
        const [newest] = versions;
        if (newest !== undefined && !withdrawn && !found.has(id)) found.set(id, newest);
      }
    }
    return [...found.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  powers(node: NodeCode, item: ServiceItem, on: CivilDate): readonly Power[] {
    return powersAt(node, item, delegationsOf(this.cataloguesFor(node), item.code), on);
  }

  /** Refuses as findItem does, and as resolveRoute: delegation.none, delegation.intake-above. */
  route(node: NodeCode, code: string, on: CivilDate): Result<{ item: ServiceItem; route: Route }> {
    const item = this.findItem(node, code, on);
    if (!item.ok) return item;
    const delegations = delegationsOf(this.cataloguesFor(node), code);
    const route = resolveRoute({ item: item.value, intake: node, delegations, on });
    return route.ok ? ok({ item: item.value, route: route.value }) : route;
  }

  /** The items over which the node holds any power that day, by code. */
  offers(node: NodeCode, { query = '', cursor = '', limit, on }: OffersQuery): Offers {
    const matches = matcherOf(query);
    const catalogues = this.cataloguesFor(node);
    const items: OfferedItem[] = [];
    for (const code of this.codesFor(node)) {
      if (code <= cursor) continue;
      const item = offeredOn(itemRecord(catalogues, code)!, on);
      if (item === undefined || !matches(item)) continue;
      const powers = powersAt(node, item, delegationsOf(catalogues, code), on);
      if (powers.length === 0) continue;
      if (items.length === limit) return { items, next: items.at(-1)!.item.code };
      items.push({ item, powers });
    }
    return { items };
  }

  private add(versions: readonly HeldVersion[]): void {
    const [newest] = versions;
    const { publisher, key } = newest!.id;
    const withdrawn = newest!.withdrawn;
    const catalogue = this.catalogueOf(publisher);
    const items: ServiceItem[] = [];
    const departments: Department[] = [];
    for (const { content } of versions) {
      if (content?.kind === 'item') items.push(content.value);
      else if (content?.kind === 'department') departments.push(content.value);
      else if (content?.kind === 'delegation' && !withdrawn) this.addDelegation(catalogue, publisher, content.value);
    }
    if (items.length > 0) catalogue.items.set(key, { versions: items, withdrawn });
    if (departments.length > 0) catalogue.departments.set(key, { versions: departments, withdrawn });
  }

  private addDelegation({ delegations }: PublisherCatalogue, publisher: NodeCode, delegation: Delegation): void {
    // Ids are unique per publisher only: nobody below may replace what stands above by taking its id.
    const known = { ...delegation, id: `${publisher}/${delegation.id}` };
    const list = delegations.get(delegation.item);
    if (list === undefined) delegations.set(delegation.item, [known]);
    else list.push(known);
  }

  private catalogueOf(publisher: NodeCode): PublisherCatalogue {
    let catalogue = this.publishers.get(publisher);
    if (catalogue === undefined) {
      catalogue = { items: new Map(), departments: new Map(), delegations: new Map() };
      this.publishers.set(publisher, catalogue);
    }
    return catalogue;
  }

  private cataloguesFor(node: NodeCode): PublisherCatalogue[] {
    return publishersFor(node)
      .map((publisher) => this.publishers.get(publisher))
      .filter((catalogue) => catalogue !== undefined);
  }

  /** Codes in order; nodes that see the same publishers share one list. */
  private codesFor(node: NodeCode): readonly string[] {
    const seen = publishersFor(node).filter((publisher) => this.publishers.has(publisher));
    const place = seen.join();
    const known = this.codes.get(place);
    if (known !== undefined) return known;
    const codes = [...new Set(seen.flatMap((publisher) => [...this.publishers.get(publisher)!.items.keys()]))].sort();
    this.codes.set(place, codes);
    return codes;
  }
}

/** What stands highest counts: nobody below may replace it. */
function itemRecord(catalogues: readonly PublisherCatalogue[], code: string): Withdrawable<ServiceItem> | undefined {
  for (const { items } of catalogues) {
    const record = items.get(code);
    if (record !== undefined) return record;
  }
  return undefined;
}

const delegationsOf = (catalogues: readonly PublisherCatalogue[], code: string): readonly Delegation[] =>
  catalogues.flatMap(({ delegations }) => delegations.get(code) ?? []);

/** A version replaces the one before from its own first day: the newest that has begun counts, if it is still offered. */
function offeredOn({ versions, withdrawn }: Withdrawable<ServiceItem>, on: CivilDate): ServiceItem | undefined {
  if (withdrawn) return undefined;
  const begun = versions.find((item) => item.validFrom <= on);
  return begun !== undefined && isOffered(begun, on) ? begun : undefined;
}

function matcherOf(query: string): (item: ServiceItem) => boolean {
  const words = query
    .toLowerCase()
    .split(/\s+/u)
    .filter((word) => word !== '');
  if (words.length === 0) return () => true;
  return ({ name, code }) => {
    const text = name.toLowerCase();
    return words.every((word) => text.includes(word) || code.startsWith(word));
  };
}
