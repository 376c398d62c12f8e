import { localDate } from '@tongban/domain/calendar';
import { parseDivisions, type DivisionTree } from '@tongban/domain/division';
import { requireGenuine } from '@tongban/federation/nest';
import { parseKeyDirectory, parseKeystore, type KeyDirectory, type Keystore } from '@tongban/journal';
import { ancestorAt, isNodeCode, type NodeCode, type Tier } from '@tongban/kernel';
import { matchesNode, type NodePattern } from '@tongban/platform/config';
import type { NodeDirectory } from '@tongban/platform/http';
import { readFileSync } from 'node:fs';

export interface HostedNodes {
  readonly divisions: DivisionTree;
  readonly nodes: readonly NodeCode[];
  /** Nodes of the patterns that are served elsewhere: moved to hosts of their own, or new there. */
  readonly departed: readonly NodeCode[];
  readonly keystore: Keystore;
  readonly directory: KeyDirectory;
  readonly http: NodeDirectory;
}

interface Files {
  readonly city: NodeCode;
  readonly divisions: string;
  readonly keystore: string;
  readonly keyDirectory: string;
}

/**
 * The nodes that this process serves: the divisions of its tier that its patterns name. Fatal at start when one of
 * them has no private key in the keystore, or no pattern names any division.
 *
 * @param departed nodes that have moved from this host to one of their own
 */
export function openNodes(
  files: Files,
  tier: Tier,
  patterns: readonly NodePattern[],
  departed: readonly NodeCode[] = [],
): HostedNodes {
  const directory = parseKeyDirectory(readFileSync(files.keyDirectory, 'utf8'), files.city);
  const divisions = readDivisions(files.divisions, files.city, directory, Date.now());
  const keystore = parseKeystore(readFileSync(files.keystore, 'utf8'), directory);
  const named = tier === 'province' ? [ancestorAt(files.city, 'province')!] : codesOf(divisions, tier, patterns);
  const gone = new Set([...departed, ...servedElsewhere(divisions, named, keystore)]);
  const nodes = named.filter((node) => !gone.has(node));
  if (named.length > 0 && nodes.length === 0)
    throw new Error('TONGBAN_NODES 所指的节点均已迁往自己的服务，本服务不再承载任何节点');
  if (nodes.length === 0) throw new Error('TONGBAN_NODES 没有对应本市的任何区划');
  for (const node of nodes) keystore.get(node);
  const hosted = new Set(nodes);
  return {
    divisions,
    nodes,
    departed: named.filter((node) => gone.has(node)),
    keystore,
    directory,
    http: {
      isKnown: (code) => isNodeCode(code) && (hosted.has(code) || divisions.find(code) !== undefined),
      isHosted: (code) => hosted.has(code),
    },
  };
}

/**
 * The city's list of divisions with the names of the day.
 * @throws when it is another city's, or says what the city has not signed
 */
export function readDivisions(
  file: string,
  city: NodeCode,
  directory: Pick<KeyDirectory, 'verify'>,
  now: number,
): DivisionTree {
  const divisions = parseDivisions(JSON.parse(readFileSync(file, 'utf8')), localDate(now));
  if (divisions.city !== city) {
    throw new Error(`TONGBAN_DIVISIONS 是 ${divisions.city} 的区划数据，不是 TONGBAN_CITY 所指的 ${city}`);
  }
  requireGenuine(divisions, directory);
  return divisions;
}

/** A node that joined is served where its key was made: the patterns of a shared host name it as well. */
function servedElsewhere(
  divisions: DivisionTree,
  named: readonly NodeCode[],
  keystore: Pick<Keystore, 'nodes'>,
): NodeCode[] {
  const held = new Set(keystore.nodes());
  return named.filter((node) => divisions.joinOf(node) !== undefined && !held.has(node));
}

export const codesOf = (divisions: DivisionTree, tier: Tier, patterns: readonly NodePattern[]): NodeCode[] =>
  divisions
    .within(
      patterns.map((pattern) => ('code' in pattern ? pattern.code : `${pattern.prefix}*`)),
      tier,
    )
    .map(({ code }) => code)
    .filter((code) => matchesNode(patterns, code));
