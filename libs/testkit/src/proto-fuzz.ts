import { create, toBinary, type DescField, type DescMessage, ScalarType } from '@bufbuild/protobuf';
import fc from 'fast-check';

const deepest = 4;
const mostItems = 4;
const longestBytes = 64;

const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const uint64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const signed = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const unsigned = fc.integer({ min: 0, max: 2 ** 32 - 1 });

function scalarOf(type: ScalarType): fc.Arbitrary<unknown> {
  switch (type) {
    case ScalarType.STRING:
      return fc.string({ maxLength: longestBytes, unit: 'grapheme' });
    case ScalarType.BYTES:
      return fc.uint8Array({ maxLength: longestBytes });
    case ScalarType.BOOL:
      return fc.boolean();
    case ScalarType.DOUBLE:
      return fc.double();
    case ScalarType.FLOAT:
      return fc.float();
    case ScalarType.UINT32:
    case ScalarType.FIXED32:
      return unsigned;
    case ScalarType.UINT64:
    case ScalarType.FIXED64:
      return uint64;
    case ScalarType.INT64:
    case ScalarType.SINT64:
    case ScalarType.SFIXED64:
      return int64;
    default:
      return signed;
  }
}

function fieldOf(field: DescField, depth: number): fc.Arbitrary<unknown> {
  const single = (): fc.Arbitrary<unknown> => {
    if (field.message !== undefined) return initOf(field.message, depth + 1);
    if (field.enum !== undefined) return fc.constantFrom(...field.enum.values.map(({ number }) => number));
    return scalarOf(field.scalar ?? ScalarType.INT32);
  };
  return field.fieldKind === 'list' ? fc.array(single(), { maxLength: mostItems }) : single();
}

/** What `create` makes a message of: any subset of the fields, one of each choice. */
function initOf(message: DescMessage, depth: number): fc.Arbitrary<Record<string, unknown>> {
  if (depth > deepest) return fc.constant({});
  const plain = Object.fromEntries(
    message.fields.flatMap((field) => (field.oneof === undefined ? [[field.localName, fieldOf(field, depth)]] : [])),
  );
  const choices = Object.fromEntries(
    message.oneofs.map((choice) => [
      choice.localName,
      fc.oneof(
        ...choice.fields.map((field) =>
          fc.record({ case: fc.constant(field.localName), value: fieldOf(field, depth) }),
        ),
      ),
    ]),
  );
  return fc.record({ ...plain, ...choices }, { requiredKeys: [] });
}

/** Bytes of well-formed messages of a type, with fields of every kind. */
export const messageBytes = (message: DescMessage): fc.Arbitrary<Uint8Array> =>
  initOf(message, 0).map((init) => toBinary(message, create(message, init)));

type Cut = (bytes: Uint8Array) => Uint8Array;
const joined = (...parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));
const place = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const at = (bytes: Uint8Array, where: number): number => Math.floor(where * (bytes.length + 1));

/** What happens to bytes on a bad line or in bad hands: turned over, cut off, doubled, stuffed, lied about in length. */
const damage: fc.Arbitrary<Cut> = fc.oneof(
  fc.tuple(place, fc.nat(255)).map(
    ([where, value]): Cut =>
      (bytes) =>
        bytes.map((byte, index) => (index === at(bytes, where) ? value : byte)),
  ),
  place.map(
    (where): Cut =>
      (bytes) =>
        bytes.slice(0, at(bytes, where)),
  ),
  place.map(
    (where): Cut =>
      (bytes) =>
        bytes.slice(at(bytes, where)),
  ),
  fc.tuple(place, fc.uint8Array({ minLength: 1, maxLength: 16 })).map(
    ([where, added]): Cut =>
      (bytes) =>
        joined(bytes.slice(0, at(bytes, where)), added, bytes.slice(at(bytes, where))),
  ),
  fc.constant<Cut>((bytes) => joined(bytes, bytes)),
  // A length-delimited field that says it is four gigabytes long.
  place.map(
    (where): Cut =>
      (bytes) =>
        joined(bytes.slice(0, at(bytes, where)), Uint8Array.of(0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f)),
  ),
);

/** Bytes that were a message of a type, and anything else. */
export const damagedBytes = (message: DescMessage): fc.Arbitrary<Uint8Array> =>
  fc.oneof(
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 256 }) },
    {
      weight: 4,
      arbitrary: fc
        .tuple(messageBytes(message), fc.array(damage, { minLength: 1, maxLength: 3 }))
        .map(([bytes, cuts]) => cuts.reduce((left, cut) => cut(left), bytes)),
    },
  );
