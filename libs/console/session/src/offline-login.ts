import { ApiProblem, call, commandHeaders, routes } from '@tongban/console/api';
import type { Login } from './login.js';
import { contentOf, makeDeviceKey, presenterOf, type KeptGrant } from './offline-grant.js';
import { dropGrant, keepGrant } from './offline-store.js';

/** Whom hosts give a grant to: those who work at a counter. */
export const offlineRoles: readonly string[] = ['agent', 'clerk', 'reviewer', 'approver'];

/** Asks the node for a grant for this device and keeps it here; the host gives it out once. @throws ApiProblem */
export async function fetchGrant(node: string): Promise<KeptGrant> {
  const { key, device } = await makeDeviceKey();
  const headers = commandHeaders();
  const { id, token } = await call(routes.issueOfflineGrant, { path: { node }, headers, body: { device } });
  const grant = { id, token, key };
  await keepGrant(grant);
  return grant;
}

/** Revoked at the node first: what is only forgotten here would still serve. @throws ApiProblem */
export async function giveUpGrant(node: string, id: string): Promise<void> {
  try {
    await call(routes.revokeOfflineGrant, { path: { node, grant: id }, headers: commandHeaders() });
  } catch (error) {
    // The node has lost it, with its database: it serves nobody, and is not worth keeping.
    if (!(error instanceof ApiProblem) || error.code !== 'identity.offline-unknown') throw error;
  }
  await dropGrant(id);
}

/** A session by the grant; leaving it leads back to where a login is chosen. */
export function logInOffline(grant: KeptGrant): Login {
  const { person, expiresAt } = contentOf(grant);
  return {
    person,
    offlineUntil: expiresAt,
    token: presenterOf(grant),
    logOut: () => Promise.resolve(location.assign('/console/')),
  };
}
