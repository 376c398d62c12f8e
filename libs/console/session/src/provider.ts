import type { Settings } from './settings.js';

const probeTimeoutMs = 5_000;

/**
 * Whether the login page can be had: a browser that leaves for one that is away does not come back. Nothing is read of the
 * answer, so that no provider has to allow it.
 */
export async function isProviderReachable({ identity: { url, realm } }: Settings): Promise<boolean> {
  try {
    const address = `${url}/realms/${realm}/.well-known/openid-configuration`;
    await fetch(address, { mode: 'no-cors', cache: 'no-store', signal: AbortSignal.timeout(probeTimeoutMs) });
    return true;
  } catch {
    return false;
  }
}
