import { jest } from '@jest/globals';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { natsServerBinary } from '@tongban/testkit';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { natsAnswers, startNats, type Nats } from './nats.js';
import { isAlive } from './processes.js';

const timeoutMs = 60_000;
jest.setTimeout(timeoutMs);
const root = mkdtempSync(join(tmpdir(), 'tongban-local-'));
const options = { directory: join(root, 'nats'), binary: natsServerBinary() };
let running: Nats;

beforeAll(async () => {
  running = await startNats(options);
});

afterAll(async () => {
  await running.stop();
  rmSync(root, { recursive: true, force: true });
});

describe('local NATS', () => {
  it('keeps a stream from stop to start, on the same port', async () => {
    const client = await connect({ servers: running.url });
    const manager = await jetstreamManager(client);
    await manager.streams.add({ name: 'KEPT', subjects: ['kept.>'] });
    await manager.jetstream().publish('kept.one', '1');
    await client.close();
    await running.stop();
    expect(isAlive(running.pid)).toBe(false);
    const before = running;
    running = await startNats(options);
    expect(running.port).toBe(before.port);
    const again = await connect({ servers: running.url });
    expect((await (await jetstreamManager(again)).streams.info('KEPT')).state.messages).toBe(1);
    await again.close();
  });

  it('takes the place of a server that a killed launcher left', async () => {
    const left = running;
    running = await startNats(options);
    expect(isAlive(left.pid)).toBe(false);
    expect(await natsAnswers(running.port)).toBe(true);
  });

  it('writes to disk before it confirms', async () => {
    const response = await fetch(`http://127.0.0.1:${running.monitorPort}/varz`);
    const { jetstream } = (await response.json()) as { jetstream: { config: { sync_always?: boolean } } };
    expect(jetstream.config.sync_always).toBe(true);
  });

  it('names a port that is in use, and shows the log of a failed start', async () => {
    const other = { ...options, directory: join(root, 'other') };
    await expect(startNats({ ...other, port: running.port })).rejects.toThrow(`port ${running.port} on 127.0.0.1`);
    await expect(startNats({ ...other, configExtra: 'no_such_setting: 1' })).rejects.toThrow('no_such_setting');
  });
});
