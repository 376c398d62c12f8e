import { generateKeyPairSync } from 'node:crypto';
import { memoryKeyStore, type KeyStore } from './key-store.js';
import { keyLimits } from './limits.js';
import { SigningKeys, type KeyProblem } from './signing-keys.js';

const { n, e } = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' });
const setOf = (...kids: string[]): string => JSON.stringify({ keys: kids.map((kid) => ({ kty: 'RSA', kid, n, e })) });
const hourMs = 3_600_000;
const away = (): never => {
  throw new Error('connect refused');
};

interface World {
  now: number;
  answer: () => string;
  fetches: number;
  problems: KeyProblem[];
  store: KeyStore;
  keys: SigningKeys;
}

function world(store: KeyStore = memoryKeyStore()): World {
  const state: Omit<World, 'keys'> = {
    now: Date.UTC(2026, 10, 22),
    answer: () => setOf('k1'),
    fetches: 0,
    problems: [],
    store,
  };
  const keys = new SigningKeys({
    fetchText: async () => {
      state.fetches++;
      await new Promise((resolve) => setImmediate(resolve));
      return state.answer();
    },
    store,
    clock: { now: () => state.now },
    limits: { ...keyLimits, storeTimeoutMs: 30 },
    report: (problem) => state.problems.push(problem),
  });
  return Object.assign(state, { keys });
}

const codeOf = async (w: World, kid: string): Promise<string> => {
  const found = await w.keys.find(kid);
  return found.ok ? 'ok' : found.refusal.code;
};
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 10));

describe('signing keys', () => {
  it('fetch once for fifty that ask at the same time', async () => {
    const w = world();
    const codes = await Promise.all(Array.from({ length: 50 }, () => codeOf(w, 'k1')));
    expect(new Set(codes)).toEqual(new Set(['ok']));
    expect(w.fetches).toBe(1);
  });

  it('tell whether the provider can be reached, and let nobody wait for one that is away', async () => {
    const w = world();
    expect(await w.keys.isReachable()).toBe(true);
    expect(await w.keys.isReachable()).toBe(true);
    expect(w.fetches).toBe(1);
    w.answer = away;
    w.now += keyLimits.minRefetchMs;
    expect(await w.keys.isReachable()).toBe(false);
    expect(await w.keys.isReachable()).toBe(false);
    expect(w.fetches).toBe(2);
    w.answer = () => setOf('k1');
    w.now += keyLimits.minRefetchMs;
    // The attempt that finds out goes on behind this answer.
    expect(await w.keys.isReachable()).toBe(false);
    await settled();
    expect(await w.keys.isReachable()).toBe(true);
    expect(w.fetches).toBe(3);
  });

  it('find a key rotated right after a fetch', async () => {
    const w = world();
    await codeOf(w, 'k1');
    w.answer = () => setOf('k2', 'k1');
    w.now += 1000;
    expect(await codeOf(w, 'k2')).toBe('ok');
    expect(w.fetches).toBe(2);
  });

  it('fetch at most once per interval for invented key ids', async () => {
    const w = world();
    await codeOf(w, 'k1');
    for (let i = 0; i < 20; i++) expect(await codeOf(w, `invented-${i}`)).toBe('identity.invalid');
    expect(w.fetches).toBe(2);
    w.now += keyLimits.minRefetchMs;
    await Promise.all(Array.from({ length: 20 }, (_, i) => codeOf(w, `again-${i}`)));
    expect(w.fetches).toBe(3);
  });

  it('rest after a failure too, and say unavailable rather than invalid', async () => {
    const w = world();
    w.answer = away;
    for (let i = 0; i < 5; i++) expect(await codeOf(w, 'k1')).toBe('identity.unavailable');
    expect(w.fetches).toBe(1);
    w.answer = () => setOf('k1');
    w.now += keyLimits.minRefetchMs;
    expect(await codeOf(w, 'k1')).toBe('ok');
    expect(w.problems).toEqual([{ what: 'fetch', reason: 'connect refused' }]);
  });

  it('renew in the background, so that a withdrawn key stops serving', async () => {
    const w = world();
    await codeOf(w, 'k1');
    w.answer = () => setOf('k2');
    w.now += keyLimits.refreshAfterMinutes * 60_000;
    expect(await codeOf(w, 'k1')).toBe('ok');
    await settled();
    expect(await codeOf(w, 'k1')).toBe('identity.invalid');
    expect(await codeOf(w, 'k2')).toBe('ok');
  });

  it('serve for the bounded age while the provider is away, and again when it is back', async () => {
    const w = world();
    await codeOf(w, 'k1');
    w.answer = away;
    w.now += keyLimits.maxKeyAgeHours * hourMs;
    expect(await codeOf(w, 'k1')).toBe('ok');
    await settled();
    w.now += keyLimits.minRefetchMs;
    expect(await codeOf(w, 'k1')).toBe('identity.unavailable');
    w.answer = () => setOf('k1');
    w.now += keyLimits.minRefetchMs;
    expect(await codeOf(w, 'k1')).toBe('ok');
    expect(w.keys.status()).toMatchObject({ keys: 1, fetchedAt: w.now });
  });

  it.each(['<html>', '{"keys":[]}', 'null'])('keep the last good keys when the address answers %s', async (text) => {
    const w = world();
    await codeOf(w, 'k1');
    w.answer = () => text;
    expect(await codeOf(w, 'k2')).toBe('identity.unavailable');
    expect(await codeOf(w, 'k1')).toBe('ok');
  });

  it('survive a restart while the provider is away, with their age', async () => {
    const before = world();
    await before.keys.warmUp();
    await settled();
    const after = world(before.store);
    after.answer = away;
    after.now += 71 * hourMs;
    expect(await codeOf(after, 'k1')).toBe('ok');
    after.now += 2 * hourMs;
    expect(await codeOf(after, 'k1')).toBe('identity.unavailable');
  });

  it('do not believe stored keys from the future or without a time', async () => {
    const w = world(memoryKeyStore(setOf('k1')));
    w.answer = away;
    expect(await codeOf(w, 'k1')).toBe('identity.unavailable');
    const stored = JSON.stringify({ ...JSON.parse(setOf('k1')), fetchedAt: Date.UTC(2099, 0, 1) });
    const future = world(memoryKeyStore(stored));
    future.answer = away;
    expect(await codeOf(future, 'k1')).toBe('ok');
    future.now += 73 * hourMs;
    expect(await codeOf(future, 'k1')).toBe('identity.unavailable');
  });

  it.each<[string, KeyStore]>([
    ['fails', { load: () => Promise.reject(new Error('no database')), save: () => Promise.reject(new Error('full')) }],
    ['hangs', { load: () => new Promise(() => undefined), save: () => new Promise(() => undefined) }],
    ['holds garbage', memoryKeyStore('garbage')],
  ])('go on when the store %s', async (_, store) => {
    const w = world(store);
    expect(await codeOf(w, 'k1')).toBe('ok');
    expect(w.problems.map(({ what }) => what)).toContain('load');
  });

  it('go on when the clock was set back', async () => {
    const w = world();
    w.answer = away;
    await codeOf(w, 'k1');
    w.now -= hourMs;
    w.answer = () => setOf('k1');
    expect(await codeOf(w, 'k1')).toBe('ok');
  });
});
