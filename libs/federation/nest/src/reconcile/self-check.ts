import type { NodeCode, Uuid } from '@tongban/kernel';
import { readEntriesOf, readRecordPage } from '../store/damage-store.js';
import { findHeads } from '../store/head-store.js';
import { inspect } from './inspect.js';
import type { Mender, MenderTools } from './mender.js';

export const selfCheckLimits = { recordsPerPage: 50 } as const;

export interface SelfCheck {
  readonly records: number;
  readonly entries: number;
  /** Head or projection made anew from sound entries. */
  readonly rederived: number;
  readonly damaged: readonly Uuid[];
}

/** Every record of a node, page by page; what looks wrong is looked at once more under lock. `told`: records so far. */
export async function checkNode(
  tools: MenderTools,
  mender: Mender,
  node: NodeCode,
  signal: AbortSignal,
  told: (records: number) => void,
): Promise<SelfCheck> {
  const sums = { records: 0, entries: 0, rederived: 0 };
  const damaged: Uuid[] = [];
  for (let after: Uuid | undefined; !signal.aborted;) {
    const page = await tools.transactor.run((sql) => readRecordPage(sql, node, after, selfCheckLimits.recordsPerPage));
    if (page.length === 0) break;
    const { suspects, entries } = await suspectsIn(tools, node, page);
    sums.records += page.length;
    sums.entries += entries;
    for (const record of suspects) {
      const found = await mender.check(node, record);
      if (found === 'mended') sums.rederived++;
      if (found === 'damaged') damaged.push(record);
    }
    told(sums.records);
    after = page.at(-1);
  }
  return { ...sums, damaged };
}

/** Read without locks, so a commit in between may make a sound record look wrong, never the reverse. */
async function suspectsIn(tools: MenderTools, node: NodeCode, page: readonly Uuid[]) {
  return tools.transactor.run(async (sql) => {
    const heads = await findHeads(sql, node, page);
    const copies = await readEntriesOf(sql, node, page);
    const states = new Map<Uuid, unknown>();
    for (const binding of tools.bindings.values()) {
      for (const [record, state] of await binding.load(sql, node, page)) states.set(record, state);
    }
    let entries = 0;
    const suspects: Uuid[] = [];
    for (const [record, copy] of copies) {
      entries += copy.length;
      const { fault, copy: seen } = inspect(tools, copy, { head: heads.get(record), state: states.get(record) });
      if (copy.length === 0 || fault !== undefined || !seen.derivedFits) suspects.push(record);
    }
    const noted = await sql.query<{ record: Uuid }>(
      'select record from damaged_record where node = $1 and record = any($2)',
      [node, page],
    );
    return { suspects: [...new Set([...suspects, ...noted.map(({ record }) => record)])], entries };
  });
}
