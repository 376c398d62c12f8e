import { grantStoreOf } from '@tongban/feature/offline';
import { GrantManagerVerifier, OfflineVerifier, type KeyStore } from '@tongban/platform/identity';
import type { Transactor } from '@tongban/federation/nest';
import type { SqlMigration } from '@tongban/journal';
import type { Logger } from '@tongban/platform/telemetry';
import type { HostConfig } from './config.js';
import type { Tables } from './database.js';
import type { HostedNodes } from './nodes.js';

const identityMigrations: readonly SqlMigration[] = [
  {
    timestamp: 1_790_000_000_003,
    name: 'IdentityKeys',
    sql: `
create table identity_keys (
  issuer text not null,
  keys text not null,
  saved_at timestamptz(3) not null default now(),
  constraint identity_keys_pk primary key (issuer)
);
`,
  },
];

export const identityTables: Tables = {
  migrations: identityMigrations,
  readWrite: ['identity_keys'],
  insertOnly: [],
};

/** The last good keys outlive the process, so that a village that is cut off can go on checking tokens. */
const keyStoreIn = (transactor: Transactor, issuer: string): KeyStore => ({
  load: async () => {
    const query = 'select keys from identity_keys where issuer = $1';
    return (await transactor.run((sql) => sql.query<{ keys: string }>(query, [issuer])))[0]?.keys;
  },
  save: async (keys) => {
    await transactor.run((sql) =>
      sql.query(
        `insert into identity_keys (issuer, keys) values ($1, $2)
         on conflict on constraint identity_keys_pk do update set keys = excluded.keys, saved_at = now()`,
        [issuer, keys],
      ),
    );
  },
});

export function verifierOf(config: HostConfig, transactor: Transactor, logger: Logger): GrantManagerVerifier {
  const issuer = `${config.identityUrl.replace(/\/+$/, '')}/realms/${config.identityRealm}`;
  return new GrantManagerVerifier({
    issuer,
    audience: config.identityAudience,
    authorizedParties: config.identityClients,
    keysUrl: config.identityKeysUrl ?? `${issuer}/protocol/openid-connect/certs`,
    store: keyStoreIn(transactor, issuer),
    clock: { now: () => Date.now() },
    report: (problem) => logger.warn({ problem }, 'keys of the identity provider'),
  });
}

/** The same, and staff of a host that cannot reach the provider by the grants that it issued before. */
export const offlineVerifierOf = (
  online: GrantManagerVerifier,
  { directory, http }: Pick<HostedNodes, 'directory' | 'http'>,
  transactor: Transactor,
): OfflineVerifier =>
  new OfflineVerifier({
    ...{ online, checker: directory, serves: (node) => http.isHosted(node), store: grantStoreOf(transactor) },
    clock: { now: () => Date.now() },
  });
