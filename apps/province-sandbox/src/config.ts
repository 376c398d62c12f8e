import {
  field,
  fields,
  loadConfig,
  readFilePath,
  required,
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
  misbehaviour: field(
    'TONGBAN_SANDBOX_MISBEHAVE',
    z.enum(['allowed', 'forbidden']).default('forbidden'),
    'allowed 或 forbidden，缺省 forbidden',
  ),
} as const;

export type SandboxConfig = ConfigOf<typeof sandboxFields>;

/** @throws ConfigError that names every wrong variable. */
export const readConfig = (environment: Environment): SandboxConfig => loadConfig(sandboxFields, environment);
