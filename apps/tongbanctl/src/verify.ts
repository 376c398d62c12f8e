import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { checkArchive } from '@tongban/feature/archive';
import { parseKeyDirectory, type KeyDirectory } from '@tongban/journal';
import { isNodeCode } from '@tongban/kernel';
import type { VerifyCommand } from './arguments.js';
import { SetupError } from './city/environment.js';

/** The directory and who signed it; what it says is only as good as where the file came from. */
export async function readDirectory(path: string): Promise<KeyDirectory> {
  const text = await readFile(path, 'utf8');
  const { issuer } = JSON.parse(text) as { readonly issuer?: unknown };
  if (typeof issuer !== 'string' || !isNodeCode(issuer)) throw new Error(`${path} 不是公钥目录`);
  return parseKeyDirectory(text, issuer);
}

/**
 * Checks the archive of a case with nothing but the file, and the published keys where they are at hand: no network, no
 * database. Status 0 when everything holds, 1 when anything does not.
 *
 * @param say one line for a person, or the one line of JSON
 */
export async function verifyArchive({ file, keys, json }: VerifyCommand, say: (line: string) => void): Promise<number> {
  const absent = [file, keys].find((path) => path !== undefined && !existsSync(path));
  if (absent !== undefined) throw new SetupError(`找不到文件 ${absent}`);
  const report = await checkArchive(file, keys === undefined ? undefined : await readDirectory(keys));
  if (json) say(JSON.stringify(report));
  else {
    for (const { holds, text } of report.findings) say(`${holds ? '✓' : '✗'} ${text}`);
    say(report.holds ? '结论：档案可信' : '结论：档案不可信');
  }
  return report.holds ? 0 : 1;
}
