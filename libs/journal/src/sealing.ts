import { ok, refuse, type JsonObject, type NodeCode, type Result } from '@tongban/kernel';
import { GeneralEncrypt, generalDecrypt, importJWK, type CryptoKey, type GeneralJWE } from 'jose';
import type { KeyDirectory, Keystore, NodeKey } from './keys.js';
import { SealedTexts } from './store/data-keys.js';

const contentAlgorithm = 'A256GCM';
const keyAlgorithm = 'ECDH-ES+A256KW';

type Recipient = Pick<NodeKey, 'keyId' | 'sealing'>;

/** Seals personal data for several nodes (RFC 7516, X25519 by RFC 8037). Keys are imported once. */
export class Sealer {
  /** Columns that are sealed in the node's own database. */
  readonly texts = new SealedTexts(this);
  private readonly imported = new Map<string, Promise<CryptoKey | Uint8Array>>();

  constructor(
    private readonly directory: KeyDirectory,
    private readonly keystore: Keystore,
  ) {}

  /**
   * @param more `escrowed`: for the archive office's escrow, too, where the city has one; parts of records are
   */
  async seal(
    content: JsonObject,
    recipients: readonly NodeCode[],
    { escrowed = false }: { readonly escrowed?: boolean } = {},
  ): Promise<string> {
    const escrow = escrowed ? this.directory.findEscrow() : undefined;
    const encrypt = new GeneralEncrypt(new TextEncoder().encode(JSON.stringify(content))).setProtectedHeader({
      enc: contentAlgorithm,
    });
    for (const { keyId, sealing } of [...this.keysOf(recipients), ...(escrow === undefined ? [] : [escrow])]) {
      encrypt
        .addRecipient(await this.importOnce(`public ${keyId}`, { kty: 'OKP', crv: 'X25519', x: sealing }))
        .setUnprotectedHeader({ alg: keyAlgorithm, kid: keyId });
    }
    return JSON.stringify(await encrypt.encrypt());
  }

  private keysOf(recipients: readonly NodeCode[]): Recipient[] {
    return [...new Set(recipients)].map((node) => {
      const key = this.directory.findNewest(node);
      if (key === undefined) throw new Error(`no sealing key of ${node} in the key directory`);
      return key;
    });
  }

  /** Opens as one of this host's nodes, with a key that was replaced, too. Refusals: dossier.not-recipient, dossier.erased. */
  async open(sealed: string, node: NodeCode): Promise<Result<JsonObject>> {
    const jwe = JSON.parse(sealed) as GeneralJWE;
    if (jwe.recipients.length === 0) return refuse('dossier.erased', '申请资料已依法删除');
    for (const recipient of jwe.recipients) {
      const secret = this.keystore.find(node, recipient.header?.kid ?? '');
      if (secret === undefined) continue;
      const jwk = { kty: 'OKP', crv: 'X25519', x: secret.sealingPublic, d: secret.sealing };
      const key = await this.importOnce(`secret ${secret.keyId}`, jwk);
      const { plaintext } = await generalDecrypt({ ...jwe, recipients: [recipient] }, key);
      return ok(JSON.parse(new TextDecoder().decode(plaintext)) as JsonObject);
    }
    return refuse('dossier.not-recipient', `${node} is not among the recipients`);
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
