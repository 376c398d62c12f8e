import { create, fromBinary, ScalarType, toBinary, type DescMessage } from '@bufbuild/protobuf';
import { isNativeError } from 'node:util/types';
import { damagedBytes, messageBytes } from '@tongban/testkit';
import fc from 'fast-check';
import { file_tongban_casework_v1_request } from './gen/tongban/casework/v1/request_pb.js';
import { file_tongban_catalogue_v1_catalogue } from './gen/tongban/catalogue/v1/catalogue_pb.js';
import { file_tongban_common_v1_entry } from './gen/tongban/common/v1/entry_pb.js';
import { file_tongban_exchange_v1_exchange } from './gen/tongban/exchange/v1/exchange_pb.js';
import {
  EnvelopeBodySchema,
  file_tongban_federation_v1_federation,
  SnapshotChunkSchema,
} from './gen/tongban/federation/v1/federation_pb.js';

const runs = 40;
const longBytes = 8 * 1024;
/** Half a million of the smallest parts. */
const streamBytes = 1024 * 1024;
/** Of the processor, so that a machine that does other things does not count. */
const budgetCpuMs = 20_000;
const budgetHeapBytes = 1_500 * 1024 * 1024;

const messagesOf = (message: DescMessage): DescMessage[] => [message, ...message.nestedMessages.flatMap(messagesOf)];
const messages = [
  ...[file_tongban_casework_v1_request, file_tongban_catalogue_v1_catalogue, file_tongban_common_v1_entry],
  ...[file_tongban_exchange_v1_exchange, file_tongban_federation_v1_federation],
].flatMap((file) => file.messages.flatMap(messagesOf));

/** Whatever is refused is refused with an error that a decoder's `catch` gets. */
function read(message: DescMessage, bytes: Uint8Array): 'read' | 'refused' {
  try {
    const value = fromBinary(message, bytes);
    toBinary(message, value);
    return 'read';
  } catch (error) {
    if (!isNativeError(error)) throw error;
    return 'refused';
  }
}

function within<T>(work: () => T): T {
  const heap = process.memoryUsage().heapUsed;
  const began = process.cpuUsage();
  const result = work();
  const { user, system } = process.cpuUsage(began);
  expect((user + system) / 1_000).toBeLessThan(budgetCpuMs);
  expect(process.memoryUsage().heapUsed - heap).toBeLessThan(budgetHeapBytes);
  return result;
}

const varint = (value: number): number[] => (value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)]);
const fieldKey = (number: number, wireType: number): number[] => varint((number << 3) | wireType);
const filled = (unit: readonly number[], size: number): Uint8Array => {
  const bytes = Buffer.alloc(size - (size % unit.length), Uint8Array.from(unit));
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
};

it('there are messages to try', () => {
  expect(messages.map(({ typeName }) => typeName)).toEqual(
    expect.arrayContaining(['tongban.federation.v1.Envelope', 'tongban.common.v1.Entry']),
  );
});

describe.each(messages.map((message) => [message.typeName, message] as const))('%s', (_name, message) => {
  it('is read back as it was written', () => {
    fc.assert(
      fc.property(messageBytes(message), (bytes) => {
        expect(toBinary(message, fromBinary(message, bytes))).toEqual(bytes);
      }),
      { numRuns: runs },
    );
  });

  it('is read or refused, whatever became of its bytes', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(damagedBytes(message), (bytes) => void seen.add(read(message, bytes))),
      { numRuns: runs },
    );
    if (message.fields.length > 0) expect(seen).toContain('refused');
  });

  it('is read or refused within its budget when it is long: fields repeated, unknown, nested without end', () => {
    const units = [
      ...message.fields.map(({ number }) => [...fieldKey(number, 2), 0]),
      [...fieldKey(9_999, 0), 1],
      // Groups in groups: nothing of ours has them, and a reader has to step over them.
      fieldKey(9_998, 3),
    ];
    for (const unit of units) within(() => read(message, filled(unit, longBytes)));
  });
});

it.each([EnvelopeBodySchema, SnapshotChunkSchema])(
  'what comes on a stream is read or refused within its budget when it is very long: $typeName',
  (message) => {
    const [list] = message.fields.filter(({ fieldKind }) => fieldKind === 'list');
    within(() => read(message, filled([...fieldKey(list!.number, 2), 0], streamBytes)));
  },
);

describe('a length that is not there', () => {
  it('is refused before anything is set aside for it', () => {
    for (const message of messages) {
      const delimited = message.fields.find(
        ({ scalar }) => scalar === ScalarType.STRING || scalar === ScalarType.BYTES,
      );
      if (delimited === undefined) continue;
      const bytes = Uint8Array.from([...fieldKey(delimited.number, 2), 0xff, 0xff, 0xff, 0xff, 0x07]);
      within(() => expect([message.typeName, read(message, bytes)]).toEqual([message.typeName, 'refused']));
    }
  });
});

it('an empty message of every type is a message', () => {
  for (const message of messages) expect(toBinary(message, create(message))).toHaveLength(0);
});
