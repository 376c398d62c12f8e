import { canonicalJson, type Json, type NodeCode } from '@tongban/kernel';
import { aDelegation, aDepartment, anItem } from '@tongban/testkit';
import { keyOf, type Content } from '../src/content.js';
import { heldVersion, type HeldVersion } from '../src/usecase/held.js';

/** A version as a host holds it, without a signature that anybody could check. */
export function heldAs(publisher: NodeCode, content: Content, withdrawn = false): HeldVersion {
  const { version } = content.value;
  const state = canonicalJson(content.value as unknown as Json);
  const signature = { suite: 'ed25519', keyId: 'unchecked', value: new Uint8Array() };
  const id = { publisher, kind: content.kind, key: keyOf(content), version };
  return heldVersion({ ...id, state, publishedAt: 0, withdrawn, signature });
}

export const item = (parts: Parameters<typeof anItem>[0] = {}): Content => ({ kind: 'item', value: anItem(parts) });
export const department = (parts: Parameters<typeof aDepartment>[0] = {}): Content => ({
  kind: 'department',
  value: aDepartment(parts),
});
export const delegation = (parts: Parameters<typeof aDelegation>[0] = {}): Content => ({
  kind: 'delegation',
  value: aDelegation(parts),
});
