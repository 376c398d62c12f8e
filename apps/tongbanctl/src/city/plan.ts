import { tiers, type NodeCode, type Tier } from '@tongban/kernel';
import type { DivisionTree } from '@tongban/domain/division';

/** Hosts are the processes with nodes; they are named after the tier, the gateway after what it is. */
export const hostNames = ['city', 'provincial-gateway', 'district', 'township', 'village'] as const;
export type HostName = (typeof hostNames)[number];

/** Every process of ours, in the order of starting; they stop in the reverse order. */
export const appNames = ['identity-dev', 'province-sandbox', ...hostNames] as const;
export type AppName = (typeof appNames)[number];

export const hostTier: Readonly<Record<HostName, Tier>> = {
  city: 'city',
  'provincial-gateway': 'province',
  district: 'district',
  township: 'township',
  village: 'village',
};

const tierHost: Readonly<Record<Tier, HostName>> = {
  province: 'provincial-gateway',
  city: 'city',
  district: 'district',
  township: 'township',
  village: 'village',
};
export const hostOfTier = (tier: Tier): HostName => tierHost[tier];

const provinceDigits = 2;
const cityDigits = 4;
const codeDigits = 12;

export const gatewayNode = (city: NodeCode): NodeCode =>
  city.slice(0, provinceDigits).padEnd(codeDigits, '0') as NodeCode;

/** What `TONGBAN_NODES` and the consumer's name say: the whole city for a tier, its one node for the gateway. */
export const scopesOf = (host: HostName, city: NodeCode): string[] =>
  host === 'provincial-gateway' ? [gatewayNode(city)] : [`${city.slice(0, cityDigits)}*`];

/** The hosts that have nodes: a city without districts runs without that tier. */
export function hostsOf(divisions: DivisionTree): HostName[] {
  const count = divisions.count();
  return hostNames.filter((host) => host === 'provincial-gateway' || count[hostTier[host]] > 0);
}

/** Whom a host dials: the nearest host above it; undefined for the gateway. */
export function parentHost(host: HostName, hosts: readonly HostName[]): HostName | undefined {
  const above = tiers.slice(0, tiers.indexOf(hostTier[host])).reverse();
  return above.map(hostOfTier).find((candidate) => hosts.includes(candidate));
}

/** The host of a node. */
export function nodesOf(host: HostName, divisions: DivisionTree): NodeCode[] {
  if (host === 'provincial-gateway') return [gatewayNode(divisions.city)];
  return divisions.within(scopesOf(host, divisions.city), hostTier[host]).map(({ code }) => code);
}
