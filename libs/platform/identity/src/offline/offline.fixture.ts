import { createPrivateKey, generateKeyPairSync, sign, verify, type KeyObject } from 'node:crypto';
import { ok, refuse } from '@tongban/kernel';
import { proofPart, type DeviceKey, type DeviceProof, type GrantChecker, type GrantSigner } from './grant.js';

/** A device that keeps its private key to itself. */
export class Device {
  readonly #secret: KeyObject;
  readonly key: DeviceKey;

  constructor() {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const { x, y } = publicKey.export({ format: 'jwk' });
    this.key = { kty: 'EC', crv: 'P-256', x: x!, y: y! };
    this.#secret = createPrivateKey(privateKey.export({ format: 'pem', type: 'pkcs8' }));
  }

  /** The token of a request. */
  present(token: string, proof: DeviceProof): string {
    const part = proofPart(token, proof);
    const value = sign('sha256', Buffer.from(part), { key: this.#secret, dsaEncoding: 'ieee-p1363' });
    return `${part}.${value.toString('base64url')}`;
  }
}

/** Keys of nodes: any node signs with this one. */
export function nodeKeys(): GrantSigner & GrantChecker {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  return {
    sign: (_node, bytes) => ({ suite: 'ed25519', keyId: 'k', value: sign(null, bytes, privateKey) }),
    verify: (_node, bytes, { value }) =>
      verify(null, bytes, publicKey, value) ? ok(undefined) : refuse('link.signature', 'no'),
  };
}
