import { createPrivateKey, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import { refuse, ok, type NodeCode, type Result } from '@tongban/kernel';
import type { SignatureValue } from './entry.js';

/** Ed25519 (RFC 8032). SM2 stands behind the same names when a signer for it is configured. */
export const ed25519Suite = 'ed25519';

/** Public keys of a node as base64url of the raw 32 bytes. */
export interface NodeKey {
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

/** Every node's public keys; verifies signatures. */
export class KeyDirectory {
  private readonly byId = new Map<string, NodeKey>();
  private readonly newest = new Map<NodeCode, NodeKey>();
  private readonly verifiers = new Map<string, KeyObject>();

  constructor(
    keys: readonly NodeKey[],
    /** Of the archive office, the newest last. */
    private readonly escrow: readonly EscrowKey[] = [],
    private readonly closed: readonly ClosedNode[] = [],
  ) {
    for (const key of keys) {
      this.byId.set(key.keyId, key);
      this.newest.set(key.node, key);
    }
  }

  find(keyId: string): NodeKey | undefined {
    return this.byId.get(keyId);
  }

  findNewest(node: NodeCode): NodeKey | undefined {
    return this.newest.get(node);
  }

  findClosed(node: NodeCode): ClosedNode | undefined {
    return this.closed.find((each) => each.node === node);
  }

  findEscrow(): EscrowKey | undefined {
    return this.escrow.at(-1);
  }

  /** Refusals: link.key when the key is not known, link.author when it belongs to another node, link.signature. */
  verify(node: NodeCode, bytes: Uint8Array, signature: SignatureValue): Result<void> {
    const key = this.byId.get(signature.keyId);
    if (key === undefined) return refuse('link.key', `no public key ${signature.keyId}`);
    if (key.node !== node) return refuse('link.author', `key ${signature.keyId} is not a key of ${node}`);
    if (signature.suite !== key.suite) return refuse('link.signature', `suite ${signature.suite} does not fit the key`);
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
 * The private keys of the nodes that this host serves. Of several keys of a node the last one is in use; the others open
 * what was sealed for them before the key was replaced.
 */
export class Keystore {
  private readonly byNode = new Map<NodeCode, NodeSecret>();
  private readonly byId = new Map<string, NodeSecret>();
  private readonly signers = new Map<NodeCode, KeyObject>();

  constructor(private readonly secrets: readonly NodeSecret[]) {
    for (const secret of secrets) {
      this.byNode.set(secret.node, secret);
      this.byId.set(secret.keyId, secret);
    }
  }

  nodes(): NodeCode[] {
    return [...this.byNode.keys()];
  }

  get(node: NodeCode): NodeSecret {
    const secret = this.byNode.get(node);
    if (secret === undefined) throw new Error(`the keystore holds no key of ${node}`);
    return secret;
  }

  /** The node's first key, which codes and pseudonyms are derived from: they outlive the key in use. */
  getFirst(node: NodeCode): NodeSecret {
    const secret = this.secrets.find((candidate) => candidate.node === node);
    return secret ?? this.get(node);
  }

  /** A key of the node, replaced or in use. */
  find(node: NodeCode, keyId: string): NodeSecret | undefined {
    const secret = this.byId.get(keyId);
    return secret?.node === node ? secret : undefined;
  }

  sign(node: NodeCode, bytes: Uint8Array): SignatureValue {
    const secret = this.get(node);
    let signer = this.signers.get(node);
    if (signer === undefined) {
      const key = { kty: 'OKP', crv: 'Ed25519', x: secret.signingPublic, d: secret.signing };
      signer = createPrivateKey({ key, format: 'jwk' });
      this.signers.set(node, signer);
    }
    return { suite: ed25519Suite, keyId: secret.keyId, value: sign(null, bytes, signer) };
  }
}
