import {
  chinaDateTime,
  codeOf,
  composeNumber,
  isNumberOf,
  type CaseForExchange,
  type NumberParts,
} from '@tongban/domain/exchange';
import type { ExchangeTools } from '../ports.js';
import { composeNext, findNumber, keepNumber } from '../store/number-store.js';

const dayDigits = 8;

function partsOf({ item, channel, submittedAt }: CaseForExchange, { profile }: ExchangeTools): NumberParts {
  return {
    implementationCode: item.implementationCode,
    day: chinaDateTime(submittedAt, 'compact').slice(0, dayDigits),
    applyType: codeOf(profile.codes.channel, channel) ?? '',
  };
}

/**
 * The case under the number that the platform wants, given once and kept; an empty one holds the rows by name of their
 * column. Throws when the province's service has to be asked and cannot be: the case is looked at again later.
 */
export async function withProvinceNumber(tools: ExchangeTools, from: CaseForExchange): Promise<CaseForExchange> {
  const { profile, transactor, clock } = tools;
  const scope = { node: tools.node, profile: profile.name };
  // What came in at the provincial portal has a number there.
  const portal = profile.numbering === 'own' && from.channel === 'province';
  if (profile.numbering === 'own' && !portal) return from;
  const kept = await transactor.run((sql) => findNumber(sql, scope, from.record));
  if (kept !== undefined) return { ...from, provinceNumber: kept };
  if (portal) return from;
  const parts = partsOf(from, tools);
  if (!composeNumber(parts, 1).ok) return { ...from, provinceNumber: '' };
  if (profile.numbering === 'service') {
    const given = await askProvince(tools, from, parts);
    const number = await transactor.run((sql) => keepNumber(sql, scope, from.record, given, clock.now()));
    return { ...from, provinceNumber: number };
  }
  const provinceNumber = await transactor.run(async (sql) => {
    const next = await composeNext(sql, scope, parts);
    return next === undefined ? '' : keepNumber(sql, scope, from.record, next, clock.now());
  });
  return { ...from, provinceNumber };
}

async function askProvince({ numbers, profile }: ExchangeTools, { record }: CaseForExchange, parts: NumberParts) {
  if (numbers === undefined) throw new Error(`no numbering service is configured for ${profile.name}`);
  const given = await numbers.next(record, parts);
  if (!given.ok) throw new Error(`${given.refusal.code}: ${given.refusal.detail}`);
  if (!isNumberOf(parts, given.value)) throw new Error('the numbering service gave a number that is not of this case');
  return given.value;
}
