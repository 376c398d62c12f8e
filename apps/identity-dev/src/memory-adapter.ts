import type { Adapter } from 'oidc-provider';

/** Sessions, grants and refresh tokens of one run; the oldest go first when the bound is reached. */
const maxEntries = 50_000;
const secondMs = 1000;
type Payload = Record<string, unknown>;
interface Entry {
  readonly payload: Payload;
  readonly expiresAt: number;
}

/** One adapter per model name over one bounded map, which is lost when the process ends. */
export function memoryAdapters(now: () => number): (model: string) => Adapter {
  const entries = new Map<string, Entry>();
  const grantMembers = new Map<string, Set<string>>();

  function remove(key: string): void {
    const grantId = entries.get(key)?.payload['grantId'];
    entries.delete(key);
    if (typeof grantId !== 'string') return;
    const members = grantMembers.get(grantId);
    members?.delete(key);
    if (members?.size === 0) grantMembers.delete(grantId);
  }

  function read(key: string): Payload | undefined {
    const entry = entries.get(key);
    if (entry === undefined || entry.expiresAt > now()) return entry?.payload;
    remove(key);
    return undefined;
  }

  function write(key: string, payload: Payload, expiresAt: number): void {
    remove(key);
    entries.set(key, { payload, expiresAt });
    const { grantId } = payload;
    if (typeof grantId === 'string') grantMembers.set(grantId, (grantMembers.get(grantId) ?? new Set()).add(key));
    const oldest = entries.keys().next().value;
    if (entries.size > maxEntries && oldest !== undefined) remove(oldest);
  }

  return (model) => {
    const key = (id: string): string => `${model}:${id}`;
    const uidKey = (uid: string): string => `${model} uid:${uid}`;
    return {
      async upsert(id, payload, expiresInSeconds) {
        const lifeMs = expiresInSeconds === undefined ? Number.POSITIVE_INFINITY : expiresInSeconds * secondMs;
        write(key(id), payload, now() + lifeMs);
        const { uid } = payload;
        if (model === 'Session' && typeof uid === 'string') write(uidKey(uid), { id }, now() + lifeMs);
      },
      find: async (id) => read(key(id)),
      async findByUid(uid) {
        const id = read(uidKey(uid))?.['id'];
        return typeof id === 'string' ? read(key(id)) : undefined;
      },
      findByUserCode: async () => undefined,
      async consume(id) {
        const payload = read(key(id));
        if (payload !== undefined) payload['consumed'] = Math.floor(now() / secondMs);
      },
      destroy: async (id) => remove(key(id)),
      async revokeByGrantId(grantId) {
        for (const member of [...(grantMembers.get(grantId) ?? [])]) remove(member);
      },
    };
  };
}
