import { compareItems, type FieldChange } from '@tongban/domain/catalogue';
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
  readonly name: string;
  /** `new`: no version of it is held; `held`: this very version is. */
  readonly change: 'new' | 'changed' | 'held';
  /** Of items, field by field against the newest version held. */
  readonly fields: readonly FieldChange[];
}

function nameOf({ kind, value }: Content): string {
  switch (kind) {
    case 'base':
      return value.fields.name;
    case 'localisation':
      return value.item;
    case 'delegation':
      return `${value.item} ${value.from}→${value.to}`;
    case 'stationing':
      return `${value.departmentId} ${value.hall}`;
    default:
      return value.name;
  }
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
  return contentsOf(content).map((proposed) => {
    const { kind, value } = proposed;
    const key = keyOf(proposed);
    const before = newest.get(`${kind}/${key}`);
    const isHeld = before?.id.version === value.version && before.state === canonicalJson(value as unknown as Json);
    const earlier = before?.content?.kind === 'item' ? before.content.value : undefined;
    const fields = kind === 'item' && earlier !== undefined && !isHeld ? compareItems(earlier, value) : [];
    const change = before === undefined ? 'new' : isHeld ? 'held' : 'changed';
    return { kind, key, version: value.version, name: nameOf(proposed), change, fields };
  });
}
