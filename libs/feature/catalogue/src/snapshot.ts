import {
  localise,
  type Agent,
  type BaseItem,
  type Department,
  type Localisation,
  type ServiceItem,
  type Stationing,
} from '@tongban/domain/catalogue';
import {
  authorityAt,
  endingAt,
  inForce,
  powersAt,
  resolveRoute,
  type Authority,
  type CivilDate,
  type Delegation,
  type EndingPower,
  type Holding,
  type Power,
  type Route,
} from '@tongban/domain/delegation';
import { ancestorAt, isNodeCode, isWithin, ok, refuse, tierOf, type NodeCode, type Result } from '@tongban/kernel';
import {
  addRecord,
  current,
  delegationsOf,
  emptyCatalogue,
  itemRecord,
  liveVersions,
  offeredOn,
  type PublisherCatalogue,
  type Sourced,
  type Tombstone,
} from './snapshot-records.js';
import { holdingsOf } from './matrix/holdings.js';
import { matcherOf, type OffersQuery } from './offers-query.js';
import { publishersFor, type HeldVersion } from './usecase/held.js';

export interface OfferedItem {
  readonly item: ServiceItem;
  /** What the node itself may do; empty only where `seen` items are asked for. */
  readonly powers: readonly Power[];
}

export interface Offers {
  readonly items: readonly OfferedItem[];
  /** Code to go on after; absent on the last page. */
  readonly next?: string;
}

/** Every version of an item that a node sees, for its history. */
export interface ItemHistory {
  readonly publisher: NodeCode;
  /** Newest first. */
  readonly versions: readonly ServiceItem[];
  readonly tombstone?: Tombstone;
}

/** An item as its layers say it. */
export interface ItemLayers {
  readonly item: Sourced<ServiceItem>;
  readonly base?: Sourced<BaseItem>;
  /** From the top down. */
  readonly localisations: readonly Sourced<Localisation>[];
}

/** All that a host holds, indexed for its nodes; never changes. What stands higher in the tree goes first. */
export class CatalogueSnapshot {
  private readonly publishers = new Map<NodeCode, PublisherCatalogue>();
  private readonly codes = new Map<string, readonly string[]>();
  /** Items of which any division says anything: most are the same everywhere. */
  private readonly localisedCodes = new Set<string>();
  private readonly merged = new Map<string, ServiceItem>();

  constructor(versions: readonly HeldVersion[]) {
    const records = new Map<string, HeldVersion[]>();
    for (const version of versions) {
      const { publisher, kind, key } = version.id;
      const place = `${publisher}/${kind}/${key}`;
      const list = records.get(place);
      if (list === undefined) records.set(place, [version]);
      else list.push(version);
    }
    for (const list of records.values()) {
      list.sort((a, b) => b.id.version - a.id.version);
      const { id } = list[0]!;
      addRecord(this.catalogueOf(id.publisher), list);
      if (id.kind === 'localisation') this.localisedCodes.add(id.key);
    }
  }

  /** Refuses item.unknown, item.not-published. */
  findItem(node: NodeCode, code: string, on: CivilDate): Result<ServiceItem> {
    const record = itemRecord(this.cataloguesFor(node), code);
    if (record === undefined) return refuse('item.unknown', `没有事项 ${code}`, { item: code });
    const item = offeredOn(record, on);
    return item !== undefined
      ? ok(this.localised(node, item, on))
      : refuse('item.not-published', `${on}，事项 ${code} 未发布或已停办`, { item: code });
  }

  /** The item in force with its base and the localisations that apply at the node. Refuses as findItem does. */
  layersOf(node: NodeCode, code: string, on: CivilDate): Result<ItemLayers> {
    const catalogues = this.cataloguesFor(node);
    const found = catalogues.find(({ items }) => items.has(code));
    const item = found === undefined ? undefined : offeredOn(found.items.get(code)!, on);
    if (found === undefined) return refuse('item.unknown', `没有事项 ${code}`, { item: code });
    if (item === undefined) return refuse('item.not-published', `${on}，事项 ${code} 未发布或已停办`, { item: code });
    const bases = catalogues.flatMap(({ publisher, bases: own }) => {
      const value = offeredOn(own.get(code), on);
      return value === undefined ? [] : [{ publisher, value }];
    });
    return ok({
      item: { publisher: found.publisher, value: item },
      ...(bases[0] === undefined ? {} : { base: bases[0] }),
      localisations: this.localisationsFor(node, code, on),
    });
  }

  /** What the node itself has published of one kind and has not withdrawn, by key. */
  ownLocalisations(node: NodeCode, on: CivilDate): Localisation[] {
    return current(this.publishers.get(node)?.localisations, on);
  }

  ownItems(node: NodeCode, on: CivilDate): ServiceItem[] {
    return current(this.publishers.get(node)?.items, on);
  }

  /** Every item that the node sees, as its publisher says it, whatever the node may do with it. */
  itemsOf(node: NodeCode, on: CivilDate): ServiceItem[] {
    const catalogues = this.cataloguesFor(node);
    return this.codesFor(node).flatMap((code) => offeredOn(itemRecord(catalogues, code), on) ?? []);
  }

  /** What each place holds over each item, by item and then by place. */
  holdings(items: readonly ServiceItem[], places: readonly NodeCode[], on: CivilDate): Holding[][] {
    return holdingsOf((place) => this.cataloguesFor(place), items, places, on);
  }

  /** Every version of every delegation of an item that bears on a place, as far as it is held here. */
  delegationsOver(place: NodeCode, code: string): readonly Delegation[] {
    return delegationsOf(this.cataloguesFor(place), code);
  }

  /** The agents of the node and of those below it, that the node sees. */
  agentsOf(node: NodeCode, on: CivilDate): Agent[] {
    const seen = [...this.publishers].filter(([by]) => isWithin(node, by) || isWithin(by, node));
    return seen.flatMap(([, { agents }]) => current(agents, on)).filter((agent) => isWithin(agent.node, node));
  }

  /** What each department has brought into the node's hall. */
  stationingsOf(node: NodeCode, on: CivilDate): Stationing[] {
    return this.cataloguesFor(node)
      .flatMap(({ stationings }) => current(stationings, on))
      .filter(({ hall }) => hall === node);
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

  /** Refuses item.unknown. */
  itemHistory(node: NodeCode, code: string): Result<ItemHistory> {
    for (const publisher of publishersFor(node)) {
      const record = this.publishers.get(publisher)?.items.get(code);
      if (record !== undefined) return ok({ publisher, ...record });
    }
    return refuse('item.unknown', `没有事项 ${code}`, { item: code });
  }

  departmentsOf(node: NodeCode): Department[] {
    const found = new Map<string, Department>();
    for (const { departments } of this.cataloguesFor(node)) {
      for (const [id, record] of departments) {
        const [newest] = liveVersions(record);
        if (newest !== undefined && !found.has(id)) found.set(id, newest);
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

  /** Refuses as findItem does, and delegation.intake-above. */
  authority(node: NodeCode, code: string, on: CivilDate): Result<{ item: ServiceItem; authority: Authority }> {
    const item = this.findItem(node, code, on);
    if (!item.ok) return item;
    const delegations = delegationsOf(this.cataloguesFor(node), code);
    const authority = authorityAt({ item: item.value, intake: node, delegations, on });
    return authority.ok ? ok({ item: item.value, authority: authority.value }) : authority;
  }

  /** Delegations that count on a day and concern the node, as giver or taker; ids are `publisher/id`. */
  delegationsAt(node: NodeCode, on: CivilDate): { given: Delegation[]; received: Delegation[] } {
    const all = this.cataloguesFor(node).flatMap(({ delegations }) =>
      [...delegations].flatMap(([code, list]) => inForce(list, code, on)),
    );
    const tier = tierOf(node);
    return {
      given: all.filter(({ from, to }) => ancestorAt(node, from) === node && (!isNodeCode(to) || isWithin(to, node))),
      received: all.filter(({ to }) => to === node || to === tier),
    };
  }

  /** What becomes of the node's running cases of an item whose powers have been revoked by that day. */
  endings(node: NodeCode, code: string, on: CivilDate): EndingPower[] {
    const catalogues = this.cataloguesFor(node);
    const record = itemRecord(catalogues, code);
    const [newest] = record?.versions ?? [];
    if (newest === undefined) return [];
    return endingAt({ item: newest, intake: node, delegations: delegationsOf(catalogues, code), on });
  }

  /** The items over which the node holds any power that day, or all that it sees, by code. */
  offers(node: NodeCode, asked: OffersQuery): Offers {
    const { cursor = '', limit, on, seen = false } = asked;
    const matches = matcherOf(asked);
    const catalogues = this.cataloguesFor(node);
    const items: OfferedItem[] = [];
    for (const code of this.codesFor(node)) {
      if (code <= cursor) continue;
      const item = offeredOn(itemRecord(catalogues, code)!, on);
      if (item === undefined || !matches(item)) continue;
      const powers = powersAt(node, item, delegationsOf(catalogues, code), on);
      if (powers.length === 0 && !seen) continue;
      if (items.length === limit) return { items, next: items.at(-1)!.item.code };
      items.push({ item: this.localised(node, item, on), powers });
    }
    return { items };
  }

  private localisationsFor(node: NodeCode, code: string, on: CivilDate): ItemLayers['localisations'] {
    return this.cataloguesFor(node).flatMap(({ publisher, localisations }) => {
      const value = offeredOn(localisations.get(code), on);
      return value === undefined ? [] : [{ publisher, value }];
    });
  }

  /** The same object each time, so that readers may remember what they made of it. */
  private localised(node: NodeCode, item: ServiceItem, on: CivilDate): ServiceItem {
    if (!this.localisedCodes.has(item.code)) return item;
    const layers = this.localisationsFor(node, item.code, on);
    if (layers.length === 0) return item;
    const place = [item.code, item.version, ...layers.map(({ publisher, value }) => `${publisher}@${value.version}`)];
    const known = this.merged.get(place.join());
    if (known !== undefined) return known;
    const merged = layers.reduce((above, { value }) => localise(above, value), item);
    this.merged.set(place.join(), merged);
    return merged;
  }

  private catalogueOf(publisher: NodeCode): PublisherCatalogue {
    const known = this.publishers.get(publisher) ?? emptyCatalogue(publisher);
    this.publishers.set(publisher, known);
    return known;
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
