import {
  issueCertificate,
  newAuthority,
  parseAuthority,
  readIdentity,
  revocationList,
  type Authority,
} from '@tongban/platform/pki';
import { X509Certificate } from 'node:crypto';
import { publicMode, readIfThere, secretMode, writeWhole } from '../city/layout.js';
import type { PkiFiles } from './files.js';
import type { HostIdentity } from './hub.js';

const dayMs = 24 * 60 * 60 * 1000;
export const certificateLimits = {
  validMs: 400 * dayMs,
  /** Certificates with less left are replaced at the next provisioning; the old ones go on until they end. */
  renewBeforeMs: 60 * dayMs,
} as const;

export const writeAuthority = (files: PkiFiles, authority: Authority): void =>
  writeWhole(files.authority, `${JSON.stringify(authority, undefined, 2)}\n`, secretMode);

/** Made at the first time, with the files that the hosts read. */
export async function readAuthority(files: PkiFiles, city: string, now: number): Promise<Authority> {
  const text = readIfThere(files.authority);
  const authority = text === undefined ? await newAuthority(`tongban ${city}`, now) : parseAuthority(text);
  if (text === undefined) writeAuthority(files, authority);
  if (readIfThere(files.authorityCertificate) === undefined)
    writeWhole(files.authorityCertificate, authority.certificate, publicMode);
  if (readIfThere(files.revocations) === undefined) await writeRevocations(files, authority, now);
  return authority;
}

/** What every host has to get after a revocation; running ones read it by themselves. */
export const writeRevocations = async (files: PkiFiles, authority: Authority, now: number): Promise<void> =>
  writeWhole(files.revocations, await revocationList(authority, now), publicMode);

export const serialOf = (identity: string): string =>
  new X509Certificate(readIdentity(identity).certificate).serialNumber.toUpperCase();

function isGood(held: Authority, file: string, uris: readonly string[], now: number): boolean {
  const text = readIfThere(file);
  if (text === undefined) return false;
  const serial = serialOf(text);
  const issued = held.issued.find((known) => known.serial === serial);
  return (
    issued !== undefined &&
    issued.uris.join(' ') === uris.join(' ') &&
    !held.revoked.some((known) => known.serial === serial) &&
    issued.expiresAt - now > certificateLimits.renewBeforeMs
  );
}

/** Certificates of the hosts; what is good stays. @param anew names that get new ones in any case */
export async function provideCertificates(
  files: PkiFiles,
  city: string,
  hosts: readonly HostIdentity[],
  now: number,
  anew: readonly string[] = [],
): Promise<void> {
  let authority = await readAuthority(files, city, now);
  for (const { name, uris, dns } of hosts) {
    const file = files.certificate(name);
    if (!anew.includes(name) && isGood(authority, file, uris, now)) continue;
    const issued = await issueCertificate(authority, {
      ...{ name, uris, now, validMs: certificateLimits.validMs },
      ...(dns === undefined ? {} : { dns }),
    });
    authority = issued.authority;
    // Registered before it is handed out: nobody has a certificate that could not be revoked.
    writeAuthority(files, authority);
    writeWhole(file, issued.identity, secretMode);
  }
}
