import { readEntries } from '@tongban/journal';
import { refuse, ok, type Result, type Uuid } from '@tongban/kernel';
import type { DossierReader, PrivacyTools } from '../ports.js';

export interface SealedPart {
  readonly seq: number;
  readonly type: string;
  readonly sealed: string;
}

/**
 * Hands the sealed parts of a case out to be opened elsewhere with the two shares of the archive office's key, which no node
 * has. It stands among the accesses of the case before anything is handed out. Refusals: case.unknown, dossier.erased.
 */
export async function releaseToEscrow(
  { transactor, cases }: PrivacyTools,
  reader: DossierReader,
  record: Uuid,
): Promise<Result<SealedPart[]>> {
  return transactor.run(async (sql) => {
    if ((await cases.find(sql, reader.node, record)) === undefined) return refuse('case.unknown', '本级没有这个办件');
    await cases.recordAccess(sql, reader, record, 'escrow');
    const entries = await readEntries(sql, reader.node, record);
    return ok(entries.flatMap(({ seq, type, sealed }) => (sealed === undefined ? [] : [{ seq, type, sealed }])));
  });
}
