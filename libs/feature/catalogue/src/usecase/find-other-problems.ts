import {
  deviationsFromBase,
  findAgentProblems,
  findLocalisationProblems,
  findStationingProblems,
  type Localisation,
} from '@tongban/domain/catalogue';
import type { NodeCode } from '@tongban/kernel';
import type { Content } from '../content.js';
import type { Merged, NewVersion } from './merged.js';
import type { HeldVersion } from './held.js';

function localisationProblems(
  node: NodeCode,
  localisation: Localisation,
  { items }: Merged,
  held: readonly HeldVersion[],
): string[] {
  const { item: code, basedOn } = localisation;
  const item = items.get(code);
  if (item === undefined) return [`没有事项 ${code}`];
  const isOwn = held.some(({ id }) => id.publisher === node && id.kind === 'item' && id.key === code);
  if (isOwn) return ['本级的事项直接修订，不作本地化'];
  const isHeld = held.some(({ id }) => id.kind === 'item' && id.key === code && id.version === basedOn);
  if (!isHeld) return [`本级尚未收到事项的第 ${basedOn} 版`];
  return findLocalisationProblems(localisation, item);
}

function problemsOf(node: NodeCode, content: Content, merged: Merged, held: readonly HeldVersion[]): string[] {
  switch (content.kind) {
    case 'item': {
      const base = merged.bases.get(content.value.code);
      return base === undefined ? [] : deviationsFromBase(content.value, base);
    }
    case 'localisation':
      return localisationProblems(node, content.value, merged, held);
    case 'stationing':
      return findStationingProblems(content.value, [...merged.departments.values()], merged.items);
    case 'agent':
      return findAgentProblems(content.value, merged.items, content.value.validFrom);
    default:
      return [];
  }
}

/** What is wrong with what is published besides the items themselves and the delegations. */
export const findOtherProblems = (
  node: NodeCode,
  merged: Merged,
  fresh: readonly NewVersion[],
  held: readonly HeldVersion[],
): string[] =>
  fresh.flatMap(({ content, key, version }) =>
    problemsOf(node, content, merged, held).map((problem) => `${key}@${version}：${problem}`),
  );
