/**
 * Records what a released version sends: envelopes from the inbox stream of a city that has worked, as they were sent.
 * Usage and what to do with it: recorded/README.md.
 */
import { fromBinary } from '@bufbuild/protobuf';
import { FrameSchema, streams } from '@tongban/contract';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const limits = { connectTimeoutMs: 5_000, nextTimeoutMs: 5_000, maxEnvelopes: 400 } as const;

const { values } = parseArgs({
  options: { url: { type: 'string' }, receivers: { type: 'string' }, out: { type: 'string' } },
});
const { url, receivers, out } = values;
if (url === undefined || receivers === undefined || out === undefined)
  throw new Error('record --url nats://… --receivers CODE,CODE --out FOLDER');
const wanted = new Set(receivers.split(','));

const connection = await connect({ servers: url, timeout: limits.connectTimeoutMs });
try {
  const { state } = await (await jetstreamManager(connection)).streams.info(streams.inbox);
  const consumer = await jetstream(connection).consumers.get(streams.inbox);
  mkdirSync(out, { recursive: true });
  let kept = 0;
  for (let read = 0; read < state.messages && kept < limits.maxEnvelopes; read++) {
    const message = await consumer.next({ expires: limits.nextTimeoutMs });
    if (message === null) break;
    const frame = fromBinary(FrameSchema, message.data);
    if (frame.body.case !== 'envelope' || !wanted.has(frame.body.value.receiver)) continue;
    writeFileSync(join(out, `${String(message.seq).padStart(6, '0')}.bin`), message.data);
    kept++;
  }
  console.log(`${kept} envelopes of ${state.messages} messages`);
} finally {
  await connection.close();
}
