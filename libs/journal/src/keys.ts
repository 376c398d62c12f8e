import { createPrivateKey, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import { refuse, ok, RefusalError, type Clock, type Instant, type NodeCode, type Result } from '@tongban/kernel';
import type { SignatureValue } from './entry.js';

/** Ed25519 (RFC 8032). SM2 stands behind the same names when a signer for it is configured. */
export const ed25519Suite = 'ed25519';

/** When a key signs; a node's first key is good from ever, and one that was not replaced without end. */
export interface KeyPeriod {
  /** First millisecond at which the node signs with it. */
  readonly from?: Instant;
  /** First millisecond at which nothing signed by it is new any more; what it signed before stays genuine. */
  readonly until?: Instant;
}

/** Public keys of a node as base64url of the raw 32 bytes. */
export interface NodeKey extends KeyPeriod {
  readonly keyId: string;
  readonly node: NodeCode;
  readonly suite: typeof ed25519Suite;
  readonly signing: string;
  /** X25519, for sealing. */
  readonly sealing: string;
}

export interface NodeSecret {
  readonly keyId: string;
  readonly node: NodeCode;
  /** Raw private keys, base64url. */
  readonly signing: string;
  readonly sealing: string;
  readonly signingPublic: string;
  readonly sealingPublic: string;
}

/** The archive office's public key: what is sealed for it opens only with both shares of its private key. */
export interface EscrowKey {
  readonly keyId: string;
  /** X25519, base64url of the raw 32 bytes. */
  readonly sealing: string;
}

/** A node that has ended: what it signed stays genuine, and its successor goes on. */
export interface ClosedNode {
  readonly node: NodeCode;
  readonly successor: NodeCode;
  /** `2026-03-01`: the day from which it has ended. */
  readonly endsOn: string;
  /** The act by which it ended. */
  readonly basis: string;
}

const systemClock: Clock = { now: () => Date.now() };

/** Of several keys of a node the last one that has begun. */
const inForce = <Key extends KeyPeriod>(keys: readonly Key[], now: Instant): Key | undefined =>
  keys.findLast(({ from }) => from === undefined || from <= now);

function byNode<Key extends { readonly node: NodeCode }>(keys: readonly Key[]): Map<NodeCode, Key[]> {
  const sorted = new Map<NodeCode, Key[]>();
  for (const key of keys) sorted.set(key.node, [...(sorted.get(key.node) ?? []), key]);
  return sorted;
}

/** Every node's public keys; verifies signatures. A running host takes on what the city has published since. */
export class KeyDirectory {
  private byId = new Map<string, NodeKey>();
  private byNode = new Map<NodeCode, NodeKey[]>();
  private verifiers = new Map<string, KeyObject>();

  constructor(
    keys: readonly NodeKey[],
    /** Of the archive office, the newest last. */
    private escrow: readonly EscrowKey[] = [],
    private closed: readonly ClosedNode[] = [],
    /** When the city signed it. */
    private issued: Instant = 0,
    private readonly clock: Clock = systemClock,
  ) {
    this.index(keys);
  }

  private index(keys: readonly NodeKey[]): void {
    this.byId = new Map(keys.map((key) => [key.keyId, key]));
    this.byNode = byNode(keys);
    this.verifiers = new Map();
  }

  get issuedAt(): Instant {
    return this.issued;
  }

  /** From now on this directory says what `next` says. */
  adopt(next: KeyDirectory): void {
    this.index([...next.byId.values()]);
    this.escrow = next.escrow;
    this.closed = next.closed;
    this.issued = next.issued;
  }

  find(keyId: string): NodeKey | undefined {
    return this.byId.get(keyId);
  }

  /** The key that the node signs with now and is sealed for. */
  findNewest(node: NodeCode): NodeKey | undefined {
    return inForce(this.byNode.get(node) ?? [], this.clock.now());
  }

  findClosed(node: NodeCode): ClosedNode | undefined {
    return this.closed.find((each) => each.node === node);
  }

  findEscrow(): EscrowKey | undefined {
    return this.escrow.at(-1);
  }

  /**
   * @param signedAt when it claims to have been signed, or, of what crosses a link, the time at which it came
   * Refusals: link.key when the key is not known, link.author when it belongs to another node, link.key-ended when it had
   * been replaced by then, link.signature.
   */
  verify(node: NodeCode, bytes: Uint8Array, signature: SignatureValue, signedAt: Instant): Result<void> {
    const key = this.byId.get(signature.keyId);
    if (key === undefined) return refuse('link.key', `no public key ${signature.keyId}`);
    if (key.node !== node) return refuse('link.author', `key ${signature.keyId} is not a key of ${node}`);
    if (signature.suite !== key.suite) return refuse('link.signature', `suite ${signature.suite} does not fit the key`);
    // Negated, so that a time that is no number is refused as well.
    if (key.until !== undefined && !(signedAt < key.until)) {
      return refuse('link.key-ended', `key ${signature.keyId} was replaced`);
    }
    let verifier = this.verifiers.get(key.keyId);
    if (verifier === undefined) {
      verifier = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: key.signing }, format: 'jwk' });
      this.verifiers.set(key.keyId, verifier);
    }
    return verify(null, bytes, verifier, signature.value)
      ? ok(undefined)
      : refuse('link.signature', `signature of ${signature.keyId} does not fit`);
  }
}

/**
 * The private keys of the nodes that this host serves. Of several keys of a node the last one that has begun is in use; the
 * others open what was sealed for them before the key was replaced.
 */
export class Keystore {
  private byNode = new Map<NodeCode, NodeSecret[]>();
  private byId = new Map<string, NodeSecret>();
  private signers = new Map<string, KeyObject>();

  constructor(
    secrets: readonly NodeSecret[],
    private readonly clock: Clock = systemClock,
    /** What the city has published of its nodes' keys: one that is not published yet is not used yet. */
    private readonly directory?: Pick<KeyDirectory, 'find'>,
  ) {
    this.adopt(secrets);
  }

  /** From now on these are the keys; the first key of a node stays the first. */
  adopt(secrets: readonly NodeSecret[]): void {
    this.byNode = byNode(secrets);
    this.byId = new Map(secrets.map((secret) => [secret.keyId, secret]));
    this.signers = new Map();
  }

  nodes(): NodeCode[] {
    return [...this.byNode.keys()];
  }

  get(node: NodeCode): NodeSecret {
    const secrets = this.byNode.get(node) ?? [];
    const published = secrets.flatMap(({ keyId }) => this.directory?.find(keyId) ?? []);
    const key = inForce(published, this.clock.now());
    const secret = key === undefined ? secrets.at(-1) : this.byId.get(key.keyId);
    if (secret === undefined) throw new Error(`the keystore holds no key of ${node}`);
    return secret;
  }

  /** The node's first key, which codes and pseudonyms are derived from: they outlive the key in use. */
  getFirst(node: NodeCode): NodeSecret {
    return this.byNode.get(node)?.[0] ?? this.get(node);
  }

  /** A key of the node, replaced or in use. */
  find(node: NodeCode, keyId: string): NodeSecret | undefined {
    const secret = this.byId.get(keyId);
    return secret?.node === node ? secret : undefined;
  }

  /** @throws RefusalError node.key-ended where the node's key was replaced and the new one has not come to this host */
  sign(node: NodeCode, bytes: Uint8Array): SignatureValue {
    const secret = this.get(node);
    const until = this.directory?.find(secret.keyId)?.until;
    // Nobody would take it: what is not signed can be done again, what is signed in vain is lost on its way.
    if (until !== undefined && until <= this.clock.now()) {
      throw new RefusalError({ code: 'node.key-ended', detail: `${secret.keyId} 已停用，新密钥尚未部署到本服务` });
    }
    let signer = this.signers.get(secret.keyId);
    if (signer === undefined) {
      const key = { kty: 'OKP', crv: 'Ed25519', x: secret.signingPublic, d: secret.signing };
      signer = createPrivateKey({ key, format: 'jwk' });
      this.signers.set(secret.keyId, signer);
    }
    return { suite: ed25519Suite, keyId: secret.keyId, value: sign(null, bytes, signer) };
  }
}
