import { natsConfig } from '@tongban/platform/local';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { wantedStreams } from './streams.js';

const units: Readonly<Record<string, number>> = { '': 1, GB: 1024 ** 3 };
const storeBytes = (configuration: string): number => {
  const [, number, unit] = /max_file_store: (\d+)(GB|)$/m.exec(configuration)!;
  return Number(number) * units[unit!]!;
};
const settings = { port: 1, monitorPort: 2, storeDirectory: '/data', pidFile: '/pid', version: '2.11.0' };
const deployed = join(import.meta.dirname, '..', '..', '..', '..', 'deploy', 'nats', 'nats.conf');

/** A server whose store is full takes nothing from anybody: the inbox must give way before that, and leave the catalogue room. */
it.each([
  ['the local hub', natsConfig(settings)],
  ['the hub as deployed', readFileSync(deployed, 'utf8')],
])('the inbox ends before the store of %s', (_name, configuration) => {
  const bytes = wantedStreams.map(({ max_bytes }) => max_bytes ?? 0);
  expect(Math.max(...bytes)).toBeGreaterThan(0);
  expect(Math.max(...bytes)).toBeLessThanOrEqual(storeBytes(configuration) * 0.75);
});
