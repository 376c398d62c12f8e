import type { Tier } from '@tongban/kernel';
import { z } from 'zod';
import { field, hidden, shownWithoutPassword } from './field.js';
import {
  optional,
  readAddress,
  readClients,
  readCodeOf,
  readFilePath,
  readFolderPath,
  readNetworks,
  readNodes,
  readSecretFilePath,
  readUrl,
  required,
} from './readers.js';

export const logLevels = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof logLevels)[number];

const httpUrl = 'http:// 或 https:// 开头的地址';
const address = '主机:端口，如 127.0.0.1:18101';
const name = z.string().regex(/^[A-Za-z0-9._-]{1,64}$/);

/** `codes or prefixes of this tier`, e.g. `371102001000,371103*`. */
export const nodesField = (tier: Tier) =>
  field('TONGBAN_NODES', required(readNodes(tier)), '本级的区划代码或前缀（371102*），以逗号分隔');

/** The variables of docs/architecture.md; an app takes the ones it uses. */
export const fields = {
  city: field('TONGBAN_CITY', required(readCodeOf('city')), '地级市的 12 位区划代码，如 371100000000'),
  divisions: field('TONGBAN_DIVISIONS', required(readFilePath), '本市区划数据文件（JSON）的路径'),
  databaseUrl: field(
    'TONGBAN_DATABASE_URL',
    required(readUrl('postgres', 'postgresql')),
    'postgres:// 开头的数据库地址',
    shownWithoutPassword,
  ),
  natsUrl: field('TONGBAN_NATS_URL', required(readUrl('nats', 'tls')), 'nats:// 开头的地址', shownWithoutPassword),
  httpListen: field('TONGBAN_HTTP_LISTEN', required(readAddress), address),
  trustedProxies: field(
    'TONGBAN_TRUSTED_PROXIES',
    optional(readNetworks, []),
    '前置代理的地址或网段，以逗号分隔，如 10.0.0.0/8；不设则不采信 X-Forwarded-For',
  ),
  requestsPerMinute: field(
    'TONGBAN_REQUESTS_PER_MINUTE',
    z.coerce.number().int().min(60).max(1_000_000).default(3_000) as unknown as z.ZodType<number, string | undefined>,
    '每人每分钟请求数上限，60 至 1000000，缺省 3000',
  ),
  grpcListen: field('TONGBAN_GRPC_LISTEN', required(readAddress), address),
  grpcListenIfAny: field('TONGBAN_GRPC_LISTEN', optional(readAddress, undefined), address),
  grpcParent: field('TONGBAN_GRPC_PARENT', required(readAddress), '上级服务的地址，如 127.0.0.1:18201'),
  keystore: field('TONGBAN_KEYSTORE', required(readSecretFilePath), '本服务私钥文件的路径，权限 600'),
  keyDirectory: field('TONGBAN_KEY_DIRECTORY', required(readFilePath), '全市公钥目录文件的路径'),
  blobDir: field('TONGBAN_BLOB_DIR', required(readFolderPath), '存放附件的文件夹'),
  identityUrl: field('TONGBAN_IDENTITY_URL', required(readUrl('http', 'https')), httpUrl, shownWithoutPassword),
  identityRealm: field('TONGBAN_IDENTITY_REALM', name.default('tongban'), '身份域名称，缺省 tongban'),
  identityAudience: field('TONGBAN_IDENTITY_AUDIENCE', name.default('tongban-api'), '令牌受众，缺省 tongban-api'),
  // Who logs staff and residents in at the counter's desk and at home; what else the realm serves gets tokens for itself alone.
  identityClients: field(
    'TONGBAN_IDENTITY_CLIENTS',
    optional(readClients, ['tongban-console']),
    '可以代人申请令牌的应用（azp），以逗号分隔，缺省 tongban-console',
  ),
  provinceUrl: field('TONGBAN_PROVINCE_URL', required(readUrl('http', 'https')), httpUrl, shownWithoutPassword),
  provinceKey: field('TONGBAN_PROVINCE_KEY', required(readSecretFilePath), '前置机签名私钥文件的路径，权限 600'),
  logLevel: field('TONGBAN_LOG_LEVEL', z.enum(logLevels).default('info'), `${logLevels.join('、')} 之一，缺省 info`),
  otlpEndpoint: field(
    'OTEL_EXPORTER_OTLP_ENDPOINT',
    optional(readUrl('http', 'https'), undefined),
    `${httpUrl}，不设则不上送调用链`,
    shownWithoutPassword,
  ),
} as const;

/** A variable of one app that nobody else has and that must not be printed, e.g. a password. */
export const secretField = (variable: string, allowed: string) =>
  field(variable, z.string() as unknown as z.ZodType<string, string | undefined>, allowed, hidden);
