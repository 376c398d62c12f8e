import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { CatalogueRecordSchema, type CatalogueRecord } from '@tongban/contract';
import { canonicalJson, isNodeCode, ok, refuse, type Json, type Result } from '@tongban/kernel';
import { subjectOf, type PublishedRecord } from './record.js';

export const wireLimits = { stateBytes: 256 * 1024, keyCharacters: 100 } as const;

const kindPattern = /^[a-z]{1,32}$/;
const keyPattern = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
const highestVersion = 2 ** 31 - 1;
/** 9999-12-31: later instants have no four-digit year. */
const latestInstantMs = 253_402_300_799_999;

export function toWire(record: PublishedRecord, traceparent?: string): Uint8Array {
  const { suite, keyId, value } = record.signature;
  return toBinary(
    CatalogueRecordSchema,
    create(CatalogueRecordSchema, {
      publisher: record.publisher,
      kind: record.kind,
      key: record.key,
      version: record.version,
      state: Buffer.from(record.state, 'utf8'),
      publishedAtMs: BigInt(record.publishedAt),
      withdrawn: record.withdrawn,
      signature: { suite, keyId, value: new Uint8Array(value) },
      ...(traceparent === undefined ? {} : { traceparent }),
    }),
  );
}

function decoded(bytes: Uint8Array): CatalogueRecord | undefined {
  try {
    return fromBinary(CatalogueRecordSchema, bytes);
  } catch {
    return undefined;
  }
}

/** The text when it is UTF-8 and canonical JSON; only such text reads the same for everybody who checks it. */
function canonicalText(bytes: Uint8Array): string | undefined {
  if (bytes.length > wireLimits.stateBytes) return undefined;
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return canonicalJson(JSON.parse(text) as Json) === text ? text : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Reads a message; nothing of it has been verified yet. Refuses `link.schema` when it is no well-formed record, and
 * `link.author` when it lies on the subject of another one.
 */
export function fromWire(bytes: Uint8Array, subject: string): Result<PublishedRecord> {
  const wire = decoded(bytes);
  if (wire === undefined) return refuse('link.schema', 'not a catalogue record');
  const { publisher, kind, key, version, withdrawn, signature } = wire;
  if (!isNodeCode(publisher)) return refuse('link.schema', 'the publisher is no division code');
  if (!kindPattern.test(kind)) return refuse('link.schema', 'the kind is not a word');
  if (key.length > wireLimits.keyCharacters || !keyPattern.test(key))
    return refuse('link.schema', 'the key is no slug');
  if (version < 1 || version > highestVersion) return refuse('link.schema', `version ${version} is out of range`);
  const publishedAt = Number(wire.publishedAtMs);
  if (!(publishedAt >= 0 && publishedAt <= latestInstantMs)) return refuse('link.schema', 'no date of publication');
  const state = canonicalText(wire.state);
  if (state === undefined) return refuse('link.schema', 'the state is not canonical JSON of a permitted size');
  if (signature === undefined) return refuse('link.signature', 'the record is not signed');
  const { suite, keyId, value } = signature;
  const record = { publisher, kind, key, version, state, publishedAt, withdrawn, signature: { suite, keyId, value } };
  return subjectOf(record) === subject
    ? ok(record)
    : refuse('link.author', `the record of ${publisher} came on another subject`);
}
