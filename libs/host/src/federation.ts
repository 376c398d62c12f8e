import {
  Host,
  mayBegin,
  type Bindings,
  type InboxResult,
  type NodeReport,
  type Traced,
  type Transactor,
} from '@tongban/federation/nest';
import type { ClockReading } from '@tongban/federation/core';
import {
  GrpcChildCourier,
  GrpcParentCourier,
  NatsCourier,
  PeerGuard,
  type BlobJudge,
  type PeerGuardOptions,
  type PeerIdentity,
} from '@tongban/federation/transport';
import type { Sealer } from '@tongban/journal';
import type { DivisionTree } from '@tongban/domain/division';
import { tierOf, type NodeCode, type Tier } from '@tongban/kernel';
import type { HubAccess } from '@tongban/platform/pki';
import { Counter, withRemoteParent, type Logger, type Metrics } from '@tongban/platform/telemetry';
import type { UntypedServiceImplementation } from '@grpc/grpc-js';
import type { HostConfig } from './config.js';
import type { HostedNodes } from './nodes.js';
import type { blobAccess } from './strangers/blob-access.js';
import type { Strangers } from './strangers/strangers.js';

export interface CourierParts {
  readonly tier: Tier;
  readonly scopes: readonly string[];
  readonly config: HostConfig;
  readonly grpcParent: string | undefined;
  readonly hosted: HostedNodes;
  readonly logger: Logger;
  /** As whom the hub is entered. */
  readonly hub: HubAccess;
  readonly strangers: Strangers;
}

export interface Couriers {
  readonly hub: NatsCourier;
  readonly parentEnd: GrpcParentCourier | undefined;
  readonly childEnd: GrpcChildCourier | undefined;
}

type Log = (level: 'info' | 'warn', message: string, details?: Record<string, unknown>) => void;
export const logTo =
  (logger: Logger): Log =>
  (level, message, details) =>
    logger[level](details ?? {}, message);

export function makeCouriers(parts: CourierParts, calls: UntypedServiceImplementation, guard: PeerGuard): Couriers {
  const { config, hosted, tier, scopes, grpcParent } = parts;
  const log = logTo(parts.logger);
  const hub = new NatsCourier({
    url: config.natsUrl,
    access: parts.hub,
    name: `${tier} ${scopes.join(' ')}`,
    tier,
    scopes,
    consumer: config.inboxConsumer,
    log,
    refused: parts.strangers.hubRefused,
    unreadable: parts.strangers.unreadable,
  });
  const listen = config.grpcListen?.text;
  return {
    hub,
    parentEnd:
      listen === undefined ? undefined : new GrpcParentCourier(listen, new Set(hosted.nodes), calls, log, guard),
    childEnd: grpcParent === undefined ? undefined : new GrpcChildCourier(grpcParent, hosted.nodes, log, guard),
  };
}

export interface FederationParts {
  readonly couriers: Couriers;
  readonly hosted: HostedNodes;
  readonly bindings: Bindings;
  readonly sealer: Sealer;
  readonly transactor: Transactor;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Called after each envelope that was applied. */
  readonly applied: (result: InboxResult) => void;
  /** What children tell of how they stand. */
  readonly reported: (report: NodeReport) => void;
  /** Called when a courier came or went. */
  readonly couriersChanged: () => void;
  /** Called when a node's parent asks it to compare its records. */
  readonly compareAsked: (node: NodeCode) => void;
  readonly parentClock: (reading: ClockReading) => void;
  readonly strangers: Strangers;
}

export function openFederation(parts: FederationParts): Promise<Host> {
  const { hosted, couriers } = parts;
  const counted = linkCounters(parts.metrics);
  return Host.open({
    nodes: hosted.nodes,
    departed: hosted.departed,
    mayBegin,
    childrenOf: (node) => childrenOf(hosted.divisions, node),
    bindings: parts.bindings,
    keystore: hosted.keystore,
    directory: hosted.directory,
    sealer: parts.sealer,
    transactor: parts.transactor,
    clock: { now: () => Date.now() },
    hub: couriers.hub,
    ...(couriers.parentEnd === undefined ? {} : { parentEnd: couriers.parentEnd }),
    ...(couriers.childEnd === undefined ? {} : { childEnd: couriers.childEnd }),
    log: logTo(parts.logger),
    reported: parts.reported,
    refused: parts.strangers.frameRefused,
    traced,
    applied: (result) => {
      counted(result.entries, result.quarantined);
      parts.applied(result);
    },
    couriersChanged: parts.couriersChanged,
    compareAsked: parts.compareAsked,
    parentClock: parts.parentClock,
  });
}

/** The gateway's node is not in the city's file; below it there is the city. */
const childrenOf = (divisions: DivisionTree, node: NodeCode): NodeCode[] =>
  tierOf(node) === 'province' ? [divisions.city] : divisions.children(node).map(({ code }) => code);

const traced: Traced = (traceparent, name, attributes, work) =>
  traceparent === undefined
    ? work()
    : withRemoteParent(traceparent, `${name} envelope`, name === 'apply' ? 'consumer' : 'producer', attributes, work);

function linkCounters(metrics: Metrics): (entries: number, quarantined: number) => void {
  const applied = new Counter({
    name: 'tongban_entries_applied_total',
    help: 'Entries of other nodes that were applied.',
    registers: [metrics.registry],
  });
  const held = new Counter({
    name: 'tongban_messages_quarantined_total',
    help: 'Link messages that were not applied and are kept for the operator.',
    registers: [metrics.registry],
  });
  return (entries, quarantined) => {
    applied.inc(entries);
    held.inc(quarantined);
  };
}

/** Who may call and be called. */
export const peerGuardOf = (identity: PeerIdentity, refused: PeerGuardOptions['refused']): PeerGuard =>
  new PeerGuard({ identity, clock: { now: () => Date.now() }, refused });

/** Files go to whoever may have them; what is refused is recorded like every other call. */
export const fileJudge =
  (guard: PeerGuard, mayHave: ReturnType<typeof blobAccess>): BlobJudge =>
  async (call, digest, wants) => {
    const caller = guard.caller(call as Parameters<PeerGuard['caller']>[0]);
    const judged = caller.ok ? await mayHave(caller.value, digest, wants) : caller;
    if (!judged.ok) guard.record(caller.ok ? caller.value : undefined, `${wants}Blob`, judged.refusal);
    return judged;
  };
