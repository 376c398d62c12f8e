import { nodeCode, parentOf, type NodeCode } from '@tongban/kernel';
import fc from 'fast-check';
import {
  publisherStandings,
  standingLimits,
  standingOf,
  type CatalogueStanding,
  type ChildStanding,
  type PublisherState,
} from './standing.js';

const now = 1_000_000_000;
const city = nodeCode('371100000000');
const districts = [1, 2].map((d) => nodeCode(`37110${d}000000`));
const townships = districts.flatMap((d) => [1, 2].map((t) => nodeCode(`${d.slice(0, 6)}00${t}000`)));
const villages = townships.flatMap((t) => [1, 2, 3].map((v) => nodeCode(`${t.slice(0, 9)}00${v}`)));
const all = [city, ...districts, ...townships, ...villages];
const childrenOf = (node: NodeCode): NodeCode[] => all.filter((one) => parentOf(one) === node);
const below = (node: NodeCode): NodeCode[] => [node, ...childrenOf(node).flatMap(below)];
const digestOf = (publisher: NodeCode, versions: number): string => `${publisher}/${versions}`;
const state = (publisher: NodeCode, versions: number): PublisherState => ({
  ...{ publisher, versions, digest: digestOf(publisher, versions), since: versions },
});

interface World {
  /** How many versions of the city's and of the own district's catalogue each node holds. */
  readonly held: ReadonlyMap<NodeCode, readonly [city: number, district: number]>;
  /** Nodes that never spoke to their parent, and those that fell silent after they had. */
  readonly mute: ReadonlySet<NodeCode>;
  readonly silent: ReadonlySet<NodeCode>;
}
const districtOf = (node: NodeCode): NodeCode | undefined => districts.find((d) => node.startsWith(d.slice(0, 6)));
const ownOf = ({ held }: World, node: NodeCode): PublisherState[] => {
  const [ofCity, ofDistrict] = held.get(node)!;
  const district = districtOf(node);
  return [state(city, ofCity), ...(district === undefined ? [] : [state(district, ofDistrict)])];
};
const silentSince = now - standingLimits.silentAfterMs - 1;

function standing(world: World, node: NodeCode): CatalogueStanding {
  const children = childrenOf(node).map((child): ChildStanding => {
    const size = below(child).length;
    if (world.mute.has(child)) return { node: child, size };
    const heardAt = world.silent.has(child) ? silentSince : now;
    return { node: child, size, last: { heardAt, standing: standing(world, child) } };
  });
  return standingOf({ node, own: ownOf(world, node), children, now });
}

/** A node is heard of at the city when nobody on the way up is mute. */
const isHeard = ({ mute }: World, node: NodeCode): boolean =>
  node === city || (!mute.has(node) && isHeard({ mute } as World, parentOf(node)!));

const newestCity = 3;
const world = fc
  .record({
    held: fc.array(fc.tuple(fc.integer({ min: 1, max: newestCity }), fc.integer({ min: 1, max: 2 })), {
      minLength: all.length,
      maxLength: all.length,
    }),
    mute: fc.subarray([...districts, ...townships, ...villages]),
    silent: fc.subarray([...districts, ...townships, ...villages]),
  })
  .map(({ held, mute, silent }): World => {
    const pairs = all.map((node, index) => [node, held[index]!] as const);
    // A publisher holds its own newest state.
    const right = pairs.map(([node, [c, d]]) => [
      node,
      [node === city ? newestCity : c, districts.includes(node) ? 2 : d],
    ]);
    return { held: new Map(right as never), mute: new Set(mute), silent: new Set(silent) };
  });

describe('the standing of a city', () => {
  it('counts what a naive look at every node counts', () => {
    fc.assert(
      fc.property(world, (w) => {
        const seen = standing(w, city);
        const heard = all.filter((node) => isHeard(w, node));
        expect([seen.nodes, seen.unheard]).toEqual([heard.length, all.length - heard.length]);
        const found = publisherStandings(seen, ownOf(w, city).slice(0, 1)).find(({ publisher }) => publisher === city);
        const newest = heard.filter((node) => w.held.get(node)![0] === newestCity);
        expect(found).toMatchObject({
          versions: newestCity,
          newest: newest.length,
          behind: heard.length - newest.length,
        });
        const named = found!.lagging.flatMap((group) => group.named).sort();
        expect(named).toEqual(heard.filter((node) => !newest.includes(node)).sort());
      }),
      { numRuns: 300 },
    );
  });

  it('counts everybody below a silent node once, and names the topmost', () => {
    fc.assert(
      fc.property(world, (w) => {
        const seen = standing(w, city);
        const isSilent = (node: NodeCode): boolean =>
          node !== city && (w.silent.has(node) || isSilent(parentOf(node)!));
        const heard = all.filter((node) => isHeard(w, node));
        expect(seen.silentNodes).toBe(heard.filter(isSilent).length);
        const topmost = heard.filter((node) => w.silent.has(node) && !isSilent(parentOf(node)!));
        expect(seen.silent.map(({ node }) => node).sort()).toEqual(topmost.sort());
      }),
    );
  });

  it('mentions a publisher below only while somebody lags behind it', () => {
    fc.assert(
      fc.property(world, (w) => {
        const listed = publisherStandings(standing(w, city), ownOf(w, city)).map(({ publisher }) => publisher);
        for (const district of districts) {
          const heard = below(district).filter((node) => isHeard(w, node));
          const lags = heard.some((node) => w.held.get(node)![1] !== 2);
          expect([district, listed.includes(district)]).toEqual([district, lags]);
        }
      }),
    );
  });

  it('stays bounded, and loses no node, when all hold something different', () => {
    const children = Array.from({ length: 600 }, (_, index): ChildStanding => {
      const node = nodeCode(`371101${String(index + 1).padStart(3, '0')}000`);
      const own = [{ ...state(city, 1), digest: `state ${index}` }];
      const last = { heardAt: now, standing: standingOf({ node, own, children: [], now }) };
      return { node, size: 1, last };
    });
    const seen = standingOf({ node: districts[0]!, own: [], children, now });
    expect(seen.groups.length).toBeLessThanOrEqual(standingLimits.mostGroups + 1);
    expect(seen.groups.reduce((sum, { nodes }) => sum + nodes, 0)).toBe(600);
    expect(Math.max(...seen.groups.map(({ named }) => named.length))).toBeLessThanOrEqual(standingLimits.mostNamed);
  });
});
