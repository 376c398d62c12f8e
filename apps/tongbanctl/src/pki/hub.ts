import { administratorTemplate, hostTemplate } from '@tongban/contract';
import {
  hubTrust,
  issueHubUser,
  newHubSecrets,
  parseHubSecrets,
  readCredentials,
  type HubRole,
  type HubSecrets,
} from '@tongban/platform/pki';
import { publicMode, readIfThere, secretMode, writeWhole } from '../city/layout.js';
import type { PkiFiles } from './files.js';

const dayMs = 24 * 60 * 60 * 1000;
export const hubLimits = {
  userValidMs: 400 * dayMs,
  /** Credentials with less left are replaced at the next provisioning; the old ones go on until they end. */
  renewBeforeMs: 60 * dayMs,
} as const;

export const administratorName = 'administrator';

/** Who a host is: its name is in lower case. */
export interface HostIdentity {
  readonly name: string;
  /** What fills the hub's template for it. */
  readonly tags: readonly string[];
  /** What its certificate names: its nodes. */
  readonly uris: readonly string[];
  readonly dns?: string;
}

const templates = { host: hostTemplate, administrator: administratorTemplate };

/** Made at the first time. */
export function readHubSecrets(files: PkiFiles, now: number): HubSecrets {
  const text = readIfThere(files.hubSecrets);
  if (text !== undefined) return parseHubSecrets(text);
  const made = newHubSecrets(now);
  writeHubSecrets(files, made);
  return made;
}

export const writeHubSecrets = (files: PkiFiles, secrets: HubSecrets): void =>
  writeWhole(files.hubSecrets, `${JSON.stringify(secrets, undefined, 2)}\n`, secretMode);

/** What the hub has to load: after the first start, and after each revocation. */
export const writeHubTrust = (files: PkiFiles, secrets: HubSecrets, now: number): void =>
  writeWhole(files.hubTrust, `${hubTrust(secrets, templates, now)}\n`, publicMode);

interface Wanted {
  readonly file: string;
  readonly name: string;
  readonly role: HubRole;
  readonly tags: readonly string[];
}

/** The user of the file, when it may go on being used as it is. */
function isGood(secrets: HubSecrets, { file, name, role, tags }: Wanted, now: number): boolean {
  const text = readIfThere(file);
  if (text === undefined) return false;
  const { key } = readCredentials(text);
  const user = secrets.users.find((candidate) => candidate.key === key);
  return (
    user !== undefined &&
    secrets.revoked[key] === undefined &&
    user.name === name &&
    user.role === role &&
    user.tags.join(' ') === tags.join(' ') &&
    user.expiresAt - now > hubLimits.renewBeforeMs
  );
}

function provideUser(files: PkiFiles, held: HubSecrets, wanted: Wanted, now: number, anew: boolean): HubSecrets {
  if (!anew && isGood(held, wanted, now)) return held;
  const { file, name, role, tags } = wanted;
  const issued = issueHubUser(held, { name, role, tags, now, validMs: hubLimits.userValidMs });
  // Registered before it is handed out: nobody has credentials that could not be revoked.
  writeHubSecrets(files, issued.secrets);
  writeWhole(file, issued.credentials, secretMode);
  return issued.secrets;
}

/** The administrator's and the hosts' credentials; what is good stays. @param anew names that get new ones in any case */
export function provideHubUsers(
  files: PkiFiles,
  hosts: readonly HostIdentity[],
  now: number,
  anew: readonly string[] = [],
): HubSecrets {
  let secrets = readHubSecrets(files, now);
  const wanted: Wanted[] = [
    { file: files.administratorCredentials, name: administratorName, role: 'administrator', tags: [] },
    ...hosts.map(({ name, tags }): Wanted => ({ file: files.credentials(name), name, role: 'host', tags })),
  ];
  for (const user of wanted) secrets = provideUser(files, secrets, user, now, anew.includes(user.name));
  writeHubTrust(files, secrets, now);
  return secrets;
}
