import { nodeCode } from '@tongban/kernel';
import fc from 'fast-check';
import { framed } from './digest.js';
import { chainStart, hashEntry, type UnhashedEntry } from './entry.js';
import { makeKeyDirectory, makeSecret, parseKeyDirectory, publicPart } from './key-files.js';
import { KeyDirectory, Keystore } from './keys.js';
import { Sealer } from './sealing.js';

const city = nodeCode('371100000000');
const township = nodeCode('371102001000');
const village = nodeCode('371102001001');
const secrets = [city, township, village].map((node) => makeSecret(node, 1));
const directory = new KeyDirectory(secrets.map(publicPart));

const entry: UnhashedEntry = {
  id: '0190b5a0-0000-7000-8000-000000000001',
  record: '0190b5a0-0000-7000-8000-000000000002',
  recordClass: 'case',
  seq: 1,
  epoch: 1,
  type: 'case.submitted',
  version: 1,
  author: village,
  actor: { subject: 's', role: 'agent', division: village },
  occurredAt: 1_790_000_000_000,
  recordedAt: 1_790_000_000_100,
  facts: '{"number":"1"}',
  prevHash: chainStart,
};

describe('journal entry', () => {
  it('gives the hash that docs/protocol/journal.md shows', () => {
    expect(hashEntry(entry).toString('hex')).toBe('cb271c39353a2f4bd682b7ebf23bcef2a8fff68f4a17db79f05642673ed7cbfd');
  });

  it('changes its hash with every field', () => {
    const changes: Partial<UnhashedEntry>[] = [
      { id: 'x' },
      { record: 'x' },
      { recordClass: 'mandate' },
      { seq: 2 },
      { epoch: 2 },
      { type: 'case.accepted' },
      { version: 2 },
      { author: township },
      { actor: { ...entry.actor, subject: 't' } },
      { actor: { ...entry.actor, role: 'clerk' } },
      { actor: { ...entry.actor, division: township } },
      { onBehalfOf: 'r' },
      { occurredAt: 1 },
      { recordedAt: 1 },
      { facts: '{}' },
      { sealed: '{"ciphertext":"x"}' },
      { prevHash: new Uint8Array(32).fill(1) },
    ];
    const hashes = changes.map((change) => hashEntry({ ...entry, ...change }).toString('hex'));
    expect(new Set([hashEntry(entry).toString('hex'), ...hashes]).size).toBe(changes.length + 1);
  });

  it('frames fields without ambiguity', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { maxLength: 4 }), fc.array(fc.string(), { maxLength: 4 }), (left, right) => {
        const same = left.length === right.length && left.every((field, index) => field === right[index]);
        return framed(left).equals(framed(right)) === same;
      }),
    );
  });
});

describe('signatures', () => {
  const bytes = hashEntry(entry);

  it('verify for their node only', () => {
    const signature = new Keystore(secrets).sign(village, bytes);
    expect(directory.verify(village, bytes, signature, 0).ok).toBe(true);
    expect(directory.verify(township, bytes, signature, 0)).toMatchObject({ refusal: { code: 'link.author' } });
    expect(directory.verify(village, hashEntry({ ...entry, seq: 2 }), signature, 0)).toMatchObject({
      refusal: { code: 'link.signature' },
    });
    expect(directory.verify(village, bytes, { ...signature, keyId: `${village}#9` }, 0)).toMatchObject({
      refusal: { code: 'link.key' },
    });
  });

  it('guard the key directory', () => {
    const file = makeKeyDirectory(secrets[0]!, secrets.map(publicPart), 5);
    expect(parseKeyDirectory(JSON.stringify(file), city).findNewest(village)?.keyId).toBe(`${village}#1`);
    const forged = { ...file, keys: file.keys.map((key) => ({ ...key, node: village })) };
    expect(() => parseKeyDirectory(JSON.stringify(forged), city)).toThrow('not genuine');
    expect(() => parseKeyDirectory(JSON.stringify(file), township)).toThrow('issued by');
  });
});

describe('sealing', () => {
  it('opens for recipients and nobody else', async () => {
    const sealer = new Sealer(directory, new Keystore(secrets));
    const sealed = await sealer.seal({ name: '𠮷野家' }, [village, township, village]);
    expect(sealed).not.toContain('野');
    expect(await sealer.open(sealed, village)).toEqual({ ok: true, value: { name: '𠮷野家' } });
    expect(await sealer.open(sealed, township)).toEqual({ ok: true, value: { name: '𠮷野家' } });
    expect(await sealer.open(sealed, city)).toMatchObject({ refusal: { code: 'dossier.not-recipient' } });
  });
});
