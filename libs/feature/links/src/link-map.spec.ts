import { LinkMapSchema } from '@tongban/contract';
import { nodeCode, parentOf, type NodeCode } from '@tongban/kernel';
import { damagedBytes } from '@tongban/testkit';
import fc from 'fast-check';
import { linkMapBytes, readLinkMap } from './link-map-wire.js';
import {
  isDark,
  linkMapLimits,
  linkMapOf,
  linkReportOf,
  stateOf,
  strainOf,
  type LinkEnd,
  type LinkMap,
} from './link-map.js';

const now = 1_000_000_000;
const city = nodeCode('371100000000');
const districts = [1, 2].map((d) => nodeCode(`37110${d}000000`));
const townships = districts.flatMap((d) => [1, 2].map((t) => nodeCode(`${d.slice(0, 6)}00${t}000`)));
const villages = townships.flatMap((t) => [1, 2, 3].map((v) => nodeCode(`${t.slice(0, 9)}00${v}`)));
const below = [...districts, ...townships, ...villages];
const childrenOf = (node: NodeCode): NodeCode[] => below.filter((one) => parentOf(one) === node);
const sizeOf = (node: NodeCode): number => childrenOf(node).reduce((sum, child) => sum + sizeOf(child), 1);

const idle: LinkEnd = { waiting: 0, quarantined: 0, parked: 0 };
const ago = (ms: number): LinkEnd => ({ ...idle, waiting: 1, waitingSince: now - ms });

it.each<[string, LinkEnd, string]>([
  ['nothing waits', idle, 'fine'],
  ['a message has just gone out', ago(5_000), 'fine'],
  ['a message waits for long', ago(linkMapLimits.behindAfterMs + 1), 'behind'],
  ['entries wait for a key', { ...idle, quarantined: 2, parked: 2 }, 'behind'],
  ['a message could not be applied', { ...ago(5_000), quarantined: 2, parked: 1 }, 'faulty'],
])('%s', (_name, end, state) => expect(strainOf(end, now)).toBe(state));

const late = ago(linkMapLimits.behindAfterMs + 1);
it.each<[string, LinkEnd, number | undefined, string]>([
  ['nothing was ever sent', idle, undefined, 'fine'],
  ['a message waits although the peer talks', late, now - 5_000, 'behind'],
  ['a message waits and nobody talks', late, now - linkMapLimits.silentAfterMs - 1, 'silent'],
  ['a message waits for a peer that never talked', late, undefined, 'silent'],
  ['a message could not be applied', { ...late, quarantined: 1 }, undefined, 'faulty'],
])('as one end sees it: %s', (_name, end, heardAt, state) => expect(stateOf(end, heardAt, now)).toBe(state));

interface World {
  readonly silent: ReadonlySet<NodeCode>;
  readonly mute: ReadonlySet<NodeCode>;
  readonly faulty: ReadonlySet<NodeCode>;
  /** Seen at the lower end alone. */
  readonly behind: ReadonlySet<NodeCode>;
}
const some = fc.subarray(below).map((nodes): ReadonlySet<NodeCode> => new Set(nodes));
const worlds: fc.Arbitrary<World> = fc.record({ silent: some, mute: some, faulty: some, behind: some });

function mapAt(world: World, node: NodeCode): LinkMap {
  const ends = new Map(
    childrenOf(node).map((child) => [child, world.faulty.has(child) ? { ...idle, quarantined: 1 } : idle] as const),
  );
  const children = childrenOf(node).map((child) => ({
    node: child,
    size: sizeOf(child),
    ...(world.mute.has(child)
      ? {}
      : { heardAt: world.silent.has(child) ? now - linkMapLimits.silentAfterMs - 1 : now, map: told(world, child) }),
  }));
  return linkMapOf({ ends, children, now });
}

function told(world: World, node: NodeCode): LinkMap {
  const up = world.behind.has(node) ? ago(linkMapLimits.behindAfterMs + 1) : undefined;
  const map = linkReportOf(node, up, mapAt(world, node), now);
  const read = readLinkMap(node, linkMapBytes(map));
  expect(read).toEqual({ ok: true, value: map });
  return map;
}

describe('the map of a city', () => {
  it('says of every link what a look at each of them would say', () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const seen = new Map(mapAt(world, city).links.map((link) => [link.node, link.state]));
        const isOut = (node: NodeCode): boolean => world.mute.has(node) || world.silent.has(node);
        const isHidden = (node: NodeCode): boolean => {
          const parent = parentOf(node)!;
          return parent !== city && (isOut(parent) || isHidden(parent));
        };
        for (const node of below) {
          const { faulty, mute, silent, behind } = world;
          const state = faulty.has(node)
            ? 'faulty'
            : mute.has(node)
              ? 'unheard'
              : silent.has(node)
                ? 'silent'
                : behind.has(node)
                  ? 'behind'
                  : undefined;
          expect([node, seen.get(node)]).toEqual([node, isHidden(node) ? undefined : state]);
        }
      }),
    );
  });

  it('names the worst first and stays bounded, losing no link', () => {
    const most = linkMapLimits.mostLinks;
    const children = Array.from({ length: 3 * most }, (_, index) => ({
      node: nodeCode(String(371_102_000_000 + index)),
      size: 1,
      ...(index % 3 === 0 ? { heardAt: 1 } : {}),
    }));
    const { links, omitted } = linkMapOf({ ends: new Map(), children, now });
    expect([links.length, omitted, links[0]?.state, links.at(-1)?.state]).toEqual([most, 2 * most, 'silent', 'silent']);
    expect(links.every((link) => isDark(link, now))).toBe(true);
  });
});

describe('a map that comes from below', () => {
  const links = [{ node: villages[0]!, state: 'faulty', ...idle } as const];

  it('speaks of what is within its sender', () => {
    expect(readLinkMap(townships[0]!, linkMapBytes({ links, omitted: 3 }))).toEqual({
      ok: true,
      value: { links, omitted: 3 },
    });
    expect(readLinkMap(townships[1]!, linkMapBytes({ links, omitted: 0 })).ok).toBe(false);
    expect(readLinkMap(townships[0]!, linkMapBytes({ links: [...links, ...links], omitted: 0 })).ok).toBe(false);
  });

  it('is read or refused, whatever it is', () => {
    fc.assert(
      fc.property(damagedBytes(LinkMapSchema), (bytes) => {
        expect(typeof readLinkMap(districts[0]!, bytes).ok).toBe('boolean');
      }),
    );
  });
});
