import { revokeCertificate, revokeHubUser, type Authority, type HubSecrets } from '@tongban/platform/pki';
import type { NodeCode } from '@tongban/kernel';
import type { Layout } from '../city/layout.js';
import { isRunning } from '../city/process-stamp.js';
import { natsProcess, readRun } from '../city/run-file.js';
import { readAuthority, writeAuthority, writeRevocations } from './certificates.js';
import { pkiFiles, withPkiLock } from './files.js';
import { administratorName, readHubSecrets, writeHubSecrets, writeHubTrust, type HostIdentity } from './hub.js';

export interface Handed {
  /** Public nkey of a user, serial number of a certificate. */
  readonly id: string;
  readonly expiresAt: number;
  readonly revoked: boolean;
  /** Tags of a user, URIs of a certificate. */
  readonly says: readonly string[];
}

/** What has been handed out under one name, the newest last. */
export interface Registered {
  readonly name: string;
  readonly users: readonly Handed[];
  readonly certificates: readonly Handed[];
}

function registered(secrets: HubSecrets, authority: Authority): Registered[] {
  const names = new Set([...secrets.users, ...authority.issued].map(({ name }) => name));
  const revoked = new Set(authority.revoked.map(({ serial }) => serial));
  return [...names].map((name) => ({
    name,
    users: secrets.users
      .filter((user) => user.name === name)
      .map(({ key, expiresAt, tags }) => ({
        ...{ id: key, expiresAt, says: tags },
        revoked: secrets.revoked[key] !== undefined,
      })),
    certificates: authority.issued
      .filter((certificate) => certificate.name === name)
      .map(({ serial, expiresAt, uris }) => ({
        ...{ id: serial, expiresAt, says: uris },
        revoked: revoked.has(serial),
      })),
  }));
}

/** Everything that was handed out in a city. */
export function showRegister(layout: Layout, city: NodeCode, now: number): Promise<Registered[]> {
  const files = pkiFiles(layout);
  return withPkiLock(layout, files, async () =>
    registered(readHubSecrets(files, now), await readAuthority(files, city, now)),
  );
}

/** Who hosts are by what was handed out to them last; those from whom everything was taken back are left out. */
export const identitiesIn = (register: readonly Registered[]): HostIdentity[] =>
  register.flatMap(({ name, users, certificates }) => {
    const [user, certificate] = [users.at(-1), certificates.at(-1)];
    if (name === administratorName || user === undefined || certificate === undefined) return [];
    return user.revoked && certificate.revoked ? [] : [{ name, tags: user.says, uris: certificate.says }];
  });

/**
 * Takes back what was handed out under a name. Running hosts notice by themselves; the hub of a running city is told.
 * @param keepNewest of a host that was renewed: only what it had before
 * @returns how much was taken back
 */
export async function revokeHost(
  layout: Layout,
  city: NodeCode,
  name: string,
  { keepNewest, now }: { readonly keepNewest: boolean; readonly now: number },
): Promise<number> {
  const files = pkiFiles(layout);
  return withPkiLock(layout, files, async () => {
    let secrets = readHubSecrets(files, now);
    let authority = await readAuthority(files, city, now);
    const known = registered(secrets, authority).find((entry) => entry.name === name);
    if (known === undefined) return 0;
    const taken = (handed: readonly Handed[]): readonly Handed[] =>
      (keepNewest ? handed.slice(0, -1) : handed).filter(({ revoked }) => !revoked);
    const [users, certificates] = [taken(known.users), taken(known.certificates)];
    for (const { id } of users) secrets = revokeHubUser(secrets, id, now);
    for (const { id } of certificates) authority = revokeCertificate(authority, id, now);
    writeHubSecrets(files, secrets);
    writeAuthority(files, authority);
    writeHubTrust(files, secrets, now);
    await writeRevocations(files, authority, now);
    tellHub(layout);
    return users.length + certificates.length;
  });
}

/** A running hub reads whom it trusts again. */
export function tellHub(layout: Layout): void {
  const hub = readRun(layout).processes.find(({ name }) => name === natsProcess);
  if (hub !== undefined && isRunning(hub.stamp)) process.kill(hub.stamp.pid, 'SIGHUP');
}
