import {
  AckPolicy,
  DeliverPolicy,
  DiscardPolicy,
  jetstreamManager,
  JetStreamApiError,
  RetentionPolicy,
  StorageType,
  type ConsumerConfig,
  type JetStreamManager,
  type StreamConfig,
} from '@nats-io/jetstream';
import { connect, nanos } from '@nats-io/transport-node';
import { hostConsumer, inboxFilters, streams, streamSubjects, type HostPlace } from '@tongban/contract';
import type { NodeCode } from '@tongban/kernel';
import type { HubAccess } from '@tongban/platform/pki';
import { hostTier, scopesOf, type HostName } from './plan.js';

const limits = {
  connectTimeoutMs: 5_000,
  requestTimeoutMs: 10_000,
  inboxAgeMs: 30 * 24 * 60 * 60 * 1000,
  /** Well below what the server has (`max_file_store`): a full server takes nothing from anybody. */
  inboxBytes: 6 * 1024 ** 3,
  /** Every host has one consumer; villages that move out get their own. Without a number the server takes 1,000. */
  maxConsumersPerStream: 20_000,
  ackWaitMs: 30_000,
  maxUnacknowledged: 1_000,
} as const;

const streamNotFoundCode = 10_059; // JSStreamNotFoundErr of the server's error list
const consumerNotFoundCode = 10_014; // JSConsumerNotFoundErr

type StreamWanted = Partial<StreamConfig> & { name: string; subjects: string[] };

const common = {
  storage: StorageType.File,
  retention: RetentionPolicy.Limits,
  discard: DiscardPolicy.Old,
  num_replicas: 1,
  max_consumers: limits.maxConsumersPerStream,
} as const;

/**
 * Limits retention: an acknowledged message stays, so that a restored database can read it again. Without a bound in bytes
 * the traffic of thirty days could fill the server, and every link would stand still. Beyond it the oldest frames go: what
 * of them had not been applied is given again by the links, which keep everything until it has.
 */
export const wantedStreams: readonly StreamWanted[] = [
  {
    ...common,
    name: streams.inbox,
    subjects: [streamSubjects.inbox],
    max_age: nanos(limits.inboxAgeMs),
    max_bytes: limits.inboxBytes,
  },
  { ...common, name: streams.catalogue, subjects: [streamSubjects.catalogue], max_msgs_per_subject: 1 },
];

const isNotFound = (error: unknown, code: number): boolean =>
  error instanceof JetStreamApiError && error.apiError().err_code === code;

async function provideStream(manager: JetStreamManager, wanted: StreamWanted): Promise<void> {
  try {
    await manager.streams.info(wanted.name);
  } catch (error) {
    if (!isNotFound(error, streamNotFoundCode)) throw error;
    await manager.streams.add(wanted);
    return;
  }
  await manager.streams.update(wanted.name, wanted);
}

/** Names of a host's durable consumers. */
export const consumersOf = (
  host: HostName,
  city: NodeCode,
): { readonly inbox: string; readonly catalogue: string } => ({
  inbox: hostConsumer(hostTier[host], scopesOf(host, city)),
  catalogue: `catalogue_${hostTier[host]}`,
});

const durable = (name: string, filters?: readonly string[]): Partial<ConsumerConfig> & { durable_name: string } => ({
  durable_name: name,
  ack_policy: AckPolicy.Explicit,
  deliver_policy: DeliverPolicy.All,
  ack_wait: nanos(limits.ackWaitMs),
  max_ack_pending: limits.maxUnacknowledged,
  num_replicas: 1,
  ...(filters === undefined ? {} : { filter_subjects: [...filters] }),
});

async function provideConsumer(
  manager: JetStreamManager,
  stream: string,
  wanted: Partial<ConsumerConfig> & { durable_name: string },
): Promise<void> {
  try {
    await manager.consumers.info(stream, wanted.durable_name);
  } catch (error) {
    if (!isNotFound(error, consumerNotFoundCode)) throw error;
    await manager.consumers.add(stream, wanted);
    return;
  }
  await manager.consumers.update(stream, wanted.durable_name, wanted);
}

/**
 * The two durable consumers of a host that is added to a running city. Its inbox begins now: links give again what was
 * not acknowledged. Of the catalogue it gets the last state of everything.
 */
export async function provideHostConsumers(url: string, host: HostPlace, access: Partial<HubAccess>): Promise<void> {
  const connection = await connect({ ...access, servers: url, name: 'tongbanctl', timeout: limits.connectTimeoutMs });
  try {
    const manager = await jetstreamManager(connection, { timeout: limits.requestTimeoutMs });
    const inbox = durable(host.inboxConsumer, inboxFilters(host.tier, host.scopes));
    await provideConsumer(manager, streams.inbox, { ...inbox, deliver_policy: DeliverPolicy.New });
    await provideConsumer(manager, streams.catalogue, durable(host.catalogueConsumer));
  } finally {
    await connection.close();
  }
}

/** Streams and the two durable consumers of each host. Nodes never make any: this is the administrator. Idempotent. */
export async function provideStreams(
  url: string,
  hosts: readonly HostName[],
  city: NodeCode,
  access: HubAccess,
): Promise<void> {
  const connection = await connect({ ...access, servers: url, name: 'tongbanctl', timeout: limits.connectTimeoutMs });
  try {
    const manager = await jetstreamManager(connection, { timeout: limits.requestTimeoutMs });
    for (const wanted of wantedStreams) await provideStream(manager, wanted);
    for (const host of hosts) {
      const names = consumersOf(host, city);
      const filters = inboxFilters(hostTier[host], scopesOf(host, city));
      await provideConsumer(manager, streams.inbox, durable(names.inbox, filters));
      await provideConsumer(manager, streams.catalogue, durable(names.catalogue));
    }
  } finally {
    await connection.close();
  }
}
