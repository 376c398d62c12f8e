import { compareItems, type FieldChange } from '@tongban/domain/catalogue';
import type { Delegation } from '@tongban/domain/delegation';
import { canonicalJson, type Json, type NodeCode } from '@tongban/kernel';
import { keyOf, type Content } from '../content.js';
import type { RecordKind } from '../record.js';
import { contentsOf, type CataloguePart } from './decide-publication.js';
import type { HeldVersion } from './held.js';

/** One record of a proposal as the second person reads it. */
export interface ProposedRecord {
  readonly kind: RecordKind;
  readonly key: string;
  readonly version: number;
  /** What it is about, in words: of a delegation its item, of a stationing its department. */
  readonly name: string;
  /** Of delegations: what is given or taken, by whom and to whom. */
  readonly delegation?: ProposedDelegation;
  /** Of stationings the hall, of agents the node where they work. */
  readonly place?: NodeCode;
  /** `new`: no version of it is held; `held`: this very version is. */
  readonly change: 'new' | 'changed' | 'held';
  /** Of items, field by field against the newest version held. */
  readonly fields: readonly FieldChange[];
}

export type ProposedDelegation = Pick<Delegation, 'from' | 'to' | 'powers' | 'form' | 'validFrom'> &
  Partial<Pick<Delegation, 'validTo' | 'revokedOn'>>;

type NameBook = ReadonlyMap<string, string>;
const entryOf = (kind: 'item' | 'department', key: string): string => `${kind}/${key}`;

/** Names of items and departments: as the proposal itself has them, else of the newest version held. */
function namesIn(proposed: readonly Content[], held: readonly HeldVersion[]): NameBook {
  const names = new Map<string, string>();
  const add = (content: Content | undefined): void => {
    if (content?.kind === 'item') names.set(entryOf('item', content.value.code), content.value.name);
    if (content?.kind === 'department') names.set(entryOf('department', content.value.id), content.value.name);
  };
  for (const { content } of [...held].sort((a, b) => a.id.version - b.id.version)) add(content);
  for (const content of proposed) add(content);
  return names;
}

function nameOf({ kind, value }: Content, names: NameBook): string {
  switch (kind) {
    case 'base':
      return value.fields.name;
    case 'localisation':
    case 'delegation':
      return names.get(entryOf('item', value.item)) ?? value.item;
    case 'stationing':
      return names.get(entryOf('department', value.departmentId)) ?? value.departmentId;
    default:
      return value.name;
  }
}

/** What the name does not say. Places are told by code: whoever shows them has the names of the day. */
function detailOf({ kind, value }: Content): Pick<ProposedRecord, 'delegation' | 'place'> {
  if (kind === 'stationing') return { place: value.hall };
  if (kind === 'agent') return { place: value.node };
  if (kind !== 'delegation') return {};
  const { from, to, powers, form, validFrom, validTo, revokedOn } = value;
  const days = { ...(validTo === undefined ? {} : { validTo }), ...(revokedOn === undefined ? {} : { revokedOn }) };
  return { delegation: { from, to, powers, form, validFrom, ...days } };
}

/** Every record of a proposal against what the node itself has published, in the order in which it was put forward. */
export function proposedRecords(
  node: NodeCode,
  content: CataloguePart,
  held: readonly HeldVersion[],
): ProposedRecord[] {
  const newest = new Map<string, HeldVersion>();
  for (const version of held) {
    if (version.id.publisher !== node) continue;
    const place = `${version.id.kind}/${version.id.key}`;
    if ((newest.get(place)?.id.version ?? 0) < version.id.version) newest.set(place, version);
  }
  const contents = contentsOf(content);
  const names = namesIn(contents, held);
  return contents.map((proposed) => {
    const { kind, value } = proposed;
    const key = keyOf(proposed);
    const before = newest.get(`${kind}/${key}`);
    const isHeld = before?.id.version === value.version && before.state === canonicalJson(value as unknown as Json);
    const earlier = before?.content?.kind === 'item' ? before.content.value : undefined;
    const fields = kind === 'item' && earlier !== undefined && !isHeld ? compareItems(earlier, value) : [];
    const change = before === undefined ? 'new' : isHeld ? 'held' : 'changed';
    const told = { name: nameOf(proposed, names), ...detailOf(proposed) };
    return { kind, key, version: value.version, ...told, change, fields };
  });
}
