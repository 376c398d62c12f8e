import { framed, type Keystore } from '@tongban/journal';
import type { NodeCode, Uuid } from '@tongban/kernel';
import type { SealProvider } from './ports.js';

const sealDomain = 'tongban-document-1';

/** What a seal covers; `digest` is the SM3 of the finished file. */
export const sealedBytes = (record: Uuid, document: string, digest: Uint8Array): Uint8Array =>
  framed([sealDomain, record, document, digest]);

/** Seals with the node's signing key (Ed25519), where no electronic seal service is connected. */
export class KeystoreSeals implements SealProvider {
  constructor(private readonly keystore: Pick<Keystore, 'sign'>) {}

  seal(node: NodeCode, bytes: Uint8Array): ReturnType<SealProvider['seal']> {
    return Promise.resolve(this.keystore.sign(node, bytes));
  }
}
