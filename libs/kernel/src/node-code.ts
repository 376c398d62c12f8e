/**
 * A node's address is its 12-digit statistical division code: 6 digits of GB/T 2260, 3 of the township, 3 of the
 * village; higher divisions end in zeros. The tier follows from the address.
 */
export type NodeCode = string & { readonly __brand: 'NodeCode' };

export const tiers = ['province', 'city', 'district', 'township', 'village'] as const;
export type Tier = (typeof tiers)[number];

/** Digits of the code that each tier fixes. */
const tierDigits: Record<Tier, number> = { province: 2, city: 4, district: 6, township: 9, village: 12 };
const codeLength = 12;

export const isNodeCode = (text: string): text is NodeCode => /^[1-9]\d{11}$/.test(text);

export function nodeCode(text: string): NodeCode {
  if (!isNodeCode(text)) throw new Error(`not a 12-digit division code: ${text}`);
  return text;
}

export function tierOf(code: NodeCode): Tier {
  for (const tier of tiers) if (/^0*$/.test(code.slice(tierDigits[tier]))) return tier;
  return 'village';
}

/** The part of the code that all divisions below share, e.g. `3711` for a city. */
export const prefixOf = (code: NodeCode): string => code.slice(0, tierDigits[tierOf(code)]);

const padded = (prefix: string): NodeCode => prefix.padEnd(codeLength, '0') as NodeCode;

/**
 * Cities whose townships stand directly below them, by the first four digits: Dongguan, Zhongshan and Danzhou. (Jiayuguan
 * has no districts either, but its townships bear the code of one, 620201, which serves as its district here.)
 */
const citiesWithoutDistricts: readonly string[] = ['4419', '4420', '4604'];

const isCityWithoutDistricts = (code: NodeCode): boolean =>
  tierOf(code) === 'city' && citiesWithoutDistricts.includes(code.slice(0, tierDigits.city));

/**
 * The ancestor (or the node itself) at a tier; undefined when the tier lies below the node. A city without districts is
 * its own ancestor at the district's tier, and its townships' one: it does what districts do elsewhere.
 */
export function ancestorAt(code: NodeCode, tier: Tier): NodeCode | undefined {
  if (tier === 'district' && isCityWithoutDistricts(code)) return code;
  return tiers.indexOf(tier) > tiers.indexOf(tierOf(code)) ? undefined : padded(code.slice(0, tierDigits[tier]));
}

export function parentOf(code: NodeCode): NodeCode | undefined {
  const index = tiers.indexOf(tierOf(code));
  return index === 0 ? undefined : ancestorAt(code, tiers[index - 1]!);
}

/** True when `code` is `ancestor` or lies below it. */
export const isWithin = (code: NodeCode, ancestor: NodeCode): boolean => code.startsWith(prefixOf(ancestor));

/** The neighbour of `from` on the tree path to `to`; undefined when they are the same node. */
export function nextHop(from: NodeCode, to: NodeCode): NodeCode | undefined {
  if (from === to) return undefined;
  if (!isWithin(to, from)) return parentOf(from);
  for (const tier of tiers.slice(tiers.indexOf(tierOf(from)) + 1)) {
    const below = ancestorAt(to, tier);
    // A city without districts is its own ancestor at the district's tier.
    if (below !== undefined && below !== from) return below;
  }
  return undefined;
}

/** All nodes on the tree path from `from` to `to`, both included. */
export function pathBetween(from: NodeCode, to: NodeCode): NodeCode[] {
  const path = [from];
  for (let hops = 0; hops < 2 * tiers.length; hops++) {
    const next = nextHop(path[path.length - 1]!, to);
    if (next === undefined) return path;
    path.push(next);
  }
  throw new Error(`no tree path from ${from} to ${to}`);
}

/** Five subject tokens `pp.cc.dd.ttt.vvv`; zeros stand for the tiers below the node. */
export const addressTokens = (code: NodeCode): readonly [string, string, string, string, string] => [
  code.slice(0, 2),
  code.slice(2, 4),
  code.slice(4, 6),
  code.slice(6, 9),
  code.slice(9, 12),
];
