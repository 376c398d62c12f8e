import { z } from 'zod';
import { isNodeCode, isWithin, parentOf, tierOf, type NodeCode, type Tier } from '@tongban/kernel';
import { divisionsFileSchema, type Division } from './divisions-file.js';

const codeDigits = 12;

/** The divisions of one city. Lists come back sorted by code. */
export class DivisionTree {
  private readonly byCode: ReadonlyMap<string, Division>;
  private readonly byParent: ReadonlyMap<string, readonly Division[]>;

  /** @param divisions checked already: see {@link parseDivisions} */
  constructor(
    readonly city: NodeCode,
    readonly source: string,
    private readonly divisions: readonly Division[],
  ) {
    this.byCode = new Map(divisions.map((division) => [division.code, division]));
    const byParent = new Map<string, Division[]>();
    for (const division of divisions) {
      const siblings = byParent.get(division.parent);
      if (siblings) siblings.push(division);
      else byParent.set(division.parent, [division]);
    }
    this.byParent = byParent;
  }

  find(code: string): Division | undefined {
    return this.byCode.get(code);
  }

  /** @throws when the city has no such division; ask `find` where the code comes from outside */
  get(code: string): Division {
    const division = this.byCode.get(code);
    if (division === undefined) throw new Error(`no division ${code} in ${this.city}`);
    return division;
  }

  children(code: NodeCode): readonly Division[] {
    return this.byParent.get(code) ?? [];
  }

  /** Every village below the division; the division itself when it is a village. */
  villagesOf(code: NodeCode): readonly Division[] {
    return this.divisions.filter((division) => division.tier === 'village' && isWithin(division.code, code));
  }

  /**
   * Divisions that match one of the comma-separated patterns: a code means that division, `371102*` everything whose
   * code begins so (the district itself too). `tier` narrows the result, as a host serves the nodes of one tier.
   * @throws when a pattern is malformed, or is a code that the city does not have
   */
  within(patterns: string | readonly string[], tier?: Tier): readonly Division[] {
    const list = typeof patterns === 'string' ? patterns.split(',').map((pattern) => pattern.trim()) : patterns;
    const found = new Set<Division>();
    for (const pattern of list) {
      if (isNodeCode(pattern)) found.add(this.get(pattern));
      else for (const division of this.startingWith(pattern)) found.add(division);
    }
    return this.divisions.filter((division) => found.has(division) && (tier === undefined || division.tier === tier));
  }

  /** How many divisions each tier has. */
  count(): Readonly<Record<Tier, number>> {
    const tally: Record<Tier, number> = { province: 0, city: 0, district: 0, township: 0, village: 0 };
    for (const { tier } of this.divisions) tally[tier]++;
    return tally;
  }

  private startingWith(pattern: string): Division[] {
    const prefix = /^([1-9]\d*)\*$/.exec(pattern)?.[1];
    if (prefix === undefined || prefix.length > codeDigits) {
      throw new Error(`not a division code or a prefix such as 371102*: ${pattern}`);
    }
    return this.divisions.filter((division) => division.code.startsWith(prefix));
  }
}

/** What the schema cannot say: addresses agree with tiers and parents, nothing is twice or hangs in the air. */
function findFault(city: NodeCode, divisions: readonly Division[]): string | undefined {
  if (tierOf(city) !== 'city') return `${city} is not the code of a city`;
  const seen = new Set<string>();
  let last = '';
  for (const { code, tier, parent } of divisions) {
    if (code <= last) return `${code} is twice or not in order`;
    if (!isWithin(code, city)) return `${code} does not lie in ${city}`;
    if (tierOf(code) !== tier) return `${code} is not a ${tier}`;
    if (parentOf(code) !== parent) return `${parent} is not the parent of ${code}`;
    if (code !== city && !seen.has(parent)) return `${code} has no parent in the file`;
    seen.add(code);
    last = code;
  }
  return seen.has(city) ? undefined : `${city} itself is missing`;
}

/**
 * @param json the parsed divisions file
 * @throws with the place and the reason: a city without its divisions cannot start
 */
export function parseDivisions(json: unknown): DivisionTree {
  const parsed = divisionsFileSchema.safeParse(json);
  if (!parsed.success) throw new Error(`divisions: ${z.prettifyError(parsed.error)}`);
  const { city, source, divisions } = parsed.data;
  const fault = findFault(city, divisions);
  if (fault !== undefined) throw new Error(`divisions: ${fault}`);
  return new DivisionTree(city, source, divisions);
}
