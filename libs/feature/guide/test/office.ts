import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { catalogueMigrations, catalogueModule, openCatalogue, type Catalogue } from '@tongban/feature/catalogue';
import type { NodeCode } from '@tongban/kernel';
import { city, district, openOffice, township, village, type TestOffice } from '@tongban/testkit';
import { BlobStore } from '@tongban/platform/blob';
import { PublicFiles } from '../src/files/public-files.js';
import { guideModule } from '../src/guide.module.js';

const names = new Map<NodeCode, string>([
  [district, '东港区'],
  [township, '日照街道'],
  [village, '甲村'],
]);

export interface GuideOffice extends TestOffice {
  readonly catalogue: Catalogue;
  /** The files of the host above this one. */
  readonly above: PublicFiles;
}

/** Stores of two hosts, one above the other, as the couriers connect them. */
async function openFiles(wanted: () => Iterable<string>) {
  const folder = mkdtempSync(join(tmpdir(), 'tongban-guide-'));
  const [upper, lower] = [new BlobStore(join(folder, 'upper')), new BlobStore(join(folder, 'lower'))];
  for (const store of [upper, lower]) await store.prepare();
  const log = (): void => undefined;
  return {
    above: new PublicFiles({ store: upper, wanted, log }),
    // The city of these tests publishes with the files of the host above as well.
    isHeld: async (digest: string) => (await lower.stat(digest)).complete || (await upper.stat(digest)).complete,
    files: new PublicFiles({ store: lower, fromParent: (digest, offset) => upper.read(digest, offset), wanted, log }),
    close: () => rm(folder, { recursive: true, force: true }),
  };
}

/** A host of four nodes with catalogue and guide. */
export async function openGuideOffice(): Promise<GuideOffice> {
  let catalogue: Catalogue | undefined;
  let above: PublicFiles | undefined;
  const office = await openOffice({
    nodes: [city, district, township, village],
    migrations: catalogueMigrations,
    features: async (parts, closing) => {
      const wanted = (): Set<string> => catalogue?.view.fileDigests() ?? new Set();
      const { files, above: upper, close, isHeld } = await openFiles(wanted);
      above = upper;
      closing(close);
      const opened = await openCatalogue({
        ...parts,
        files: { isHeld },
        log: () => undefined,
        natsUrl: 'nats://127.0.0.1:1',
        consumer: 'host_guide',
      });
      catalogue = opened;
      closing(opened.stop);
      const placeName = (node: NodeCode): string => names.get(node) ?? node;
      return [catalogueModule(opened), guideModule({ catalogue: opened.view, clock: parts.clock, placeName, files })];
    },
  });
  return { ...office, catalogue: catalogue!, above: above! };
}
