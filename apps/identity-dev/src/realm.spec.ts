import { accessTokenSeconds, attributeClaimsOf, audiencesOf, type Realm, type RealmClient } from './realm.js';

const client: RealmClient = {
  clientId: 'c',
  enabled: true,
  bearerOnly: false,
  publicClient: true,
  standardFlowEnabled: true,
  directAccessGrantsEnabled: false,
  redirectUris: [],
  attributes: {},
  protocolMappers: [
    { protocolMapper: 'oidc-audience-mapper', config: { 'included.client.audience': 'tongban-api' } },
    {
      protocolMapper: 'oidc-usermodel-attribute-mapper',
      config: { 'claim.name': 'division', 'user.attribute': 'area', 'access.token.claim': 'true' },
    },
    {
      protocolMapper: 'oidc-usermodel-attribute-mapper',
      config: { 'claim.name': 'hidden', 'user.attribute': 'hidden', 'access.token.claim': 'false' },
    },
  ],
};
const realm: Realm = {
  realm: 'tongban',
  accessTokenLifespan: 300,
  accessCodeLifespan: 60,
  ssoSessionIdleTimeout: 1800,
  ssoSessionMaxLifespan: 3600,
  revokeRefreshToken: true,
  failureFactor: 5,
  waitIncrementSeconds: 60,
  maxFailureWaitSeconds: 900,
  maxDeltaTimeSeconds: 3600,
  quickLoginCheckMilliSeconds: 1000,
  minimumQuickLoginWaitSeconds: 60,
  roles: { realm: [{ name: 'agent' }] },
  clients: [client],
};

describe('a client of the realm file', () => {
  it('gets audience and attributes from its mappers', () => {
    expect(audiencesOf(client)).toEqual(['tongban-api']);
    expect([...attributeClaimsOf(client)]).toEqual([['division', 'area']]);
  });

  it('has its own token lifetime or the realm’s, and never one past the session', () => {
    const lifespan = (text: string) =>
      accessTokenSeconds(realm, { ...client, attributes: { 'access.token.lifespan': text } });
    expect(accessTokenSeconds(realm, client)).toBe(300);
    expect(lifespan('900')).toBe(900);
    expect(lifespan('90000')).toBe(3600);
    for (const odd of ['', '-1', '0', 'x', '1.5']) expect(lifespan(odd)).toBe(300);
  });
});
