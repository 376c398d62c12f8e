import { call, routes, type shapes } from '@tongban/console/api';
import { device, keepOnDevice, keptOnDevice } from './store.js';
import { offeredItems } from './village.js';

/** Items asked for at the same time: a slow line waits for answers more than for bytes. */
const fetchedAtOnce = 4;

const syncedName = (node: string): string => `guidesSyncedAt ${node}`;

/** The items of a village as they lie on the phone, by name. */
export const heldItems = async (node: string): Promise<shapes.Item[]> =>
  (await device.items.where('node').equals(node).toArray())
    .map(({ item }) => item)
    .sort((a, b) => a.name.localeCompare(b.name, 'zh-CN'));

export const heldItem = async (node: string, code: string): Promise<shapes.Item | undefined> =>
  (await device.items.get([node, code]))?.item;

export async function guidesSyncedAt(node: string): Promise<number | undefined> {
  const at = await keptOnDevice(syncedName(node));
  return typeof at === 'number' ? at : undefined;
}

/**
 * Brings guides and forms of everything that the village offers onto the phone; only what has another version is fetched
 * again, and what is no longer offered goes. Killed half-way, what is here is whole item by item.
 */
export async function syncGuides(node: string, progress: (held: number, total: number) => void): Promise<void> {
  const offered = await offeredItems(node);
  const held = new Map((await heldItems(node)).map(({ code, version }) => [code, version]));
  const left = [...offered];
  const fetchOnes = async (): Promise<void> => {
    for (let one = left.pop(); one !== undefined; one = left.pop()) {
      const { code } = one;
      if (held.get(code) !== one.version) {
        const item = await call(routes.getItem, { path: { node, code } });
        await device.items.put({ node, code, version: item.version, item });
      }
      progress(offered.length - left.length, offered.length);
    }
  };
  await Promise.all(Array.from({ length: fetchedAtOnce }, fetchOnes));
  const current = new Set(offered.map(({ code }) => code));
  await device.items.bulkDelete([...held.keys()].filter((code) => !current.has(code)).map((code) => [node, code]));
  await keepOnDevice(syncedName(node), Date.now());
}
