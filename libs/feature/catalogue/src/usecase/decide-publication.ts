import {
  findItemProblems,
  type cataloguePartSchema,
  type Department,
  type ServiceItem,
} from '@tongban/domain/catalogue';
import { findDelegationProblems, type Delegation } from '@tongban/domain/delegation';
import { canonicalJson, ok, refuse, type Json, type NodeCode, type RefusalCode, type Result } from '@tongban/kernel';
import type { z } from 'zod';
import { findAuthorityProblem, keyOf, type Content } from '../content.js';
import { findOtherProblems } from './find-other-problems.js';
import type { HeldVersion } from './held.js';
import { basesIn } from './uses.js';
import type { Merged, NewVersion } from './merged.js';

/** Any of the lists: what is not named stays as it is. */
export type CataloguePart = z.output<typeof cataloguePartSchema>;

export interface PublicationDecision {
  /** New versions; of one record the lower version first. */
  readonly versions: readonly NewVersion[];
  readonly unchanged: number;
}

const mostProblemsTold = 100;
const kindNames: Readonly<Record<Content['kind'], string>> = {
  department: '部门',
  base: '基本目录',
  item: '事项',
  delegation: '授权',
  localisation: '本地化',
  stationing: '进驻',
  agent: '代办员',
};

const nameOf = ({ content, key, version }: NewVersion): string => `${kindNames[content.kind]} ${key}@${version}`;
const placeOf = (kind: string, key: string): string => `${kind}/${key}`;

function refusal(code: RefusalCode, what: string, problems: readonly string[]): Result<never> {
  const told = problems.slice(0, mostProblemsTold);
  return refuse(code, `${what}：共 ${problems.length} 处，未发布任何内容`, { problems: told });
}

export function contentsOf(part: CataloguePart): Content[] {
  const { departments = [], bases = [], items = [], delegations = [] } = part;
  const { localisations = [], stationings = [], agents = [] } = part;
  return [
    ...departments.map((value) => ({ kind: 'department' as const, value })),
    ...bases.map((value) => ({ kind: 'base' as const, value })),
    ...items.map((value) => ({ kind: 'item' as const, value })),
    ...delegations.map((value) => ({ kind: 'delegation' as const, value })),
    ...localisations.map((value) => ({ kind: 'localisation' as const, value })),
    ...stationings.map((value) => ({ kind: 'stationing' as const, value })),
    ...agents.map((value) => ({ kind: 'agent' as const, value })),
  ];
}

function versionsOf(part: CataloguePart): NewVersion[] {
  return contentsOf(part)
    .map((content) => {
      const state = canonicalJson(content.value as unknown as Json);
      return { content, key: keyOf(content), version: content.value.version, state };
    })
    .sort((a, b) => (a.content.kind === b.content.kind && a.key === b.key ? a.version - b.version : 0));
}

/** Wrong by itself: named twice, not this node's to say, or a record that another node has published. */
function findOwnershipProblems(node: NodeCode, versions: readonly NewVersion[], held: readonly HeldVersion[]) {
  const others = new Map<string, NodeCode>();
  for (const { id } of held) if (id.publisher !== node) others.set(placeOf(id.kind, id.key), id.publisher);
  const itemOfDelegation = new Map<string, string>();
  for (const { id, content } of held) {
    if (id.publisher === node && content?.kind === 'delegation') itemOfDelegation.set(id.key, content.value.item);
  }
  const seen = new Set<string>();
  const problems: string[] = [];
  for (const version of versions) {
    const { content, key } = version;
    const report = (message: string) => problems.push(`${nameOf(version)}：${message}`);
    if (seen.has(nameOf(version))) report('出现两次');
    seen.add(nameOf(version));
    const authority = findAuthorityProblem(node, content);
    if (authority !== undefined) report(authority);
    const other = others.get(placeOf(content.kind, key));
    // Every division localises an item under the item's own code.
    if (other !== undefined && content.kind !== 'localisation') report(`已由 ${other} 发布`);
    if (content.kind !== 'delegation') continue;
    const item = itemOfDelegation.get(key) ?? content.value.item;
    if (item !== content.value.item) report(`原授权的事项是 ${item}，不能改换`);
    itemOfDelegation.set(key, item);
  }
  return problems;
}

/** Sorts versions into new and unchanged ones; a version number stands for one content for ever, and only rises. */
function compare(node: NodeCode, versions: readonly NewVersion[], held: readonly HeldVersion[]) {
  const states = new Map<string, HeldVersion>();
  const newest = new Map<string, number>();
  for (const version of held) {
    const { id } = version;
    if (id.publisher !== node) continue;
    const place = placeOf(id.kind, id.key);
    states.set(`${place}@${id.version}`, version);
    newest.set(place, Math.max(newest.get(place) ?? 0, id.version));
  }
  const fresh: NewVersion[] = [];
  const conflicts: NewVersion[] = [];
  for (const version of versions) {
    const place = placeOf(version.content.kind, version.key);
    const same = states.get(`${place}@${version.version}`);
    const isUnchanged = same !== undefined && !same.withdrawn && same.state === version.state;
    if (isUnchanged) continue;
    const isHigher = version.version > (newest.get(place) ?? 0);
    (same === undefined && isHigher ? fresh : conflicts).push(version);
  }
  return { fresh, conflicts, newest };
}

/** What will be in force at the node: of departments and items the newest version, of delegations every one. */
function merge(node: NodeCode, held: readonly HeldVersion[], fresh: readonly NewVersion[]): Merged {
  const departments = new Map<string, Department>();
  const items = new Map<string, ServiceItem>();
  const bases = basesIn(held);
  const delegations: { publisher: NodeCode; value: Delegation }[] = [];
  const newestHeld = [...held].sort((a, b) => a.id.version - b.id.version);
  const add = (publisher: NodeCode, content: Content): void => {
    if (content.kind === 'department') departments.set(content.value.id, content.value);
    else if (content.kind === 'item') items.set(content.value.code, content.value);
    else if (content.kind === 'delegation') delegations.push({ publisher, value: content.value });
  };
  for (const { id, content, withdrawn } of newestHeld) {
    if (content !== undefined) add(id.publisher, content);
    if (!withdrawn) continue;
    if (id.kind === 'department') departments.delete(id.key);
    else if (id.kind === 'item') items.delete(id.key);
    else if (id.kind === 'delegation') remove(delegations, id.publisher, id.key);
  }
  for (const { content } of fresh) {
    add(node, content);
    if (content.kind === 'base') bases.set(content.value.code, content.value);
  }
  return { departments, items, bases, delegations };
}

function remove(delegations: { publisher: NodeCode; value: Delegation }[], publisher: NodeCode, id: string): void {
  for (let index = delegations.length - 1; index >= 0; index--) {
    const delegation = delegations[index]!;
    if (delegation.publisher === publisher && delegation.value.id === id) delegations.splice(index, 1);
  }
}

/** The items that this publication brings or whose department it changes. */
function findFaultyItems({ departments, items }: Merged, fresh: readonly NewVersion[]): string[] {
  const changed = new Set(fresh.filter(({ content }) => content.kind === 'department').map(({ key }) => key));
  const affected = new Map<string, ServiceItem>();
  for (const item of items.values()) {
    if ([item.departmentId, ...(item.jointDepartmentIds ?? [])].some((id) => changed.has(id))) {
      affected.set(`${item.code}@${item.version}`, item);
    }
  }
  for (const { content } of fresh) {
    if (content.kind === 'item') affected.set(`${content.value.code}@${content.value.version}`, content.value);
  }
  const all = [...departments.values()];
  return [...affected.values()].flatMap((item) =>
    findItemProblems(item, all).map(
      ({ path, message }) => `事项 ${item.code} ${item.name}：${path === '' ? message : `${path} ${message}`}`,
    ),
  );
}

/**
 * The delegations of every item that this publication touches, checked with all that bear on it. Versions that were
 * superseded are heard as givers and not judged again: they cannot be changed any more.
 */
function findFaultyDelegations(node: NodeCode, { items, delegations }: Merged, fresh: readonly NewVersion[]): string[] {
  const touched = new Set<string>();
  const judged = new Set<string>();
  for (const { content, key, version } of fresh) {
    if (content.kind === 'item') touched.add(key);
    if (content.kind !== 'delegation') continue;
    touched.add(content.value.item);
    judged.add(`${key}@${version}`);
  }
  const newest = new Map<string, number>();
  const byItem = new Map<string, Delegation[]>();
  for (const { publisher, value } of delegations) {
    if (!touched.has(value.item)) continue;
    const isOwn = publisher === node;
    if (isOwn) newest.set(value.id, Math.max(newest.get(value.id) ?? 0, value.version));
    // Ids are unique per publisher only.
    const known = { ...value, id: isOwn ? value.id : `${publisher}/${value.id}` };
    byItem.set(value.item, [...(byItem.get(value.item) ?? []), known]);
  }
  for (const [id, version] of newest) judged.add(`${id}@${version}`);
  return [...byItem].flatMap(([code, list]) => {
    const item = items.get(code);
    return findDelegationProblems(item === undefined ? [] : [item], list)
      .filter(({ id, version }) => judged.has(`${id}@${version}`))
      .map(({ id, version, message }) => `授权 ${id}@${version}：${message}`);
  });
}

/**
 * Decides what a node publishes, against all versions that it sees (`held`: its ancestors' and its own). All or nothing.
 * Refusals, each with its lines in `params.problems`: item.invalid, delegation.invalid, item.version-conflict,
 * catalogue.version-conflict.
 */
export function decidePublication(
  node: NodeCode,
  part: CataloguePart,
  held: readonly HeldVersion[],
): Result<PublicationDecision> {
  const versions = versionsOf(part);
  const foreign = findOwnershipProblems(node, versions, held);
  if (foreign.length > 0) return refusal('item.invalid', '目录不能由本级这样发布', foreign);
  const { fresh, conflicts } = compare(node, versions, held);
  if (conflicts.length > 0) {
    const isItem = conflicts.some(({ content }) => content.kind === 'item');
    const lines = conflicts.map((version) => `${nameOf(version)}：内容有变化，须使用更高的版本号`);
    return refusal(isItem ? 'item.version-conflict' : 'catalogue.version-conflict', '版本号冲突', lines);
  }
  const merged = merge(node, held, fresh);
  const items = findFaultyItems(merged, fresh);
  if (items.length > 0) return refusal('item.invalid', '事项要素不符合要求', items);
  const others = findOtherProblems(node, merged, fresh, held);
  if (others.length > 0) return refusal('item.invalid', '目录内容不符合要求', others);
  const delegations = findFaultyDelegations(node, merged, fresh);
  if (delegations.length > 0) return refusal('delegation.invalid', '授权不符合要求', delegations);
  return ok({ versions: fresh, unchanged: versions.length - fresh.length });
}
