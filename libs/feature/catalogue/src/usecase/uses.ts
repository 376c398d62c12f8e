import { isWithin, isNodeCode, tierOf, tiers, type NodeCode } from '@tongban/kernel';
import { isOffered, type BaseItem } from '@tongban/domain/catalogue';
import type { CivilDate, Delegation, Power } from '@tongban/domain/delegation';
import { keyOf, type Content } from '../content.js';
import type { RunningCases } from '../ports.js';
import type { RecordKind } from '../record.js';
import type { HeldVersion } from './held.js';

export interface DelegationUse {
  readonly publisher: NodeCode;
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly powers: readonly Power[];
}

/** What stands on a record. */
export interface RecordUses {
  /** `item code name` of items in a department. */
  readonly items: readonly string[];
  readonly delegations: readonly DelegationUse[];
  /** Other records that name it, as `kind key`. */
  readonly records: readonly string[];
  readonly cases: readonly RunningCases[];
  /** False when this host cannot count cases: then `cases` says nothing. */
  readonly casesCounted: boolean;
}

/** The newest version of each record that has not been withdrawn. */
export function liveContents(held: readonly HeldVersion[]): { publisher: NodeCode; content: Content }[] {
  const newest = new Map<string, HeldVersion>();
  for (const version of held) {
    const place = `${version.id.publisher}/${version.id.kind}/${version.id.key}`;
    const known = newest.get(place);
    if (known === undefined || known.id.version < version.id.version) newest.set(place, version);
  }
  return [...newest.values()].flatMap(({ id, content }) =>
    content === undefined ? [] : [{ publisher: id.publisher, content }],
  );
}

/** The base of each item: where the province has laid one down through the gateway, none that the city passed on counts. */
export function basesIn(held: readonly HeldVersion[]): Map<string, BaseItem> {
  const depthOf = ({ publisher }: { readonly publisher: NodeCode }): number => tiers.indexOf(tierOf(publisher));
  const lowestFirst = liveContents(held).sort((a, b) => depthOf(b) - depthOf(a));
  return new Map(
    lowestFirst.flatMap(({ content }) => (content.kind === 'base' ? [[content.value.code, content.value]] : [])),
  );
}

const isLive = ({ validTo, revokedOn }: Delegation, on: CivilDate): boolean =>
  (validTo === undefined || on <= validTo) && (revokedOn === undefined || on < revokedOn);

const useOf = (publisher: NodeCode, { id, from, to, powers }: Delegation): DelegationUse => ({
  publisher,
  id,
  from,
  to,
  powers,
});

/** Nobody below may go on giving what comes through this delegation: those of the item whose giver it may have reached. */
function isBelow(upper: Delegation, lower: Delegation): boolean {
  if (lower.item !== upper.item) return false;
  if (!isNodeCode(upper.to)) return lower.from === upper.to;
  if (lower.from !== tierOf(upper.to)) return false;
  return !isNodeCode(lower.to) || isWithin(lower.to, upper.to);
}

/** Localisations, stationings and agents that stand on an item. */
function namesItem(content: Content, code: string): boolean {
  switch (content.kind) {
    case 'localisation':
      return content.value.item === code;
    case 'stationing':
      return content.value.items.some(({ item }) => item === code);
    case 'agent':
      return content.value.items.includes(code);
    default:
      return false;
  }
}

/** What of `held` names the record; the cases come from elsewhere. */
export function findUses(
  held: readonly HeldVersion[],
  publisher: NodeCode,
  kind: RecordKind,
  key: string,
  on: CivilDate,
): Omit<RecordUses, 'cases' | 'casesCounted'> {
  const items: string[] = [];
  const delegations: DelegationUse[] = [];
  const records: string[] = [];
  const live = liveContents(held);
  const own = live.find(
    ({ publisher: by, content }) => by === publisher && content.kind === 'delegation' && content.value.id === key,
  );
  const upper = kind === 'delegation' && own?.content.kind === 'delegation' ? own.content.value : undefined;
  for (const { publisher: by, content } of live) {
    if (content.kind === 'item' && kind === 'department') {
      const { departmentId, jointDepartmentIds = [], code, name } = content.value;
      const isNamed = departmentId === key || jointDepartmentIds.includes(key);
      const ended = !isOffered(content.value, on) && content.value.validFrom <= on;
      if (isNamed && !ended) items.push(`${code} ${name}`);
    }
    if (namesItem(content, key) && kind === 'item') records.push(`${content.kind} ${keyOf(content)}（${by}）`);
    if (kind === 'department' && content.kind === 'stationing' && content.value.departmentId === key) {
      records.push(`stationing ${content.value.id}（${by}）`);
    }
    if (kind === 'base' && content.kind === 'item' && content.value.code === key) {
      items.push(`${content.value.code} ${content.value.name}`);
    }
    if (content.kind === 'delegation' && isLive(content.value, on)) {
      const isNamed = kind === 'item' && content.value.item === key;
      if (isNamed || (upper !== undefined && isBelow(upper, content.value))) delegations.push(useOf(by, content.value));
    }
  }
  return { items, delegations, records };
}

export const isUsed = ({ items, delegations, records, cases, casesCounted }: RecordUses): boolean =>
  items.length + delegations.length + records.length + cases.length > 0 || !casesCounted;

/** What a refusal tells of the uses, one line each. */
export function useLines({ items, delegations, records, cases, casesCounted }: RecordUses): string[] {
  return [
    ...items.map((item) => `事项 ${item}`),
    ...delegations.map(({ id, from, to }) => `授权 ${id}（${from}→${to}）`),
    ...records,
    ...cases.map(({ node, version, running }) => `${node} 有 ${running} 件在办（第 ${version} 版）`),
    ...(casesCounted ? [] : ['无法核实有无在办件']),
  ];
}
