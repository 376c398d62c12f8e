import { ancestorAt, tiers, type Instant, type NodeCode } from '@tongban/kernel';
import { readContent, type Content } from '../content.js';
import type { PublishedRecord, RecordId } from '../record.js';

/** A version that is held. A tombstone has no content, nor has what this release does not understand. */
export interface HeldVersion {
  readonly id: RecordId;
  readonly state: string;
  readonly withdrawn: boolean;
  readonly publishedAt: Instant;
  readonly content?: Content;
}

/** Those whose records a node sees: its ancestors from the top down, and itself. */
export function publishersFor(node: NodeCode): NodeCode[] {
  const chain: NodeCode[] = [];
  for (const tier of tiers) {
    const ancestor = ancestorAt(node, tier);
    if (ancestor !== undefined && ancestor !== chain.at(-1)) chain.push(ancestor);
  }
  return chain;
}

export function heldVersion(record: PublishedRecord): HeldVersion {
  const { publisher, kind, key, version, state, withdrawn, publishedAt } = record;
  const id = { publisher, kind, key, version };
  const content = withdrawn ? undefined : readContent(record);
  const held = { id, state, withdrawn, publishedAt };
  return content?.ok === true ? { ...held, content: content.value } : held;
}
