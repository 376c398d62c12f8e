import { nodeCode } from '@tongban/kernel';
import fc from 'fast-check';
import { checkChain } from './check.js';
import { chainStart, hashEntry, type Entry } from './entry.js';
import { exportEntry, parseExportLine } from './export-line.js';
import { makeSecret, publicPart } from './key-files.js';
import { KeyDirectory, Keystore } from './keys.js';

const village = nodeCode('371102001001');
const township = nodeCode('371102001000');
const secrets = [village, township].map((node) => makeSecret(node, 1));
const directory = new KeyDirectory(secrets.map(publicPart));
const keystore = new Keystore(secrets);
const record = '0190b5a0-0000-7000-8000-000000000002';

function chain(length: number): Entry[] {
  const entries: Entry[] = [];
  for (let seq = 1; seq <= length; seq++) {
    const author = seq % 3 === 0 ? township : village;
    const unhashed = {
      id: `0190b5a0-0000-7000-8000-0000000001${String(seq).padStart(2, '0')}`,
      ...{ record, recordClass: 'case', seq, epoch: 1, type: 'note.added', version: 1, author },
      actor: { subject: 's', role: 'agent', division: village } as const,
      ...(seq % 2 === 0
        ? { onBehalfOf: 'r', sealed: '{"protected":"cA","iv":"aQ","ciphertext":"Yw","tag":"dA"}' }
        : {}),
      ...{ occurredAt: 1_790_000_000_000 + seq, recordedAt: 1_790_000_000_100 + seq },
      facts: JSON.stringify({ text: `第${seq}行` }),
      prevHash: entries.at(-1)?.hash ?? chainStart,
    };
    const hash = hashEntry(unhashed);
    entries.push({ ...unhashed, hash, signature: keystore.sign(author, hash) });
  }
  return entries;
}

const length = 7;
const sound = chain(length);
const flipped = (bytes: Uint8Array): Uint8Array =>
  Buffer.from(bytes).map((byte, index) => (index === 0 ? byte ^ 1 : byte));

/** Ways to damage one entry, and the code that names each. */
const damages: Record<string, { code: string; damage: (entry: Entry) => Entry }> = {
  facts: { code: 'link.chain', damage: (entry) => ({ ...entry, facts: '{"text":"别的"}' }) },
  sealed: { code: 'link.chain', damage: (entry) => ({ ...entry, sealed: '{"ciphertext":"eA"}' }) },
  'no JSON': { code: 'link.chain', damage: (entry) => ({ ...entry, sealed: 'torn' }) },
  hash: { code: 'link.chain', damage: (entry) => ({ ...entry, hash: flipped(entry.hash) }) },
  chain: { code: 'link.chain', damage: (entry) => ({ ...entry, prevHash: flipped(entry.prevHash) }) },
  class: { code: 'link.author', damage: (entry) => ({ ...entry, record: '0190b5a0-0000-7000-8000-000000000009' }) },
  signature: {
    code: 'link.signature',
    damage: (entry) => ({ ...entry, signature: { ...entry.signature, value: flipped(entry.signature.value) } }),
  },
  key: {
    code: 'link.key',
    damage: (entry) => ({ ...entry, signature: { ...entry.signature, keyId: `${entry.author}#9` } }),
  },
  number: { code: 'link.gap', damage: (entry) => ({ ...entry, seq: entry.seq + 1 }) },
  author: {
    code: 'link.chain',
    damage: (entry) => ({ ...entry, author: entry.author === village ? township : village }),
  },
};

describe('checking a chain', () => {
  it('finds a sound one sound, whatever its length', () => {
    for (let count = 0; count <= length; count++) {
      const report = checkChain(directory, sound.slice(0, count));
      expect(report).toEqual({ sound: count, head: sound[count - 1]?.hash ?? chainStart });
    }
  });

  it('names the first entry that does not hold, and why', () => {
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(damages)), fc.integer({ min: 2, max: length }), (kind, seq) => {
        const { code, damage } = damages[kind]!;
        const report = checkChain(
          directory,
          sound.map((entry) => (entry.seq === seq ? damage(entry) : entry)),
        );
        expect(report).toMatchObject({ sound: seq - 1, fault: { record, seq, code } });
      }),
    );
  });

  it('misses an entry that was taken out, and one that was put in', () => {
    expect(checkChain(directory, sound.toSpliced(3, 1)).fault).toMatchObject({ seq: 4, code: 'link.gap' });
    const forged = { ...sound[2]!, seq: 4, facts: '{}', prevHash: sound[2]!.hash };
    const signed = { ...forged, hash: hashEntry(forged) };
    expect(checkChain(directory, [...sound.slice(0, 3), signed]).fault).toMatchObject({
      seq: 4,
      code: 'link.signature',
    });
  });
});

describe('an export line', () => {
  it('gives every entry back as it was hashed', () => {
    for (const entry of sound) {
      const parsed = parseExportLine(exportEntry({ ...entry, traceparent: '00-x' }));
      expect(parsed).toEqual({ ok: true, value: { kind: 'entry', entry: { ...entry, signature: expect.anything() } } });
    }
    const again = sound.map((entry) => {
      const parsed = parseExportLine(exportEntry(entry));
      if (!parsed.ok || parsed.value.kind !== 'entry') throw new Error('not an entry');
      return parsed.value.entry;
    });
    expect(checkChain(directory, again).sound).toBe(length);
  });

  it('is refused when it is anything else', () => {
    for (const text of [
      '',
      '{',
      '[]',
      '{"format":"tongban-journal-export-2"}',
      exportEntry(sound[0]!).replace('"seq":1', '"seq":0'),
    ])
      expect(parseExportLine(text)).toMatchObject({ refusal: { code: 'link.schema' } });
  });
});
