import { create } from '@bufbuild/protobuf';
import {
  AckPolicy,
  DeliverPolicy,
  jetstream,
  jetstreamManager,
  RetentionPolicy,
  StorageType,
} from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import {
  EnvelopeSchema,
  FrameSchema,
  hostConsumer,
  inboxFilters,
  inboxSubject,
  statusSubject,
  streams,
  streamSubjects,
  type Frame,
} from '@tongban/contract';
import { sm3 } from '@tongban/journal';
import { nodeCode, type NodeCode } from '@tongban/kernel';
import { natsForTests, tcpProxy } from '@tongban/testkit';
import { createServer } from 'node:net';
import type { Courier } from './courier.js';
import { GrpcChildCourier, GrpcParentCourier } from './grpc-courier.js';
import { NatsCourier, type UnreadableFrame } from './nats-courier.js';

const township = nodeCode('371102001000');
const village = nodeCode('371102001001');
const otherVillage = nodeCode('371102001002');
const waitLimitMs = 20_000;
const testTimeoutMs = 60_000;

const frameOf = (sender: NodeCode, receiver: NodeCode, text: string): Frame =>
  create(FrameSchema, {
    body: { case: 'envelope', value: create(EnvelopeSchema, { sender, receiver, body: Buffer.from(text) }) },
  });

const textOf = (frame: Frame): string =>
  frame.body.case === 'envelope' ? Buffer.from(frame.body.value.body).toString() : (frame.body.case ?? '');

async function eventually(what: string, holds: () => boolean): Promise<void> {
  const until = Date.now() + waitLimitMs;
  while (!holds()) {
    if (Date.now() > until) throw new Error(`not reached within ${waitLimitMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const started: Courier[] = [];

async function start(
  courier: Courier,
  take: (frame: Frame) => Promise<void> = async () => undefined,
): Promise<string[]> {
  const taken: string[] = [];
  started.push(courier);
  await courier.start(
    async (frame) => {
      await take(frame);
      taken.push(textOf(frame));
    },
    () => undefined,
  );
  return taken;
}

afterEach(async () => {
  for (const courier of started.splice(0).reverse()) await courier.stop();
});

describe('NATS courier', () => {
  let url: string;
  const scopes = ['371102*'];
  const consumer = hostConsumer('village', scopes);

  beforeAll(async () => {
    url = (await natsForTests()).url;
    const connection = await connect({ servers: url });
    const manager = await jetstreamManager(connection);
    await manager.streams.add({
      name: streams.inbox,
      subjects: [streamSubjects.inbox],
      retention: RetentionPolicy.Limits,
      storage: StorageType.File,
      max_consumers: 10,
    });
    await manager.consumers.add(streams.inbox, {
      durable_name: consumer,
      filter_subjects: inboxFilters('village', scopes),
      ack_policy: AckPolicy.Explicit,
      deliver_policy: DeliverPolicy.All,
    });
    await connection.close();
  }, testTimeoutMs);

  const courier = (through = url): NatsCourier =>
    new NatsCourier({ url: through, name: 'test', tier: 'village', scopes, consumer, log: () => undefined });

  it(
    'delivers again what was not taken, and only to the tier that is addressed',
    async () => {
      let failures = 2;
      const one = courier();
      const taken = await start(one, async (frame) => {
        if (textOf(frame) === 'fragile' && failures-- > 0) throw new Error('not now');
      });
      await eventually('the hub is reached', () => one.reaches());
      await one.send(frameOf(township, village, 'plain'), village);
      await one.send(frameOf(township, otherVillage, 'fragile'), otherVillage);
      await one.send(frameOf(village, township, 'for the township'), township);
      await eventually('both are taken', () => taken.length === 2);
      expect([...taken].sort()).toEqual(['fragile', 'plain']);
      expect(failures).toBe(-1);
    },
    testTimeoutMs,
  );

  it(
    'gives up what is no frame once it is noted, and goes on with the rest',
    async () => {
      const noted: UnreadableFrame[] = [];
      let failures = 1;
      const unreadable = async (what: UnreadableFrame): Promise<void> => {
        if (what.subject === inboxSubject(village) && failures-- > 0) throw new Error('the database is away');
        noted.push(what);
      };
      const options = { url, name: 'test', tier: 'village', scopes, consumer, log: () => undefined } as const;
      const one = new NatsCourier({ ...options, unreadable });
      const taken = await start(one);
      await eventually('the hub is reached', () => one.reaches());
      const connection = await connect({ servers: url });
      const bad = Buffer.from('ffffffff0a', 'hex');
      await one.send(frameOf(township, village, 'before'), village);
      await jetstream(connection).publish(inboxSubject(village), bad);
      connection.publish(statusSubject(village), bad);
      await one.send(frameOf(township, village, 'after'), village);
      await eventually('the rest is taken, and both are noted', () => taken.length === 2 && noted.length === 2);
      expect([...taken].sort()).toEqual(['after', 'before']);
      const digest = sm3(bad);
      expect(noted).toContainEqual({ subject: inboxSubject(village), size: bad.length, digest });
      const manager = await jetstreamManager(connection);
      let left = -1;
      for (let tries = 0; left !== 0 && tries < 100; tries++) {
        const { num_pending: pending, num_ack_pending: unacknowledged } = await manager.consumers.info(
          streams.inbox,
          consumer,
        );
        left = pending + unacknowledged;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      expect(left).toBe(0);
      await connection.close();
    },
    testTimeoutMs,
  );

  it(
    'says when the hub is out of reach, and takes up again when it is back',
    async () => {
      const proxy = await tcpProxy({ target: { port: Number(new URL(url).port) } });
      const one = courier(`nats://127.0.0.1:${proxy.port}`);
      const taken = await start(one);
      await eventually('the hub is reached', () => one.reaches());
      await proxy.cut('refuse');
      await eventually('the cut is noticed', () => !one.reaches());
      await expect(one.send(frameOf(township, village, 'lost'), village)).rejects.toThrow();
      const elsewhere = courier();
      await start(elsewhere, async () => {
        throw new Error('this host leaves it to the other');
      });
      await eventually('the other reaches the hub', () => elsewhere.reaches());
      await elsewhere.stop();
      await proxy.heal();
      await eventually('the hub is back', () => one.reaches());
      await one.send(frameOf(township, village, 'after the cut'), village);
      await eventually('it arrives', () => taken.includes('after the cut'));
      await one.stop();
      started.splice(0);
      await proxy.stop();
    },
    testTimeoutMs,
  );
});

describe('gRPC courier', () => {
  const freePort = (): Promise<number> =>
    new Promise((resolve) => {
      const server = createServer().listen(0, '127.0.0.1', () => {
        const { port } = server.address() as { port: number };
        server.close(() => resolve(port));
      });
    });

  it(
    'carries frames both ways, prefers the stream when the child cannot see the hub, and dials again',
    async () => {
      const address = `127.0.0.1:${await freePort()}`;
      const parentOf = (): GrpcParentCourier =>
        new GrpcParentCourier(address, new Set([township]), {}, () => undefined);
      const parent = parentOf();
      const child = new GrpcChildCourier(address, [village, otherVillage], () => undefined);
      const toChild = await start(child);
      const toParent = await start(parent);
      await eventually('the stream is open', () => child.reaches(township) && parent.reaches(village));
      expect(child.reaches(village)).toBe(false);
      expect(parent.reaches(nodeCode('371102001003'))).toBe(false);
      await child.send(frameOf(village, township, 'up'));
      await parent.send(frameOf(township, village, 'down'), village);
      await eventually('both arrive', () => toParent.includes('up') && toChild.includes('down'));
      child.sayHub(true);
      await eventually('the child sees the hub', () => !parent.prefers(village));
      child.sayHub(false);
      await eventually('the child does not', () => parent.prefers(village));
      await parent.stop();
      await eventually('the child notices', () => !child.reaches(township));
      await expect(child.send(frameOf(village, township, 'nobody there'))).rejects.toThrow();
      const again = parentOf();
      const toSecond = await start(again);
      await eventually('the child has dialled again', () => child.reaches(township));
      await child.send(frameOf(village, township, 'after the restart'));
      await eventually('it arrives', () => toSecond.includes('after the restart'));
      expect(toSecond).toHaveLength(1);
      started.splice(started.indexOf(parent), 1);
    },
    testTimeoutMs,
  );

  it(
    'takes only children of its own nodes from a hello',
    async () => {
      const address = `127.0.0.1:${await freePort()}`;
      const stranger = nodeCode('371122100201');
      const parent = new GrpcParentCourier(address, new Set([township]), {}, () => undefined);
      await start(parent);
      await start(new GrpcChildCourier(address, [village, stranger], () => undefined));
      await eventually('the child is known', () => parent.reaches(village));
      expect(parent.reaches(stranger)).toBe(false);
    },
    testTimeoutMs,
  );
});
