import {
  field,
  fields,
  loadConfig,
  optional,
  readFilePath,
  readUrl,
  required,
  shownWithoutPassword,
  type ConfigOf,
  type Environment,
} from '@tongban/platform/config';
import { resolve } from 'node:path';
import { z } from 'zod';

const sandboxFields = {
  httpListen: fields.httpListen,
  databaseUrl: fields.databaseUrl,
  logLevel: fields.logLevel,
  clientKeys: field('TONGBAN_PROVINCE_CLIENT_KEYS', required(readFilePath), '各市前置机公钥文件（JWK Set）的路径'),
  // Made at the first start, so the file need not exist yet.
  signingKey: field(
    'TONGBAN_PROVINCE_SIGNING_KEY',
    required((text) => resolve(text)),
    '回执签名私钥文件的路径，首次启动时生成',
  ),
  grpcListen: field(
    'TONGBAN_SANDBOX_GRPC_LISTEN',
    optional((text) => text, undefined),
    '主机:端口，不设则不提供 gRPC 服务',
  ),
  frontUrl: field(
    'TONGBAN_SANDBOX_FRONT_URL',
    optional(readUrl('postgres', 'postgresql', 'mysql', 'mariadb'), undefined),
    'postgres:// 或 mysql:// 开头的前置库地址，不设则没有前置库',
    shownWithoutPassword,
  ),
  auditIntervalMs: field(
    'TONGBAN_SANDBOX_AUDIT_INTERVAL_MS',
    z.coerce.number().int().min(50).max(600_000).default(2_000) as unknown as z.ZodType<number, string | undefined>,
    '前置库质检间隔（毫秒），50 至 600000，缺省 2000',
  ),
  misbehaviour: field(
    'TONGBAN_SANDBOX_MISBEHAVE',
    z.enum(['allowed', 'forbidden']).default('forbidden'),
    'allowed 或 forbidden，缺省 forbidden',
  ),
} as const;

export type SandboxConfig = ConfigOf<typeof sandboxFields>;

/** @throws ConfigError that names every wrong variable. */
export const readConfig = (environment: Environment): SandboxConfig => loadConfig(sandboxFields, environment);
