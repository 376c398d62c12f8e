import { discreet, type AnsweredRecord } from '@tongban/domain/exchange';
import { readEntries } from '@tongban/journal';
import type { Json, Uuid } from '@tongban/kernel';
import type { ExchangeTools } from '../ports.js';
import type { Sending } from '../carrier.js';
import { openParts } from './content.js';

const deepestLevel = 16;
/** Members of sealed parts that say who somebody is, wherever they stand. */
const personalMembers = new Set([
  ...['name', 'identityNumber', 'phone', 'address', 'recipient', 'payer', 'actorName', 'legalRepresentative'],
]);

function collect(value: Json | undefined, member: string, found: Set<string>, level = 0): void {
  if (level > deepestLevel || value === undefined || value === null) return;
  if (typeof value === 'string') {
    if (personalMembers.has(member)) found.add(value);
  } else if (Array.isArray(value)) for (const each of value) collect(each, member, found, level + 1);
  else if (typeof value === 'object')
    for (const [name, each] of Object.entries(value)) collect(each, name, found, level + 1);
}

/** Names, numbers and addresses in the sealed parts of a case that the gateway can open. */
async function personalValues(tools: ExchangeTools, record: Uuid): Promise<ReadonlySet<string>> {
  const entries = await tools.transactor.run((sql) => readEntries(sql, tools.node, record));
  const found = new Set<string>();
  for (const part of (await openParts(tools, entries)).values()) collect(part, '', found);
  return found;
}

/** Makes words about a row fit to be read by every holder of its case; each case is opened once, and only when asked for. */
export function discretion(tools: ExchangeTools) {
  const known = new Map<Uuid, Promise<ReadonlySet<string>>>();
  return async (record: Uuid, message: string): Promise<string> => {
    const values = known.get(record) ?? personalValues(tools, record);
    known.set(record, values);
    return discreet(message, await values);
  };
}

interface RowsOf {
  readonly record: Uuid;
  readonly businessKeys: readonly string[];
}

/** The sending as it may be kept: what the province wrote of each row names nobody any more, and codes stay. */
export async function discreetSending(
  tools: ExchangeTools,
  sending: Sending,
  cases: readonly RowsOf[],
): Promise<Sending> {
  if (sending.kind !== 'answered') return sending;
  const say = discretion(tools);
  const records = new Map<string, AnsweredRecord>(sending.answer.records);
  for (const { record, businessKeys } of cases)
    for (const key of businessKeys) {
      const row = records.get(key);
      if (row === undefined || row.problems.length === 0) continue;
      const problems = [];
      for (const problem of row.problems) problems.push({ ...problem, message: await say(record, problem.message) });
      records.set(key, { ...row, problems });
    }
  return { ...sending, answer: { ...sending.answer, records } };
}
