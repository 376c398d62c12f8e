import {
  KeyDirectory,
  Keystore,
  makeSecret,
  publicPart,
  sm3,
  type NodeSecret,
  type SignatureValue,
} from '@tongban/journal';
import { ok, refuse, type JsonObject, type NodeCode, type Result } from '@tongban/kernel';
import type { HostSettings } from '@tongban/federation/nest';

/** Signing, checking and sealing for all nodes of a world. */
export type Trust = Pick<HostSettings, 'keystore' | 'directory' | 'sealer'>;

const suite = 'simulated';

/** A keyed digest in the place of a signature: as hard to get by accident, and a hundred times faster. */
function digestTrust(): Pick<Trust, 'keystore' | 'directory'> {
  const tag = (node: string, bytes: Uint8Array): Buffer => sm3(Buffer.from(`secret of ${node}`), bytes);
  return {
    keystore: { sign: (node, bytes) => ({ suite, keyId: `${node}#1`, value: tag(node, bytes) }) },
    directory: {
      verify(node: NodeCode, bytes: Uint8Array, signature: SignatureValue): Result<void> {
        if (signature.keyId !== `${node}#1`) return refuse('link.author', `${signature.keyId} is not of ${node}`);
        const fits = signature.suite === suite && tag(node, bytes).equals(signature.value);
        return fits ? ok(undefined) : refuse('link.signature', 'the digest does not fit');
      },
    },
  };
}

const secrets = new Map<NodeCode, NodeSecret>();

function ed25519Trust(nodes: readonly NodeCode[]): Pick<Trust, 'keystore' | 'directory'> {
  for (const node of nodes) if (!secrets.has(node)) secrets.set(node, makeSecret(node, 1));
  const mine = nodes.map((node) => secrets.get(node)!);
  return { keystore: new Keystore(mine), directory: new KeyDirectory(mine.map(publicPart)) };
}

/** A seal that names who may open it and hides nothing: what travels matters here, not who could read it. */
const openSeal: Trust['sealer'] = {
  seal: (content, recipients) =>
    Promise.resolve(
      JSON.stringify({ protected: '', iv: '', tag: '', ciphertext: JSON.stringify(content), recipients }),
    ),
  open(sealed, node) {
    const { ciphertext, recipients } = JSON.parse(sealed) as { ciphertext: string; recipients: string[] };
    return Promise.resolve(
      recipients.includes(node)
        ? ok(JSON.parse(ciphertext) as JsonObject)
        : refuse('dossier.not-recipient', `${node} is not among the recipients`),
    );
  },
};

export const trustOf = (nodes: readonly NodeCode[], real: boolean): Trust => ({
  ...(real ? ed25519Trust(nodes) : digestTrust()),
  sealer: openSeal,
});
