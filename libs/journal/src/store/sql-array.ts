/**
 * Parameters of set-based statements as PostgreSQL's binary arrays (`array_recv`, src/backend/utils/adt/arrayfuncs.c): a
 * driver passes a Buffer on as it is, so nothing is escaped here or parsed there. The place in the statement must be cast
 * to the array's type: `$1::text[]`.
 */
const oids = { bytea: 17, int8: 20, int4: 23, text: 25, json: 114, timestamptz: 1184, uuid: 2950 } as const;

type ElementType = keyof typeof oids;

interface Elements {
  readonly count: number;
  readonly hasNull: boolean;
  /** Bytes of the elements without their lengths. */
  readonly bytes: number;
}

const int32Bytes = 4;
const int64Bytes = 8;
const uuidBytes = 16;
const headerBytes = 5 * int32Bytes;
const nullLength = -1;
const dimensions = 1;
const lowerBound = 1;

/** `write` puts an element at a place and says where it ends. */
function arrayOf<T>(
  type: ElementType,
  values: readonly (T | null)[],
  { count, hasNull, bytes }: Elements,
  write: (buffer: Buffer, at: number, value: T) => number,
): Buffer {
  if (count === 0) {
    const empty = Buffer.alloc(3 * int32Bytes);
    empty.writeInt32BE(oids[type], 2 * int32Bytes);
    return empty;
  }
  const buffer = Buffer.allocUnsafe(headerBytes + count * int32Bytes + bytes);
  let at = 0;
  for (const field of [dimensions, hasNull ? 1 : 0, oids[type], count, lowerBound]) at = buffer.writeInt32BE(field, at);
  for (const value of values) {
    const end = value === null ? at + int32Bytes : write(buffer, at + int32Bytes, value);
    buffer.writeInt32BE(value === null ? nullLength : end - at - int32Bytes, at);
    at = end;
  }
  return buffer;
}

function fixed<T>(
  type: ElementType,
  size: number,
  values: readonly (T | null)[],
  write: (buffer: Buffer, at: number, value: T) => number,
): Buffer {
  const held = values.reduce((sum, value) => (value === null ? sum : sum + 1), 0);
  return arrayOf(type, values, { count: values.length, hasNull: held < values.length, bytes: held * size }, write);
}

function texts(type: 'text' | 'json', values: readonly (string | null)[]): Buffer {
  let [bytes, hasNull] = [0, false];
  for (const value of values) {
    if (value === null) hasNull = true;
    else bytes += Buffer.byteLength(value);
  }
  return arrayOf(type, values, { count: values.length, hasNull, bytes }, (buffer, at, value) => {
    return at + buffer.write(value, at);
  });
}

export const textArray = (values: readonly (string | null)[]): Buffer => texts('text', values);

/** Of JSON as text, kept to the byte in a column of type json. */
export const jsonArray = (values: readonly (string | null)[]): Buffer => texts('json', values);

export function bytesArray(values: readonly (Uint8Array | null)[]): Buffer {
  let [bytes, hasNull] = [0, false];
  for (const value of values) {
    if (value === null) hasNull = true;
    else bytes += value.length;
  }
  return arrayOf('bytea', values, { count: values.length, hasNull, bytes }, (buffer, at, value) => {
    buffer.set(value, at);
    return at + value.length;
  });
}

export const integerArray = (values: readonly (number | null)[]): Buffer =>
  fixed('int4', int32Bytes, values, (buffer, at, value) => buffer.writeInt32BE(value, at));

export const bigintArray = (values: readonly (number | null)[]): Buffer =>
  fixed('int8', int64Bytes, values, (buffer, at, value) => buffer.writeBigInt64BE(BigInt(value), at));

/** PostgreSQL counts microseconds from here. */
const epochMs = Date.UTC(2000, 0, 1);
const microsPerMs = 1_000n;

/** Of instants in milliseconds since 1970. */
export const instantArray = (values: readonly (number | null)[]): Buffer =>
  fixed('timestamptz', int64Bytes, values, (buffer, at, value) =>
    buffer.writeBigInt64BE(BigInt(value - epochMs) * microsPerMs, at),
  );

/** @throws RangeError where a value is no UUID */
export const uuidArray = (values: readonly (string | null)[]): Buffer =>
  fixed('uuid', uuidBytes, values, (buffer, at, value) => {
    if (buffer.write(value.replaceAll('-', ''), at, uuidBytes, 'hex') !== uuidBytes) throw new RangeError('not a UUID');
    return at + uuidBytes;
  });
