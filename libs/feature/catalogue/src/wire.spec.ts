import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { CatalogueRecordSchema, type CatalogueRecord } from '@tongban/contract';
import { KeyDirectory, Keystore, makeSecret, publicPart } from '@tongban/journal';
import { canonicalJson, type Json, type Result } from '@tongban/kernel';
import { anItem, city, district, itemCode, otherDistrict, township } from '@tongban/testkit';
import { concerns, digestOf, signRecord, subjectOf, verifyRecord } from './record.js';
import { fromWire, toWire, wireLimits } from './wire.js';

const secrets = [city, district].map((node) => makeSecret(node, 1));
const keystore = new Keystore(secrets);
const directory = new KeyDirectory(secrets.map(publicPart));
const state = canonicalJson(anItem() as unknown as Json);
const record = signRecord(keystore, {
  publisher: city,
  kind: 'item',
  key: itemCode,
  version: 1,
  state,
  publishedAt: 1_772_000_000_000,
  withdrawn: false,
});
const codeOf = (result: Result<unknown>): string => (result.ok ? 'ok' : result.refusal.code);

function tampered(parts: Partial<CatalogueRecord>): Result<unknown> {
  const wire = create(CatalogueRecordSchema, { ...fromBinary(CatalogueRecordSchema, toWire(record)), ...parts });
  const key = parts.key ?? record.key;
  const version = parts.version ?? record.version;
  return fromWire(toBinary(CatalogueRecordSchema, wire), subjectOf({ ...record, key, version }));
}

describe('a record on the wire', () => {
  it('comes as it was sent, and is verified', () => {
    const read = fromWire(toWire(record), subjectOf(record));
    expect(read).toEqual({
      ok: true,
      value: { ...record, signature: expect.objectContaining({ keyId: `${city}#1` }) },
    });
    expect(read.ok ? codeOf(verifyRecord(read.value, directory)) : 'unread').toBe('ok');
  });

  it.each<[string, Partial<CatalogueRecord>]>([
    ['no division', { publisher: '3711' }],
    ['a kind that is no word', { kind: 'item.x' }],
    ['a key that is no slug', { key: 'a>b' }],
    ['a version of nought', { version: 0 }],
    ['a version beyond a column', { version: 2 ** 31 }],
    ['a date beyond the calendar', { publishedAtMs: 2n ** 62n }],
    ['a state that is no JSON', { state: Buffer.from('{') }],
    ['a state that is not canonical', { state: Buffer.from(`${state} `) }],
    ['a state that is not UTF-8', { state: new Uint8Array([0x22, 0xff, 0x22]) }],
    ['a state that is too large', { state: Buffer.from(`"${'x'.repeat(wireLimits.stateBytes)}"`) }],
  ])('is refused with %s', (_, parts) => {
    expect(codeOf(tampered(parts))).toBe('link.schema');
  });

  it('is refused when it is no record, or lies on the subject of another one', () => {
    expect(codeOf(fromWire(new Uint8Array([255, 255]), subjectOf(record)))).toBe('link.schema');
    expect(codeOf(fromWire(toWire(record), subjectOf({ ...record, publisher: district })))).toBe('link.author');
  });

  it('is refused when any signed field was changed, or signed by another node', () => {
    const changes = [
      { key: '370511002000' },
      { version: 2 },
      { state: '{}' },
      { publishedAt: 0 },
      { withdrawn: true },
      { kind: 'department' },
    ];
    for (const change of changes) {
      expect(codeOf(verifyRecord({ ...record, ...change }, directory))).toBe('link.signature');
    }
    const borrowed = { ...record, publisher: district };
    expect(codeOf(verifyRecord(borrowed, directory))).toBe('link.author');
    const forged = { ...record, signature: keystore.sign(district, digestOf(record)) };
    expect(codeOf(verifyRecord(forged, directory))).toBe('link.author');
  });

  it('concerns only those below its publisher', () => {
    expect(concerns(city, [otherDistrict])).toBe(true);
    expect(concerns(district, [township, otherDistrict])).toBe(true);
    expect(concerns(district, [district])).toBe(true);
    expect(concerns(district, [otherDistrict, city])).toBe(false);
    expect(codeOf(verifyRecord(record, new KeyDirectory([])))).toBe('link.key');
  });
});
