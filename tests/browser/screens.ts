import { join } from 'node:path';
import { z } from 'zod';
import type { HostName } from '../e2e/city.js';
import { usernameOf, type Office } from '../e2e/office.js';
import type { Role } from '@tongban/kernel';

const root = join(import.meta.dirname, '..', '..');
const pageSchema = z.object({ path: z.string(), roles: z.array(z.string()), needs: z.string() });
const featureSchema = z.object({ name: z.string(), pages: z.array(pageSchema) });
interface Route {
  readonly path?: string | undefined;
  readonly children?: readonly Route[] | undefined;
}
const routeSchema: z.ZodType<Route> = z.lazy(() =>
  z.object({ path: z.string().optional(), children: z.array(routeSchema).optional() }),
);

/** The pages are compiled with types of their own, so what they export is read as data. */
const exported = async (file: string, name: string): Promise<unknown> =>
  ((await import(join(root, file))) as Record<string, unknown>)[name];

/** Hosts by whose people screens are looked at, in this order: where most work is done first. */
const stations = [
  { host: 'township', node: '371102001000' },
  { host: 'city', node: '371100000000' },
  { host: 'provincial-gateway', node: '370000000000' },
  { host: 'village', node: '371102001001' },
] as const satisfies readonly { host: HostName; node: string }[];

/** One screen of the staff console, and who looks at it where. */
export interface StaffScreen {
  readonly path: string;
  readonly host: HostName;
  readonly node: string;
  readonly username: string;
}

async function featuresAt(office: Office, host: HostName): Promise<readonly string[]> {
  const response = await fetch(`${office.base(host)}/console/settings.json`);
  return z.object({ features: z.array(z.string()) }).parse(await response.json()).features;
}

const isDemoPerson = (office: Office, username: string): boolean => {
  try {
    return office.person(username).username === username;
  } catch {
    return false;
  }
};

/** Every screen of every feature, each with one person of the first of its roles that the demonstration has. */
export async function staffScreens(office: Office): Promise<StaffScreen[]> {
  const features = z.array(featureSchema).parse(await exported('apps/console/src/features.ts', 'features'));
  const hosts = await Promise.all(stations.map(async (at) => ({ ...at, features: await featuresAt(office, at.host) })));
  return features
    .flatMap(({ pages }) => pages)
    .map(({ path, roles, needs }) => {
      const found = hosts
        .filter((at) => at.features.includes(needs))
        .flatMap(({ host, node }) => roles.map((role) => ({ host, node, username: usernameOf(role as Role, node) })))
        .find(({ username }) => isDemoPerson(office, username));
      if (found === undefined) throw new Error(`nobody of the demonstration may see ${path}`);
      return { path, ...found };
    });
}

/** Every address of the residents' site, in the router's form, below `/public`. */
export async function publicPaths(): Promise<string[]> {
  const routes = z.array(routeSchema).parse(await exported('libs/console/public/src/site.tsx', 'siteRoutes'));
  const paths = ({ path = '', children }: Route): string[] =>
    children === undefined ? [path] : children.flatMap(paths).map((below) => `${path}/${below}`.replace(/\/+$/, ''));
  return [...new Set(routes.flatMap(paths).map((path) => path.replaceAll('*', '0')))];
}
