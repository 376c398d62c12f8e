import type { Clock } from '@tongban/kernel';
import { UnsecuredJWT } from 'jose';
import type Provider from 'oidc-provider';

/**
 * Makes refresh tokens look like Keycloak's, which are JWTs of type "Refresh" whose times keycloak-js reads. The last part
 * is the library's own opaque token, which alone counts: what stands before it is not believed when it comes back.
 */
export function writeAsKeycloak({ RefreshToken }: Provider, issuer: string, clock: Clock): void {
  const { prototype } = RefreshToken;
  const save = prototype.save;
  const find = RefreshToken.find;
  prototype.save = async function () {
    const opaque = await save.call(this);
    const now = Math.floor(clock.now() / 1_000);
    const claims = { typ: 'Refresh', azp: this.clientId, ...(this.sid === undefined ? {} : { sid: this.sid }) };
    const token = new UnsecuredJWT(claims)
      .setIssuer(issuer)
      .setAudience(issuer)
      .setIssuedAt(now)
      .setExpirationTime(now + this.remainingTTL)
      .encode();
    return `${token.slice(0, token.lastIndexOf('.'))}.${opaque}`;
  };
  RefreshToken.find = function (token, options) {
    return find.call(this, token.slice(token.lastIndexOf('.') + 1), options);
  };
}
