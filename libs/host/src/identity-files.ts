import { readSecretFilePath } from '@tongban/platform/config';
import { readCredentials, readIdentity } from '@tongban/platform/pki';
import { readFileSync } from 'node:fs';
import { z } from 'zod';

type Context = Parameters<typeof readSecretFilePath>[1];

/** The path of a file closed to others that `check` takes; what it throws is not told, as it might quote a secret. */
const secretFile =
  (check: (text: string) => unknown, what: string) =>
  (text: string, context: Context): string => {
    const path = readSecretFilePath(text, context);
    if (path === z.NEVER) return path;
    try {
      check(readFileSync(path, 'utf8'));
      return path;
    } catch {
      context.addIssue({ code: 'custom', message: what });
      return z.NEVER;
    }
  };

export const readHubCredentials = secretFile(readCredentials, '不是消息中枢的凭据文件');

export const readTlsIdentity = secretFile(readIdentity, '不是证书和与之相符的私钥');
