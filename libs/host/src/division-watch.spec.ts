import { parseDivisions, type UnsignedChange } from '@tongban/domain/division';
import { signApproval, signChange } from '@tongban/federation/nest';
import {
  Keystore,
  makeKeyDirectory,
  makeSecret,
  parseKeyDirectory,
  publicPart,
  type NodeSecret,
} from '@tongban/journal';
import { nodeCode, parentOf, tierOf, type NodeCode } from '@tongban/kernel';
import { createLogger } from '@tongban/platform/telemetry';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DivisionWatch } from './division-watch.js';
import { openNodes } from './nodes.js';

const codes = ['371100000000', '371102000000', '371102001000', '371102001001'].map(nodeCode);
const [city, , township, village] = codes as [NodeCode, NodeCode, NodeCode, NodeCode];
const fresh = nodeCode('371102001299');
const dayMs = 24 * 60 * 60 * 1000;
const start = Date.parse('2026-11-22T04:00:00Z');
const secrets = new Map([...codes, fresh].map((node) => [node, makeSecret(node, 1)]));
const secretOf = (node: NodeCode): NodeSecret => secrets.get(node)!;
const logger = createLogger({ service: 'test', level: 'error' });

const division = (code: NodeCode) => ({
  ...{ code, name: `区划${code}`, tier: tierOf(code), parent: parentOf(code), kind: 'official' },
});
const keystore = new Keystore([secretOf(city), secretOf(township)]);
function joining() {
  const { keyId, signing, sealing } = publicPart(secretOf(fresh));
  const asked = {
    ...{ kind: 'joined' as const, node: fresh, name: '新村', on: '2026-11-22', basis: '批复' },
    ...{ key: { keyId, signing, sealing }, approval: { by: township, at: start } },
  };
  return { ...asked, approval: signApproval(keystore, asked), at: start };
}

describe('the list of divisions of a running host', () => {
  const folder = mkdtempSync(join(tmpdir(), 'divisions-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const files = {
    ...{ city, divisions: join(folder, 'divisions.json'), keystore: join(folder, 'keystore.json') },
    keyDirectory: join(folder, 'keys.json'),
  };
  const put = (file: string, content: object): void => {
    writeFileSync(`${file}.new`, JSON.stringify(content));
    renameSync(`${file}.new`, file);
  };
  const list = (...changes: UnsignedChange[]) => ({
    ...{ city, source: 'test', divisions: codes.map(division) },
    changes: changes.map((change) => signChange(keystore, city, change)),
  });
  const directoryOf = (nodes: readonly NodeCode[], at: number) =>
    makeKeyDirectory(
      secretOf(city),
      nodes.map((node) => publicPart(secretOf(node))),
      at,
    );

  /** A host of the villages, with the keys that its keystore has. */
  function running() {
    put(files.divisions, list());
    put(files.keystore, { secrets: [secretOf(village)] });
    put(files.keyDirectory, directoryOf(codes, 1));
    const hosted = openNodes(files, 'village', [{ prefix: '3711' }]);
    const seen = { restarts: 0, now: start };
    const watch = new DivisionWatch({
      ...{ files, hosted, logger, clock: { now: () => seen.now }, restart: () => void seen.restarts++ },
      namedIn: (tree) => tree.within('3711*', 'village').map(({ code }) => code),
    });
    const learnKeys = (): void =>
      hosted.directory.adopt(parseKeyDirectory(JSON.stringify(directoryOf([...codes, fresh], 2)), city));
    return { hosted, watch, seen, learnKeys };
  }

  it('names a new neighbour as soon as its key is known, and goes on without a new start', () => {
    const { hosted, watch, seen, learnKeys } = running();
    watch.look();
    put(files.divisions, list(joining()));
    watch.look();
    expect(hosted.http.isKnown(fresh)).toBe(false);
    learnKeys();
    watch.look();
    expect([hosted.http.isKnown(fresh), hosted.http.isHosted(fresh), seen.restarts]).toEqual([true, false, 0]);
    expect(hosted.divisions.children(township).map(({ code }) => code)).toEqual([village, fresh]);
  });

  it('starts the host again for a node whose key was made here; at the next start it is served', () => {
    const { watch, seen, learnKeys } = running();
    put(files.keystore, { secrets: [secretOf(village), secretOf(fresh)] });
    learnKeys();
    put(files.keyDirectory, directoryOf([...codes, fresh], 2));
    put(files.divisions, list(joining()));
    watch.look();
    expect(seen.restarts).toBe(1);
    expect(openNodes(files, 'village', [{ prefix: '3711' }]).nodes).toEqual([village, fresh]);
    // Where its key is not, it is left to its own host: the start of a shared host does not fail for it.
    put(files.keystore, { secrets: [secretOf(village)] });
    expect(openNodes(files, 'village', [{ prefix: '3711' }])).toMatchObject({ nodes: [village], departed: [fresh] });
  });

  it('takes up a name at midnight in China of its day', () => {
    const { hosted, watch, seen } = running();
    const renamed = {
      kind: 'renamed' as const,
      node: village,
      name: '东村',
      on: '2026-11-23',
      basis: '批复',
      at: start,
    };
    put(files.divisions, list(renamed));
    watch.look();
    expect(hosted.divisions.get(village).name).toBe(`区划${village}`);
    seen.now = start + dayMs;
    watch.look();
    expect(hosted.divisions.get(village).name).toBe('东村');
    expect(hosted.divisions.nameOn(village, '2026-11-22')).toBe(`区划${village}`);
  });

  it('leaves everything as it is when the list is damaged, forged or gone, also at a start', () => {
    const { hosted, watch } = running();
    watch.look();
    const before = hosted.divisions.changes;
    const renamed = {
      kind: 'renamed' as const,
      node: village,
      name: '东村',
      on: '2026-01-01',
      basis: '批复',
      at: start,
    };
    const good = list(renamed);
    const forged = { ...good, changes: [{ ...good.changes[0], name: '西村' }] };
    for (const bad of [forged, { ...good, city: '371200000000' }, {}]) {
      put(files.divisions, bad);
      watch.look();
      expect(hosted.divisions.changes).toBe(before);
      expect(() => openNodes(files, 'village', [{ prefix: '3711' }])).toThrow();
    }
    rmSync(files.divisions);
    watch.look();
    expect(hosted.divisions.changes).toBe(before);
    put(files.divisions, good);
    watch.look();
    expect(hosted.divisions.get(village).name).toBe('东村');
    expect(parseDivisions(good).changes).toHaveLength(1);
  });
});
