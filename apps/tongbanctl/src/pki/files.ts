import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AlreadyRunning, releaseLock, takeLock } from '../city/run-file.js';
import type { Layout } from '../city/layout.js';

/** Where the identities of a city's machines lie, below its state folder. */
export interface PkiFiles {
  /** Held while something is issued or revoked. */
  readonly lockFile: string;
  readonly hubSecrets: string;
  /** Public: included by the hub's configuration. */
  readonly hubTrust: string;
  readonly administratorCredentials: string;
  credentials(host: string): string;
  /** The certificate authority with its key and its register of certificates. */
  readonly authority: string;
  /** Public: its certificate, and its revocation list. */
  readonly authorityCertificate: string;
  readonly revocations: string;
  /** Certificate and key of a host. */
  certificate(host: string): string;
}

export const pkiFiles = ({ directory, nats }: Layout): PkiFiles => {
  const secret = (name: string): string => join(directory, 'secrets', name);
  return {
    lockFile: join(directory, 'pki.lock'),
    hubSecrets: secret('hub.json'),
    hubTrust: join(nats, 'trust.conf'),
    administratorCredentials: secret('hub-administrator.creds'),
    credentials: (host) => secret(`hub-${host}.creds`),
    authority: secret('authority.json'),
    authorityCertificate: join(directory, 'authority.pem'),
    revocations: join(directory, 'revoked.pem'),
    certificate: (host) => secret(`tls-${host}.pem`),
  };
};

const lockPollMs = 100;
const lockAttempts = 300;

/** One at a time: two who issue at once would forget each other's users. */
export async function withPkiLock<T>(layout: Layout, files: PkiFiles, work: () => Promise<T>): Promise<T> {
  const own = { ...layout, lockFile: files.lockFile };
  mkdirSync(dirname(files.hubTrust), { recursive: true, mode: 0o700 });
  for (let attempt = 1; ; attempt++) {
    try {
      takeLock(own);
      break;
    } catch (error) {
      if (!(error instanceof AlreadyRunning) || attempt >= lockAttempts) throw error;
      await sleep(lockPollMs);
    }
  }
  try {
    return await work();
  } finally {
    releaseLock(own);
  }
}
