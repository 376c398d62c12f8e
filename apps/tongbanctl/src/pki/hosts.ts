import { hostTags, type HostPlace } from '@tongban/contract';
import { peerUri } from '@tongban/federation/transport';
import type { NodeCode } from '@tongban/kernel';
import { hubUri } from '@tongban/platform/pki';
import type { Layout } from '../city/layout.js';
import { hostTier, scopesOf, type HostName } from '../city/plan.js';
import { consumersOf } from '../city/streams.js';
import { provideCertificates } from './certificates.js';
import { pkiFiles, withPkiLock } from './files.js';
import { provideHubUsers, type HostIdentity } from './hub.js';

/** Who a host of this place is; names are small letters, digits and `-`. */
export const identityOf = (name: string, place: HostPlace): HostIdentity => ({
  name,
  tags: hostTags(place),
  uris: place.scopes.map((scope) => peerUri(place.tier, scope)),
});

/** The hub itself: it enters nowhere, hosts know it by its certificate. */
export const hubIdentity: HostIdentity = { name: 'hub', tags: [], uris: [hubUri], dns: 'hub.tongban' };

/** A host of the launcher: the whole city's nodes of its tier. */
export function cityHost(host: HostName, city: NodeCode): HostIdentity {
  const { inbox, catalogue } = consumersOf(host, city);
  const [tier, scopes] = [hostTier[host], scopesOf(host, city)];
  return identityOf(host, { tier, scopes, inboxConsumer: inbox, catalogueConsumer: catalogue });
}

/**
 * Makes what hosts need to be known as themselves: credentials for the hub, a certificate for gRPC. What is there and good
 * stays. This is what a host that joins the city calls, and every start of it.
 * @param anew names of hosts that get new ones in any case; the old ones go on until they end or are revoked
 */
export async function provideIdentities(
  layout: Layout,
  city: NodeCode,
  hosts: readonly HostIdentity[],
  now: number,
  anew: readonly string[] = [],
): Promise<void> {
  const files = pkiFiles(layout);
  await withPkiLock(layout, files, async () => {
    provideHubUsers(files, hosts, now, anew);
    await provideCertificates(files, city, [hubIdentity, ...hosts], now, anew);
  });
}
