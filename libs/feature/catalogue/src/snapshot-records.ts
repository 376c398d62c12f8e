import type { Agent, BaseItem, Department, Localisation, ServiceItem, Stationing } from '@tongban/domain/catalogue';
import type { CivilDate, Delegation } from '@tongban/domain/delegation';
import type { Instant, NodeCode } from '@tongban/kernel';
import { readTombstone } from './tombstone.js';
import type { HeldVersion } from './usecase/held.js';

/** All versions of one record. */
export interface Withdrawable<T> {
  /** Newest first. */
  readonly versions: readonly T[];
  /** The newest tombstone: versions up to it no longer apply. */
  readonly tombstone?: Tombstone;
}

export interface Tombstone {
  readonly version: number;
  readonly publishedAt: Instant;
  readonly reason?: string;
}

/** All that one node has published. */
export interface PublisherCatalogue {
  readonly publisher: NodeCode;
  readonly items: Map<string, Withdrawable<ServiceItem>>;
  readonly departments: Map<string, Withdrawable<Department>>;
  readonly bases: Map<string, Withdrawable<BaseItem>>;
  readonly localisations: Map<string, Withdrawable<Localisation>>;
  readonly stationings: Map<string, Withdrawable<Stationing>>;
  readonly agents: Map<string, Withdrawable<Agent>>;
  /** By the code of the item. */
  readonly delegations: Map<string, Delegation[]>;
}

export interface Dated {
  readonly version: number;
  readonly validFrom: CivilDate;
  readonly validTo?: CivilDate | undefined;
}

export interface Sourced<T> {
  readonly publisher: NodeCode;
  readonly value: T;
}

export const emptyCatalogue = (publisher: NodeCode): PublisherCatalogue => ({
  publisher,
  items: new Map(),
  departments: new Map(),
  bases: new Map(),
  localisations: new Map(),
  stationings: new Map(),
  agents: new Map(),
  delegations: new Map(),
});

/** Takes in the versions of one record, newest first. */
export function addRecord(catalogue: PublisherCatalogue, versions: readonly HeldVersion[]): void {
  const { key } = versions[0]!.id;
  const tombstone = tombstoneOf(versions);
  const ended = tombstone === undefined ? {} : { tombstone };
  const keep = <T>(into: Map<string, Withdrawable<T>>, value: T): void => {
    into.set(key, { versions: [...(into.get(key)?.versions ?? []), value], ...ended });
  };
  for (const { content } of versions) {
    if (content === undefined) continue;
    switch (content.kind) {
      case 'item':
        keep(catalogue.items, content.value);
        break;
      case 'department':
        keep(catalogue.departments, content.value);
        break;
      case 'base':
        keep(catalogue.bases, content.value);
        break;
      case 'localisation':
        keep(catalogue.localisations, content.value);
        break;
      case 'stationing':
        keep(catalogue.stationings, content.value);
        break;
      case 'agent':
        keep(catalogue.agents, content.value);
        break;
      case 'delegation':
        if (content.value.version > (tombstone?.version ?? 0)) addDelegation(catalogue, content.value);
    }
  }
}

function addDelegation({ publisher, delegations }: PublisherCatalogue, delegation: Delegation): void {
  // Ids are unique per publisher only: nobody below may replace what stands above by taking its id.
  const known = { ...delegation, id: `${publisher}/${delegation.id}` };
  const list = delegations.get(delegation.item);
  if (list === undefined) delegations.set(delegation.item, [known]);
  else list.push(known);
}

/** What stands highest counts: nobody below may replace it. */
export function itemRecord(
  catalogues: readonly PublisherCatalogue[],
  code: string,
): Withdrawable<ServiceItem> | undefined {
  for (const { items } of catalogues) {
    const record = items.get(code);
    if (record !== undefined) return record;
  }
  return undefined;
}

export const delegationsOf = (catalogues: readonly PublisherCatalogue[], code: string): readonly Delegation[] =>
  catalogues.flatMap(({ delegations }) => delegations.get(code) ?? []);

/** Versions above the newest tombstone, newest first: a record that is published again after a withdrawal lives again. */
export const liveVersions = <T extends { readonly version: number }>({
  versions,
  tombstone,
}: Withdrawable<T>): readonly T[] =>
  tombstone === undefined ? versions : versions.filter(({ version }) => version > tombstone.version);

function tombstoneOf(newestFirst: readonly HeldVersion[]): Tombstone | undefined {
  const found = newestFirst.find(({ withdrawn }) => withdrawn);
  if (found === undefined) return undefined;
  const reason = readTombstone(found.state)?.reason;
  const tombstone = { version: found.id.version, publishedAt: found.publishedAt };
  return reason === undefined ? tombstone : { ...tombstone, reason };
}

/** A version replaces the one before from its own first day: the newest that has begun counts, if it is still offered. */
export function offeredOn<T extends Dated>(record: Withdrawable<T> | undefined, on: CivilDate): T | undefined {
  if (record === undefined) return undefined;
  const begun = liveVersions(record).find(({ validFrom }) => validFrom <= on);
  return begun !== undefined && (begun.validTo === undefined || on <= begun.validTo) ? begun : undefined;
}

export const current = <T extends Dated>(records: Map<string, Withdrawable<T>> | undefined, on: CivilDate): T[] =>
  [...(records?.values() ?? [])].flatMap((record) => offeredOn(record, on) ?? []);
