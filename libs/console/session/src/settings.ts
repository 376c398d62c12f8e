/** What a host tells its pages before anybody has logged in; see `consoleSettings` of libs/host. */
export interface Settings {
  readonly tier: 'province' | 'city' | 'district' | 'township' | 'village';
  readonly city: string;
  readonly identity: { readonly url: string; readonly realm: string; readonly client: string };
  readonly features: readonly string[];
}

/** @throws Error when the host does not answer */
export async function loadSettings(ask: typeof fetch = fetch): Promise<Settings> {
  const response = await ask('/console/settings.json', { cache: 'no-store' });
  if (!response.ok) throw new Error(`settings: ${response.status}`);
  return (await response.json()) as Settings;
}

/** The nodes that this host serves. @throws Error when the host does not answer */
export async function loadNodes(): Promise<readonly string[]> {
  const response = await fetch('/console/nodes.json');
  if (!response.ok) throw new Error(`nodes: ${response.status}`);
  return (await response.json()) as string[];
}
