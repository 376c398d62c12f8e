import { existsSync } from 'node:fs';
import type { HostPlace } from '@tongban/contract';
import { isNodeCode, tierOf, type NodeCode } from '@tongban/kernel';
import { hubAccess, type HubAccess } from '@tongban/platform/pki';
import { SetupError } from '../city/environment.js';
import { layoutOf } from '../city/layout.js';
import { pkiFiles, withPkiLock } from '../pki/files.js';
import { provideCertificates } from '../pki/certificates.js';
import { identityOf } from '../pki/hosts.js';
import { provideHubUsers } from '../pki/hub.js';
import { setting, type Settings } from './env-file.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** What the hub lets the node's own host do. */
export const placeOf = (node: NodeCode, to: Settings, toFile: string): HostPlace => ({
  tier: tierOf(node),
  scopes: [node],
  inboxConsumer: setting(to, 'TONGBAN_INBOX_CONSUMER', toFile),
  catalogueConsumer: setting(to, 'TONGBAN_CATALOGUE_CONSUMER', toFile),
});

/**
 * The new host's credentials for the hub and its certificate, in the files that its environment names, and the
 * administrator's access. The secrets that issue them lie in the city's state folder; what is there and good stays.
 * @throws SetupError
 */
export async function provideHubUser(
  node: NodeCode,
  { to, toFile }: { readonly to: Settings; readonly toFile: string },
  env: Environment,
  now: number,
): Promise<HubAccess> {
  const stateDirectory = env['TONGBAN_STATE_DIR']?.trim() ?? '';
  if (stateDirectory === '') throw new SetupError('缺少环境变量 TONGBAN_STATE_DIR：本市消息中枢密钥所在的状态目录');
  const city = setting(to, 'TONGBAN_CITY', toFile);
  if (!isNodeCode(city)) throw new SetupError(`${toFile} 中 TONGBAN_CITY 不是区划代码`);
  const layout = layoutOf(stateDirectory, city);
  const credentials = setting(to, 'TONGBAN_NATS_CREDENTIALS', toFile);
  const certificate = setting(to, 'TONGBAN_TLS_IDENTITY', toFile);
  const files = { ...pkiFiles(layout), credentials: () => credentials, certificate: () => certificate };
  if (!existsSync(files.hubSecrets)) throw new SetupError(`没有消息中枢的密钥 ${files.hubSecrets}`);
  const host = identityOf(`own-${node}`, placeOf(node, to, toFile));
  await withPkiLock(layout, files, async () => {
    provideHubUsers(files, [host], now);
    await provideCertificates(files, city, [host], now);
  });
  return hubAccess(files.administratorCredentials, { authority: files.authorityCertificate });
}
