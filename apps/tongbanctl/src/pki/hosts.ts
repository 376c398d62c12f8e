import type { Layout } from '../city/layout.js';
import { hostTier, scopesOf, type HostName } from '../city/plan.js';
import { consumersOf } from '../city/streams.js';
import type { NodeCode } from '@tongban/kernel';
import { pkiFiles, withPkiLock } from './files.js';
import { provideHubUsers, type HubHost } from './hub.js';

/** A host of the launcher: the whole city's nodes of its tier. */
export function cityHost(host: HostName, city: NodeCode): HubHost {
  const { inbox, catalogue } = consumersOf(host, city);
  const place = {
    tier: hostTier[host],
    scopes: scopesOf(host, city),
    inboxConsumer: inbox,
    catalogueConsumer: catalogue,
  };
  return { name: host, place };
}

/**
 * Makes what hosts need to be known as themselves: credentials for the hub. What is there and good stays. This is what a
 * host that joins the city calls, and every start of it.
 */
export async function provideIdentities(layout: Layout, hosts: readonly HubHost[], now: number): Promise<void> {
  const files = pkiFiles(layout);
  await withPkiLock(layout, files, async () => provideHubUsers(files, hosts, now));
}
