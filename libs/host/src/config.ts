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
import { usualDutyParameters } from '@tongban/domain/casework';
import { profileNames, type ProfileName } from '@tongban/domain/exchange';
import { readNumberings, type Numberings } from './numberings.js';
import { readHubCredentials, readTlsIdentity } from './identity-files.js';
import { readCalendarOverrides } from './calendar.js';
import { readFeedbackTerms } from './feedback-terms.js';
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
  natsCredentials: field(
    'TONGBAN_NATS_CREDENTIALS',
    required(readHubCredentials),
    '本服务在消息中枢的凭据文件（.creds）的路径，权限 600，由 tongbanctl pki 签发',
  ),
  tlsIdentity: field(
    'TONGBAN_TLS_IDENTITY',
    required(readTlsIdentity),
    '本服务的证书和私钥（同一 PEM 文件）的路径，权限 600，由 tongbanctl pki 签发',
  ),
  tlsAuthority: field('TONGBAN_TLS_AUTHORITY', required(readFilePath), '本市证书颁发机构的证书（PEM）的路径'),
  tlsRevocations: field('TONGBAN_TLS_REVOCATIONS', required(readFilePath), '证书吊销列表（PEM）的路径'),
  // Only where the way to the hub is protected by something else, and on purpose.
  hubTls: field(
    'TONGBAN_HUB_TLS',
    z.enum(['required', 'off']).default('required'),
    'required 或 off，缺省 required；off 表示到消息中枢的线路另有保护，不再加密和核验其证书',
  ),
  // Of the host that stands beside the hub: the hub tells nobody else whom it refused.
  hubLog: field(
    'TONGBAN_HUB_LOG',
    optional(readFilePath, undefined),
    '消息中枢日志文件的路径；设置后，被中枢拒绝的操作计入指标和审计日志，不设则只记本服务自己的',
  ),
  inboxConsumer: consumer('TONGBAN_INBOX_CONSUMER', 'INBOX'),
  catalogueConsumer: consumer('TONGBAN_CATALOGUE_CONSUMER', 'CATALOG'),
  httpListen: fields.httpListen,
  // On receipts and certificates as QR codes; residents' phones must reach it.
  publicUrl: field(
    'TONGBAN_PUBLIC_URL',
    optional(readUrl('http', 'https'), undefined),
    'http:// 或 https:// 开头、居民能访问的地址，不设则由 TONGBAN_HTTP_LISTEN 得出',
  ),
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
  identityClients: fields.identityClients,
  logLevel: fields.logLevel,
  otlpEndpoint: fields.otlpEndpoint,
  grpcListen: fields.grpcListenIfAny,
  defaultRatingWorkingDays: field(
    'TONGBAN_DEFAULT_RATING_DAYS',
    z.coerce
      .number()
      .int()
      .min(1)
      .max(250)
      .default(usualDutyParameters.defaultRatingWorkingDays) as unknown as z.ZodType<number, string | undefined>,
    '1 到 250 的整数：送达后多少个工作日未评价即按默认评价，缺省 15',
  ),
  calendar: field(
    'TONGBAN_CALENDAR',
    readCalendarOverrides,
    'JSON 文件的路径，如 {"offDays":["2027-01-01"],"workDays":[],"coveredYears":[2027]}：本市另行规定的放假日、上班日和已公布安排的年份',
  ),
  feedbackTerms: field(
    'TONGBAN_FEEDBACK_TERMS',
    readFeedbackTerms,
    'JSON，如 {"ratingFollowUpDays":7}：本市好差评整改、投诉、咨询的办理期限（工作日），未写的按缺省',
  ),
  paymentProvider: field(
    'TONGBAN_PAYMENT_PROVIDER',
    z.enum(['none', 'sandbox']).default('none'),
    'none 或 sandbox；sandbox 为模拟缴费平台，仅用于演示和测试，缺省 none',
  ),
} as const;

export function loadTierConfig(tier: Exclude<Tier, 'province'>, env?: Environment) {
  return loadConfig({ ...hostFields, nodes: nodesField(tier), grpcParent: fields.grpcParent }, env);
}

export function loadGatewayConfig(env?: Environment) {
  return loadConfig(
    {
      ...hostFields,
      grpcListen: fields.grpcListen,
      provinceUrl: field(
        'TONGBAN_PROVINCE_URL',
        optional(readUrl('http', 'https'), undefined),
        'http:// 或 https:// 开头的省级平台地址，national-json 对照表必填',
        shownWithoutPassword,
      ),
      provinceProfiles: field(
        'TONGBAN_PROVINCE_PROFILES',
        z
          .string()
          .transform((text) => text.split(',').map((name) => name.trim()))
          .pipe(z.array(z.enum(profileNames)).min(1))
          .refine((names) => new Set(names).size === names.length)
          .default(['national-json']) as unknown as z.ZodType<ProfileName[], string | undefined>,
        `逗号分隔的对照表名称：${profileNames.join('、')}`,
      ),
      provinceNumbering: field(
        'TONGBAN_PROVINCE_NUMBERING',
        optional<Numberings, Numberings>(readNumberings, {}),
        '逗号分隔的 对照表=own|composed|service，如 national-json=service；未写的用本系统办件编号',
      ),
      provinceFrontUrl: field(
        'TONGBAN_PROVINCE_FRONT_URL',
        optional(readUrl('postgres', 'postgresql', 'mysql', 'mariadb'), undefined),
        'postgres:// 或 mysql:// 开头的国家标准前置库地址，national-database 必填',
        shownWithoutPassword,
      ),
      provinceShandongUrl: field(
        'TONGBAN_PROVINCE_SHANDONG_URL',
        optional(readUrl('postgres', 'postgresql', 'mysql', 'mariadb'), undefined),
        'postgres:// 或 mysql:// 开头的山东前置库地址，shandong-database 必填',
        shownWithoutPassword,
      ),
      provinceGrpc: field(
        'TONGBAN_PROVINCE_GRPC',
        optional(readUrl('http', 'https'), undefined),
        'http:// 或 https:// 开头的省级平台 gRPC 服务地址，national-grpc 必填',
      ),
      provinceQuietSeconds: field(
        'TONGBAN_PROVINCE_QUIET_SECONDS',
        z.coerce.number().int().positive().max(604_800).default(600) as unknown as z.ZodType<
          number,
          string | undefined
        >,
        '前置库质检静默多少秒视为接收，缺省 600',
      ),
      provinceKey: field(
        'TONGBAN_PROVINCE_KEY',
        optional(readFilePath, undefined),
        '签名私钥文件（JWK 或 JWK 集）的路径；更换文件即更换密钥',
      ),
      provinceKeyText: field(
        'TONGBAN_PROVINCE_KEY_TEXT',
        optional((text) => text, undefined),
        '签名私钥（JWK 或 JWK 集）的文本，不设则用 TONGBAN_PROVINCE_KEY 的文件',
        () => '（不显示）',
      ),
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
