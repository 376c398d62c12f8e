import {
  field,
  fields,
  loadConfig,
  nodesField,
  optional,
  readFilePath,
  readUrl,
  required,
  shownWithoutPassword,
  type Environment,
} from '@tongban/platform/config';
import type { Tier } from '@tongban/kernel';
import { z } from 'zod';

const consumerName = z.string().regex(/^[A-Za-z0-9_-]{1,200}$/);
const consumer = (variable: string, stream: string) =>
  field(variable, consumerName, `${stream} 流上由管理员为本服务建立的消费者名称`);

/** What every process with nodes reads from its environment; docs/architecture.md lists the variables. */
const hostFields = {
  city: fields.city,
  divisions: fields.divisions,
  databaseUrl: fields.databaseUrl,
  databaseOwnerUrl: field(
    'TONGBAN_DATABASE_OWNER_URL',
    required(readUrl('postgres', 'postgresql')),
    'postgres:// 开头的数据库地址，所有者身份，仅用于启动时升级结构',
    shownWithoutPassword,
  ),
  natsUrl: fields.natsUrl,
  inboxConsumer: consumer('TONGBAN_INBOX_CONSUMER', 'INBOX'),
  catalogueConsumer: consumer('TONGBAN_CATALOGUE_CONSUMER', 'CATALOG'),
  httpListen: fields.httpListen,
  trustedProxies: fields.trustedProxies,
  requestsPerMinute: fields.requestsPerMinute,
  keystore: fields.keystore,
  keyDirectory: fields.keyDirectory,
  blobDir: fields.blobDir,
  identityUrl: fields.identityUrl,
  // Where the keys are fetched, when the public address cannot be reached from here.
  identityKeysUrl: field(
    'TONGBAN_IDENTITY_KEYS_URL',
    optional(readUrl('http', 'https'), undefined),
    'http:// 或 https:// 开头的公钥地址，不设则由 TONGBAN_IDENTITY_URL 得出',
    shownWithoutPassword,
  ),
  identityRealm: fields.identityRealm,
  identityAudience: fields.identityAudience,
  logLevel: fields.logLevel,
  otlpEndpoint: fields.otlpEndpoint,
  grpcListen: fields.grpcListenIfAny,
} as const;

export function loadTierConfig(tier: Exclude<Tier, 'province'>, env?: Environment) {
  return loadConfig({ ...hostFields, nodes: nodesField(tier), grpcParent: fields.grpcParent }, env);
}

export function loadGatewayConfig(env?: Environment) {
  return loadConfig(
    {
      ...hostFields,
      grpcListen: fields.grpcListen,
      provinceUrl: fields.provinceUrl,
      provinceKey: fields.provinceKey,
      // The demonstration catalogue has no registered credit codes; a real gateway holds what lacks one.
      demonstrationCodes: field(
        'TONGBAN_DEMONSTRATION_CODES',
        z.enum(['allowed', 'refused']).default('refused'),
        'allowed 或 refused；allowed 仅用于演示，以示范信用代码上报，缺省 refused',
      ),
      provinceReceiptKeys: field(
        'TONGBAN_PROVINCE_RECEIPT_KEYS',
        optional(readFilePath, undefined),
        '省级平台回执公钥文件（JWK 集），不设则首次使用时向省级平台获取',
      ),
    },
    env,
  );
}

export type TierConfig = ReturnType<typeof loadTierConfig>;
export type GatewayConfig = ReturnType<typeof loadGatewayConfig>;
export type HostConfig = Pick<TierConfig, keyof TierConfig & keyof typeof hostFields>;
