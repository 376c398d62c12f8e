import type { PublisherState } from '@tongban/domain/catalogue';
import { sm3 } from '@tongban/journal';
import type { Instant, NodeCode } from '@tongban/kernel';
import { idText, type RecordId } from '../record.js';

const digestOf = (names: readonly string[]): string => Buffer.from(sm3(Buffer.from(names.join('\n')))).toString('hex');

/** The state of whoever holds nothing of a publisher. */
export const nothingHeld = { versions: 0, digest: digestOf([]), since: 0 } as const;

/**
 * What is held of each publisher. The digest is over the names of the versions: a version is signed and never changes,
 * so equal names mean equal content. A publisher whose state is as before keeps its `since`.
 */
export function heldStates(
  ids: Iterable<RecordId>,
  before: ReadonlyMap<NodeCode, PublisherState>,
  since: (publisher: NodeCode) => Instant,
): Map<NodeCode, PublisherState> {
  const names = new Map<NodeCode, string[]>();
  for (const id of ids) {
    const list = names.get(id.publisher);
    if (list === undefined) names.set(id.publisher, [idText(id)]);
    else list.push(idText(id));
  }
  const states = new Map<NodeCode, PublisherState>();
  for (const [publisher, list] of names) {
    const known = before.get(publisher);
    // Versions are only ever added.
    if (known !== undefined && known.versions === list.length) {
      states.set(publisher, known);
      continue;
    }
    states.set(publisher, { publisher, versions: list.length, digest: digestOf(list.sort()), since: since(publisher) });
  }
  return states;
}
