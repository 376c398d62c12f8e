import { call, commandHeaders, newKey, routes, type shapes } from '@tongban/console/api';
import { isAnswered } from '../command.js';

export type Check = shapes.SheetCheck;
export type Imported = shapes.SheetImport | shapes.SheetImportProposed;

export const mebibyte = 1_048_576;
/** As the host has it: what is larger is not worth sending. */
export const mostFileBytes = 20 * mebibyte;

const query = { format: 'xlsx' } as const;
const bytes = { 'Content-Type': 'application/octet-stream' } as const;

export const checkFile = (node: string, file: File, signal: AbortSignal): Promise<Check> =>
  call(routes.checkCatalogueImport, { path: { node }, query, body: file, headers: bytes, signal });

/** Of one command: kept while it is not known what became of it. */
export interface KeptKey {
  current: string | undefined;
}

/** Puts the file forward. What was sent and not answered goes under the same key again. */
export async function importFile(node: string, file: File, key: KeptKey, signal: AbortSignal): Promise<Imported> {
  key.current ??= newKey();
  const headers = { ...commandHeaders(key.current), ...bytes };
  try {
    return await call(routes.importCatalogue, { path: { node }, query, body: file, headers, signal });
  } catch (error) {
    if (isAnswered(error)) key.current = undefined;
    throw error;
  }
}

/** Records of all kinds that the file holds. */
export const totalOf = (check: Check): number =>
  check.departments +
  check.items +
  check.delegations +
  check.bases +
  check.localisations +
  check.stationings +
  check.agents;
