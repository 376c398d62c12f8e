import { readFile } from 'node:fs/promises';
import { parsePublicKeys, type PublicKey } from '@tongban/platform/signing';

/** The province's keys as handed over by it (TONGBAN_PROVINCE_RECEIPT_KEYS): then nothing is fetched. */
export const readProvinceKeys = async (path: string): Promise<readonly PublicKey[]> =>
  parsePublicKeys(JSON.parse(await readFile(path, 'utf8')));
