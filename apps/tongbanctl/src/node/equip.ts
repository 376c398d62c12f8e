import { BlobStore } from '@tongban/platform/blob';
import { parseKeystore, type NodeSecret } from '@tongban/journal';
import type { NodeCode, Result } from '@tongban/kernel';
import { keystoreOf, publicPartsOf, writeKeystore } from '../city/keys.js';
import { readIfThere } from '../city/layout.js';
import { provideHostConsumers } from '../city/streams.js';
import { setting } from './env-file.js';
import { placeOf } from './hub-user.js';
import type { Move } from './moving.js';

/** Files of a node at most; a page of their digests. */
const maxDigests = 10_000_000;
const pageRows = 1_000;

/**
 * Attachments, consumers and, last, the keys of the new host: without them it cannot start, so what is done again after a
 * kill meets no running host.
 */
export async function equip(move: Move): Promise<void> {
  await carryFiles(move);
  const { node, to, toFile } = move;
  const url = setting(to, 'TONGBAN_NATS_URL', toFile);
  await provideHostConsumers(url, placeOf(node, to, toFile), move.administrator);
  provideKeys(move);
}

const keystoreFiles = ({ from, fromFile, to, toFile }: Move) => ({
  old: setting(from, 'TONGBAN_KEYSTORE', fromFile),
  made: setting(to, 'TONGBAN_KEYSTORE', toFile),
});

const secretsOf = (file: string, node: NodeCode): NodeSecret[] =>
  keystoreOf(file).secrets.filter((secret) => secret.node === node);

/** True when the new host's keystore has every key that the node ever had. */
export function hasKeys(move: Move): boolean {
  const { old, made } = keystoreFiles(move);
  const text = readIfThere(made);
  if (text === undefined) return false;
  const keystore = parseKeystore(text);
  const wanted = [...secretsOf(old, move.node), ...keystoreOf(old).moved.filter(({ node }) => node === move.node)];
  return wanted.length > 0 && wanted.every(({ keyId }) => keystore.find(move.node, keyId) !== undefined);
}

function provideKeys(move: Move): void {
  const { old, made } = keystoreFiles(move);
  if (hasKeys(move)) return;
  const secrets = secretsOf(old, move.node);
  if (secrets.length === 0) throw new Error(`${old} has no key of ${move.node}`);
  writeKeystore(made, { secrets, moved: [] });
}

/** The private keys are on the new machine alone; their public parts stay noted, so that nobody makes others. */
export function surrenderKeys(move: Move): void {
  const { old, made } = keystoreFiles(move);
  const { secrets, moved } = keystoreOf(old);
  const gone = secretsOf(old, move.node);
  if (gone.length === 0 || old === made) return;
  writeKeystore(old, {
    secrets: secrets.filter(({ node }) => node !== move.node),
    moved: [...moved, ...publicPartsOf(gone)],
  });
}

/** Attachments that were uploaded at the node; whatever else its people open is fetched from above. */
async function carryFiles(move: Move): Promise<void> {
  const [old, made] = [
    new BlobStore(setting(move.from, 'TONGBAN_BLOB_DIR', move.fromFile)),
    new BlobStore(setting(move.to, 'TONGBAN_BLOB_DIR', move.toFile)),
  ];
  await made.prepare();
  let after = '';
  for (let seen = 0; seen < maxDigests; seen += pageRows) {
    const rows = await move.made.sql.query<{ digest: string }>(
      `select digest from (select digest from blob where node = $1 union select digest from blob_transfer where node = $1) d
        where digest > $2 order by digest limit $3`,
      [move.node, after, pageRows],
    );
    for (const { digest } of rows) await carryFile(old, made, digest);
    if (rows.length < pageRows) return;
    after = rows.at(-1)!.digest;
  }
  throw new Error(`${move.node} has more than ${maxDigests} attachments`);
}

async function carryFile(old: BlobStore, made: BlobStore, digest: string): Promise<void> {
  const { held, complete } = await made.stat(digest);
  if (complete) return;
  const source = await old.read(digest, held);
  // Dropped here after it had gone up: the new host fetches it from above as well.
  if (!source.ok) return;
  const writer = await made.receive(digest, source.value.size, held);
  if (!writer.ok) throw new Error(`attachment ${digest}: ${writer.refusal.code}`);
  try {
    for await (const chunk of source.value.chunks) orThrow(digest, await writer.value.write(chunk));
    orThrow(digest, await writer.value.finish());
  } finally {
    await writer.value.close();
  }
}

function orThrow(digest: string, done: Result<unknown>): void {
  if (!done.ok) throw new Error(`attachment ${digest}: ${done.refusal.code}`);
}
