import { z } from 'zod';
import { isNodeCode, isWithin, parentOf, tierOf, type NodeCode, type Tier } from '@tongban/kernel';
import type { DivisionChange, JoinedDivision } from './division-changes.js';
import { divisionsFileSchema, type Division } from './divisions-file.js';

const codeDigits = 12;

/** A name and the first day on which it holds; undefined: since before the list was cut. */
export interface DivisionName {
  readonly from: string | undefined;
  readonly name: string;
}

/** The divisions of one city. Lists come back sorted by code. A running host takes on what the city has listed since. */
export class DivisionTree {
  private divisions: readonly Division[];
  private byCode: ReadonlyMap<string, Division>;
  private byParent: ReadonlyMap<string, readonly Division[]>;
  private names: ReadonlyMap<string, readonly DivisionName[]>;
  private listed: readonly DivisionChange[];

  /**
   * @param divisions checked already: see {@link parseDivisions}
   * @param today names are those of this day, `2026-03-01`; without it the newest that is known
   */
  constructor(
    readonly city: NodeCode,
    readonly source: string,
    divisions: readonly Division[],
    changes: readonly DivisionChange[] = [],
    today?: string,
  ) {
    this.listed = changes;
    this.names = namesIn(divisions, changes);
    const all = [...divisions, ...joinedIn(divisions, changes)].sort((a, b) => (a.code < b.code ? -1 : 1));
    this.divisions = all.map((division) => ({ ...division, name: this.nameAt(division, today) }));
    this.byCode = new Map(this.divisions.map((division) => [division.code, division]));
    const byParent = new Map<string, Division[]>();
    for (const division of this.divisions) {
      const siblings = byParent.get(division.parent);
      if (siblings) siblings.push(division);
      else byParent.set(division.parent, [division]);
    }
    this.byParent = byParent;
  }

  /** From now on this tree says what `next` says. */
  adopt(next: DivisionTree): void {
    if (next.city !== this.city) throw new Error(`the divisions of ${next.city} are not those of ${this.city}`);
    this.listed = next.listed;
    this.names = next.names;
    this.divisions = next.divisions;
    this.byCode = next.byCode;
    this.byParent = next.byParent;
  }

  /** What has changed since the list was cut, in the order in which the city took it up. */
  get changes(): readonly DivisionChange[] {
    return this.listed;
  }

  /** How a division that the city has taken up since came to be. */
  joinOf(code: string): JoinedDivision | undefined {
    return this.listed.find((change): change is JoinedDivision => change.kind === 'joined' && change.node === code);
  }

  /** That a division has ended, or will: it stays in the tree, because what it did is still looked up. */
  endOf(code: string): Extract<DivisionChange, { kind: 'ended' }> | undefined {
    return this.listed.find((change) => change.kind === 'ended' && change.node === code) as
      Extract<DivisionChange, { kind: 'ended' }> | undefined;
  }

  /** Its names, the oldest first; none where the city has no such division. */
  namesOf(code: string): readonly DivisionName[] {
    return this.names.get(code) ?? [];
  }

  /** What it was called on a day; before its first day, its first name. */
  nameOn(code: string, day: string): string | undefined {
    const names = this.namesOf(code);
    return (names.findLast(({ from }) => from === undefined || from <= day) ?? names[0])?.name;
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

  private nameAt({ code, name }: Division, today: string | undefined): string {
    return (today === undefined ? this.namesOf(code).at(-1)?.name : this.nameOn(code, today)) ?? name;
  }

  private startingWith(pattern: string): Division[] {
    const prefix = /^([1-9]\d*)\*$/.exec(pattern)?.[1];
    if (prefix === undefined || prefix.length > codeDigits) {
      throw new Error(`not a division code or a prefix such as 371102*: ${pattern}`);
    }
    return this.divisions.filter((division) => division.code.startsWith(prefix));
  }
}

/** Divisions that joined; those that a later cut of the list has by itself are left to it. */
function joinedIn(divisions: readonly Division[], changes: readonly DivisionChange[]): Division[] {
  const known = new Set<string>(divisions.map(({ code }) => code));
  return changes.flatMap((change) =>
    change.kind !== 'joined' || known.has(change.node)
      ? []
      : [
          {
            code: change.node,
            name: change.name,
            tier: tierOf(change.node),
            parent: parentOf(change.node)!,
            kind: 'official' as const,
          },
        ],
  );
}

function namesIn(divisions: readonly Division[], changes: readonly DivisionChange[]): Map<string, DivisionName[]> {
  const names = new Map<string, DivisionName[]>(divisions.map(({ code, name }) => [code, [{ from: undefined, name }]]));
  for (const change of changes) {
    if (change.kind === 'ended') continue;
    const before = change.kind === 'joined' ? [] : (names.get(change.node) ?? []);
    names.set(change.node, [...before, { from: change.on, name: change.name }]);
  }
  return names;
}

/** Changes have to stand on what stands before them, whoever wrote the file. */
function findFaultyChange(
  city: NodeCode,
  divisions: readonly Division[],
  changes: readonly DivisionChange[],
): string | undefined {
  const known = new Set<string>(divisions.map(({ code }) => code));
  const [joined, ended] = [new Set<string>(), new Set<string>()];
  for (const { kind, node } of changes) {
    if (kind === 'joined') {
      if (joined.has(node)) return `${node} joins twice`;
      if (!isWithin(node, city) || node === city) return `${node} does not lie in ${city}`;
      if (!known.has(parentOf(node) ?? '')) return `${node} joins without a parent`;
      joined.add(node);
      known.add(node);
    } else if (!known.has(node)) return `${node} changes and is not there`;
    else if (kind === 'ended') {
      if (ended.has(node)) return `${node} ends twice`;
      ended.add(node);
    }
  }
  return undefined;
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
 * @param json the parsed divisions file; that its changes are the city's own is for the caller to check
 * @param today names are those of this day, `2026-03-01`; without it the newest that is known
 * @throws with the place and the reason: a city without its divisions cannot start
 */
export function parseDivisions(json: unknown, today?: string): DivisionTree {
  const parsed = divisionsFileSchema.safeParse(json);
  if (!parsed.success) throw new Error(`divisions: ${z.prettifyError(parsed.error)}`);
  const { city, source, divisions, changes = [] } = parsed.data;
  const fault = findFault(city, divisions) ?? findFaultyChange(city, divisions, changes);
  if (fault !== undefined) throw new Error(`divisions: ${fault}`);
  return new DivisionTree(city, source, divisions, changes, today);
}
