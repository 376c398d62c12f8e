import { readFile } from 'node:fs/promises';
import { z } from 'zod';

const seconds = z.int().positive();

const clientSchema = z.object({
  clientId: z.string().min(1),
  name: z.string().optional(),
  enabled: z.boolean().default(true),
  bearerOnly: z.boolean().default(false),
  publicClient: z.boolean().default(false),
  standardFlowEnabled: z.boolean().default(false),
  directAccessGrantsEnabled: z.boolean().default(false),
  redirectUris: z.array(z.string()).default([]),
  attributes: z.record(z.string(), z.string()).default({}),
  protocolMappers: z
    .array(z.object({ protocolMapper: z.string(), config: z.record(z.string(), z.string()).default({}) }))
    .default([]),
});
export type RealmClient = z.infer<typeof clientSchema>;

/** The part of Keycloak's realm representation that this provider follows. */
const realmSchema = z.object({
  realm: z.string().regex(/^[a-z0-9-]{1,64}$/),
  displayName: z.string().optional(),
  accessTokenLifespan: seconds,
  accessCodeLifespan: seconds,
  ssoSessionIdleTimeout: seconds,
  ssoSessionMaxLifespan: seconds,
  revokeRefreshToken: z.boolean(),
  failureFactor: z.int().positive(),
  waitIncrementSeconds: seconds,
  maxFailureWaitSeconds: seconds,
  maxDeltaTimeSeconds: seconds,
  quickLoginCheckMilliSeconds: z.int().nonnegative(),
  minimumQuickLoginWaitSeconds: seconds,
  roles: z.object({ realm: z.array(z.object({ name: z.string().min(1) })).min(1) }),
  clients: z.array(clientSchema).min(1),
});
export type Realm = z.infer<typeof realmSchema>;

/** @throws Error naming the file and what is wrong in it. */
export async function readRealm(file: string): Promise<Realm> {
  const text = await readFile(file, 'utf8');
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new Error(`${file} is not JSON`);
  }
  const parsed = realmSchema.safeParse(json);
  if (!parsed.success) throw new Error(`${file}: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

/** Audiences that a client's tokens get from its audience mappers. */
export const audiencesOf = (client: RealmClient): string[] =>
  client.protocolMappers.flatMap(({ protocolMapper, config }) => {
    const audience = config['included.client.audience'];
    return protocolMapper === 'oidc-audience-mapper' && audience !== undefined ? [audience] : [];
  });

/** User attributes that a client's tokens carry, by claim name. */
export const attributeClaimsOf = (client: RealmClient): ReadonlyMap<string, string> =>
  new Map(
    client.protocolMappers.flatMap(({ protocolMapper, config }) => {
      const [claim, attribute] = [config['claim.name'], config['user.attribute']];
      const wanted = protocolMapper === 'oidc-usermodel-attribute-mapper' && config['access.token.claim'] === 'true';
      return wanted && claim !== undefined && attribute !== undefined ? [[claim, attribute] as const] : [];
    }),
  );

export function accessTokenSeconds(realm: Realm, client: RealmClient): number {
  const own = Number(client.attributes['access.token.lifespan']);
  const lifespan = Number.isInteger(own) && own > 0 ? own : realm.accessTokenLifespan;
  return Math.min(lifespan, realm.ssoSessionMaxLifespan);
}
