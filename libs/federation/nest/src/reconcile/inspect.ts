import type { Copy, RecordHead } from '@tongban/federation/core';
import { checkChain, hashEntry, viewOf, type Entry } from '@tongban/journal';
import { canonicalJson, type Json, type RefusalCode } from '@tongban/kernel';
import type { HostParts } from '../parts.js';
import { headEntryOf } from '../work.js';

export type InspectTools = Pick<HostParts, 'bindings' | 'directory' | 'core'>;

export interface Inspection {
  readonly copy: Copy;
  /** The head after each sound entry. */
  readonly heads: readonly RecordHead[];
  /** What the sound entries make; undefined where none is or the fold does not know them. */
  readonly state: unknown;
  readonly fault?: { readonly seq: number; readonly code: RefusalCode; readonly detail: string };
}

/** What a record's entries are worth: hashes, chain, signatures and ownership, then whether what was derived fits. */
export function inspect(
  tools: InspectTools,
  entries: readonly Entry[],
  stored?: { readonly head: RecordHead | undefined; readonly state: unknown },
): Inspection {
  const { sound: chained, fault: broken } = checkChain(tools.directory, entries);
  const heads: RecordHead[] = [];
  let fault: Inspection['fault'] = broken;
  for (const entry of entries.slice(0, chained)) {
    const admission = tools.core.admit(heads.at(-1), headEntryOf(entry));
    if (!admission.ok || admission.value.kind === 'known') {
      const { code, detail } = admission.ok ? ({ code: 'link.chain', detail: 'twice' } as const) : admission.refusal;
      fault = { seq: entry.seq, code, detail };
      break;
    }
    heads.push(admission.value.head);
  }
  const state = folded(tools, entries.slice(0, heads.length));
  if (fault === undefined && stored?.head !== undefined && stored.head.seq > entries.length) {
    fault = { seq: entries.length + 1, code: 'link.gap', detail: `the head says ${stored.head.seq} entries` };
  }
  const derivedFits = stored === undefined || (sameHead(stored.head, heads.at(-1)) && sameState(stored.state, state));
  const copy = { prints: printsOf(entries), sound: heads.length, derivedFits };
  return { copy, heads, state, ...(fault === undefined ? {} : { fault }) };
}

function folded({ bindings }: InspectTools, entries: readonly Entry[]): unknown {
  const rules = bindings.get(entries[0]?.recordClass ?? '')?.rules;
  return rules === undefined
    ? undefined
    : entries.reduce<unknown>((state, entry) => rules.evolve(state, viewOf(entry)), undefined);
}

function printsOf(entries: readonly Entry[]): (string | undefined)[] {
  const prints: (string | undefined)[] = [];
  for (const entry of entries) prints[entry.seq - 1] = printOf(entry);
  return Array.from(prints);
}

/** Content, claimed hash and signature; not the list of recipients of a sealed part, which may grow. */
export function printOf(entry: Entry): string {
  const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
  let content: string;
  try {
    content = text(hashEntry(entry));
  } catch {
    content = 'unreadable';
  }
  return `${content} ${text(entry.hash)} ${entry.signature.keyId} ${text(entry.signature.value)}`;
}

function sameHead(left: RecordHead | undefined, right: RecordHead | undefined): boolean {
  if (left === undefined || right === undefined) return left === right;
  const plain = (head: RecordHead): string =>
    canonicalJson({
      ...head,
      hash: Buffer.from(head.hash).toString('hex'),
      offeredTo: head.offeredTo ?? null,
      members: [...head.members],
    });
  return plain(left) === plain(right);
}

/** Stored states have been through JSON. */
const sameState = (stored: unknown, made: unknown): boolean =>
  stored === undefined || made === undefined
    ? stored === made
    : canonicalJson(JSON.parse(JSON.stringify(stored)) as Json) ===
      canonicalJson(JSON.parse(JSON.stringify(made)) as Json);
