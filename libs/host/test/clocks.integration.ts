import { AckPolicy, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { hostConsumer, inboxFilters, streams, streamSubjects } from '@tongban/contract';
import { AuditLog, auditMigrations } from '@tongban/feature/audit';
import { NatsCourier } from '@tongban/federation/transport';
import { nodeCode } from '@tongban/kernel';
import { createDataSource } from '@tongban/platform/database';
import { createLogger, createMetrics } from '@tongban/platform/telemetry';
import { freshDatabase, natsForTests } from '@tongban/testkit';
import type { DataSource } from 'typeorm';
import { ClockWatch } from '../src/clocks/clock-watch.js';
import { transactorOf } from '../src/database.js';

const testTimeoutMs = 60_000;
const waitLimitMs = 30_000;
/** Beyond the bound of the audit log and beyond whatever a slow machine may take for an answer. */
const shiftMs = 3_600_000;
const village = nodeCode('371102001001');
const scopes = [village];
const consumer = hostConsumer('village', scopes);
const logger = createLogger({ service: 'test', level: 'error' });
let database: DataSource;
let courier: NatsCourier;

beforeAll(async () => {
  const { url } = await natsForTests();
  const connection = await connect({ servers: url });
  const manager = await jetstreamManager(connection);
  await manager.streams.add({ name: streams.inbox, subjects: [streamSubjects.inbox] });
  await manager.consumers.add(streams.inbox, {
    ...{ durable_name: consumer, filter_subjects: inboxFilters('village', scopes), ack_policy: AckPolicy.Explicit },
  });
  await connection.close();
  courier = new NatsCourier({ url, name: 'test', tier: 'village', scopes, consumer, log: () => undefined });
  await courier.start(
    async () => undefined,
    () => undefined,
  );
  database = await createDataSource({
    ...{ url: await freshDatabase(), entities: [], migrations: [], poolSize: 2, applicationName: 'test', logger },
  });
  for (const { sql } of auditMigrations) await database.query(sql);
  for (const until = Date.now() + waitLimitMs; !courier.reaches() && Date.now() < until;)
    await new Promise((resolve) => setTimeout(resolve, 20));
}, testTimeoutMs);

afterAll(async () => {
  await courier?.stop();
  await database?.destroy();
});

describe('a clock that is shifted', () => {
  it(
    'is found by the answer of the hub and stands in the audit log; one that goes right does not',
    async () => {
      const clock = { now: (): number => Date.now() - shiftMs };
      const audit = new AuditLog({ transactor: transactorOf(database), clock, log: () => undefined });
      const watchOf = (own: { now(): number }): ClockWatch =>
        new ClockWatch({
          ...{ clock: own, audit, logger, metrics: createMetrics('test'), node: village },
          ...{ hub: () => courier.compareClock(own), parent: async () => undefined },
        });
      const right = watchOf({ now: Date.now });
      const shifted = watchOf(clock);
      await right.compare();
      await shifted.compare();
      await audit.stop();
      expect(right.shown()).toMatchObject([{ reference: 'hub', standing: 'together' }]);
      const [found] = shifted.shown();
      expect(found).toMatchObject({ reference: 'hub', standing: 'wrong' });
      expect(Math.abs(found!.aheadSeconds * 1_000 - shiftMs)).toBeLessThanOrEqual(found!.errorSeconds * 1_000 + 100);
      const lines = await database.query('select node, operation, subject, status, code from audit_event');
      expect(lines).toEqual([
        {
          ...{ node: village, operation: 'clock.wrong', status: 500, code: 'node.clock' },
          subject: `hub +${Math.round(found!.aheadSeconds)} s`,
        },
      ]);
    },
    testTimeoutMs,
  );
});
