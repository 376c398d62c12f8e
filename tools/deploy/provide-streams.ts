/**
 * Makes the hub's streams and the durable consumers of every host: the administrator's part of a deployment, run once
 * before the apps start and again after the divisions changed. Takes TONGBAN_NATS_URL,
 * TONGBAN_NATS_CREDENTIALS (the administrator's), TONGBAN_TLS_AUTHORITY and TONGBAN_DIVISIONS.
 */
import { parseDivisions } from '@tongban/domain/division';
import { field, fields, loadConfig, readFilePath, readSecretFilePath, required } from '@tongban/platform/config';
import { hubAccess } from '@tongban/platform/pki';
import { readFileSync } from 'node:fs';
import { hostsOf } from '../../apps/tongbanctl/src/city/plan.js';
import { provideStreams } from '../../apps/tongbanctl/src/city/streams.js';

const natsCredentials = field(
  'TONGBAN_NATS_CREDENTIALS',
  required(readSecretFilePath),
  '消息中枢管理员凭据文件的路径，权限 600',
);
const authority = field('TONGBAN_TLS_AUTHORITY', required(readFilePath), '本市证书颁发机构的证书（PEM）的路径');
const config = loadConfig({ natsUrl: fields.natsUrl, natsCredentials, authority, divisions: fields.divisions });
const divisions = parseDivisions(JSON.parse(readFileSync(config.divisions, 'utf8')));
const hosts = hostsOf(divisions);
const access = hubAccess(config.natsCredentials, { authority: config.authority });
await provideStreams(config.natsUrl, hosts, divisions.city, access);
process.stdout.write(`streams and consumers of ${divisions.city}: ${hosts.join(', ')}\n`);
