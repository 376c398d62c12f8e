import { ok, refuse, type JsonObject, type NodeCode, type Result } from '@tongban/kernel';
import { GeneralEncrypt, generalDecrypt, importJWK, type CryptoKey, type GeneralJWE } from 'jose';
import type { KeyDirectory, Keystore } from './keys.js';

const contentAlgorithm = 'A256GCM';
const keyAlgorithm = 'ECDH-ES+A256KW';

/** Seals personal data for several nodes (RFC 7516, X25519 by RFC 8037). Keys are imported once. */
export class Sealer {
  private readonly imported = new Map<string, Promise<CryptoKey | Uint8Array>>();

  constructor(
    private readonly directory: KeyDirectory,
    private readonly keystore: Keystore,
  ) {}

  async seal(content: JsonObject, recipients: readonly NodeCode[]): Promise<string> {
    const encrypt = new GeneralEncrypt(new TextEncoder().encode(JSON.stringify(content))).setProtectedHeader({
      enc: contentAlgorithm,
    });
    for (const node of new Set(recipients)) {
      const key = this.directory.findNewest(node);
      if (key === undefined) throw new Error(`no sealing key of ${node} in the key directory`);
      const jwk = { kty: 'OKP', crv: 'X25519', x: key.sealing };
      encrypt
        .addRecipient(await this.importOnce(`public ${key.keyId}`, jwk))
        .setUnprotectedHeader({ alg: keyAlgorithm, kid: key.keyId });
    }
    return JSON.stringify(await encrypt.encrypt());
  }

  /** Opens as one of this host's nodes. Refusal: dossier.not-recipient. */
  async open(sealed: string, node: NodeCode): Promise<Result<JsonObject>> {
    const jwe = JSON.parse(sealed) as GeneralJWE;
    const secret = this.keystore.get(node);
    const mine = jwe.recipients.filter((recipient) => recipient.header?.kid === secret.keyId);
    if (mine.length === 0) return refuse('dossier.not-recipient', `${node} is not among the recipients`);
    const jwk = { kty: 'OKP', crv: 'X25519', x: secret.sealingPublic, d: secret.sealing };
    const key = await this.importOnce(`secret ${secret.keyId}`, jwk);
    const { plaintext } = await generalDecrypt({ ...jwe, recipients: mine }, key);
    return ok(JSON.parse(new TextDecoder().decode(plaintext)) as JsonObject);
  }

  private importOnce(name: string, jwk: { kty: string; crv: string; x: string; d?: string }) {
    let key = this.imported.get(name);
    if (key === undefined) {
      key = importJWK(jwk, keyAlgorithm);
      this.imported.set(name, key);
    }
    return key;
  }
}
