import { z } from 'zod';
import { credentialsFile, natsToken } from './nats-token.js';
import { newNkey, nkeyFromSeed } from './nkeys.js';

export const hubRoles = ['host', 'administrator'] as const;
export type HubRole = (typeof hubRoles)[number];

const user = z.object({
  name: z.string(),
  role: z.enum(hubRoles),
  /** Public nkey, `U…`. */
  key: z.string(),
  tags: z.array(z.string()),
  /** Milliseconds since 1970. */
  issuedAt: z.number(),
  expiresAt: z.number(),
});
export type HubUser = z.infer<typeof user>;

const secrets = z.object({
  /** Seeds (`SO…`, `SA…`) of the operator, its system account, the city's account and one scoped signing key per role. */
  operator: z.string(),
  system: z.string(),
  account: z.string(),
  signers: z.record(z.enum(hubRoles), z.string()),
  /** When the operator was made: its token stays as it is, as a running server takes new accounts, not a new operator. */
  since: z.number(),
  users: z.array(user),
  /** Users' public keys, with the second since 1970 up to which what was issued for them is not taken. */
  revoked: z.record(z.string(), z.number()),
});
/** Everything that can make users of the hub. Whoever has it is the administrator. */
export type HubSecrets = z.infer<typeof secrets>;

/** Subjects with `{{tag(x)}}` and `{{name()}}`, which the server fills from a user's token. */
export interface HubTemplate {
  readonly publish: readonly string[];
  readonly publishDenied?: readonly string[];
  readonly subscribe: readonly string[];
}

export function newHubSecrets(now: number): HubSecrets {
  const account = (): string => newNkey('account').seed;
  return {
    operator: newNkey('operator').seed,
    system: account(),
    account: account(),
    signers: { host: account(), administrator: account() },
    since: now,
    users: [],
    revoked: {},
  };
}

export const parseHubSecrets = (text: string): HubSecrets => secrets.parse(JSON.parse(text));

const unlimited = -1;
const userLimits = { subs: unlimited, data: unlimited, payload: unlimited };
const accountLimits = {
  ...{ ...userLimits, conn: unlimited, wildcards: true, leaf: 0, imports: 0, exports: 0, disallow_bearer: true },
  ...{ mem_storage: unlimited, disk_storage: unlimited, streams: unlimited, consumer: unlimited },
};

/**
 * Lines of nats-server's configuration that make it trust this operator and nobody else: public, and to be loaded again
 * (SIGHUP) after a revocation.
 */
export function hubTrust(
  { operator, system, account, signers, since, revoked }: HubSecrets,
  templates: Readonly<Record<HubRole, HubTemplate>>,
  now: number,
): string {
  const issuer = nkeyFromSeed(operator);
  const [systemKey, accountKey] = [system, account].map((seed) => nkeyFromSeed(seed).publicKey) as [string, string];
  const scopes = hubRoles.map((role) => {
    const { publish, publishDenied = [], subscribe } = templates[role];
    const permissions = { pub: { allow: publish, deny: publishDenied }, sub: { allow: subscribe } };
    const { publicKey: key } = nkeyFromSeed(signers[role]);
    return { kind: 'user_scope', key, role, template: { ...userLimits, ...permissions } };
  });
  const tokenOf = (name: string, subject: string, issuedAt: number, nats: Parameters<typeof natsToken>[1]['nats']) =>
    natsToken(issuer, { name, subject, issuedAt, nats });
  const city = { type: 'account', limits: accountLimits, signing_keys: scopes, revocations: revoked } as const;
  const systemLimits = { ...userLimits, conn: unlimited, wildcards: true };
  return [
    `operator: ${tokenOf('tongban', issuer.publicKey, since, { type: 'operator' })}`,
    `system_account: ${systemKey}`,
    `resolver: MEMORY`,
    `resolver_preload {`,
    `  ${systemKey}: ${tokenOf('system', systemKey, since, { type: 'account', limits: systemLimits })}`,
    `  ${accountKey}: ${tokenOf('city', accountKey, now, city)}`,
    `}`,
  ].join('\n');
}

export interface HubUserWanted {
  /** Becomes `{{name()}}`: small letters, digits, `-`. */
  readonly name: string;
  readonly role: HubRole;
  /** `tag:value`, in lower case, as the server compares them. */
  readonly tags: readonly string[];
  readonly now: number;
  readonly validMs: number;
}

const userName = /^[a-z0-9-]{1,64}$/;

/** A new user with a key of its own; earlier ones of that name go on until they end or are revoked. */
export function issueHubUser(
  held: HubSecrets,
  { name, role, tags, now, validMs }: HubUserWanted,
): { readonly credentials: string; readonly user: HubUser; readonly secrets: HubSecrets } {
  if (!userName.test(name)) throw new Error(`no name for a user of the hub: ${name}`);
  const wrong = tags.find((tag) => tag !== tag.toLowerCase() || /[\s{}]/.test(tag));
  if (wrong !== undefined) throw new Error(`no tag for a user of the hub: ${wrong}`);
  const pair = newNkey('user');
  const expiresAt = now + validMs;
  const token = natsToken(nkeyFromSeed(held.signers[role]), {
    ...{ name, subject: pair.publicKey, issuedAt: now, expiresAt },
    nats: { type: 'user', tags, issuer_account: nkeyFromSeed(held.account).publicKey },
  });
  const issued: HubUser = { name, role, key: pair.publicKey, tags: [...tags], issuedAt: now, expiresAt };
  return {
    credentials: credentialsFile(token, pair),
    user: issued,
    secrets: { ...held, users: [...held.users, issued] },
  };
}

/** What was issued until now for this key is not taken any more, once the hub has loaded the new trust. */
export const revokeHubUser = (held: HubSecrets, key: string, now: number): HubSecrets => ({
  ...held,
  revoked: { ...held.revoked, [key]: Math.ceil(now / 1000) },
});
