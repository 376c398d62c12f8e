import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileKeyStore, memoryKeyStore } from './key-store.js';

describe('key stores', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tongban-keys-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('in memory: returns what was saved last', async () => {
    const store = memoryKeyStore();
    expect(await store.load()).toBeUndefined();
    await store.save('a');
    expect(await store.load()).toBe('a');
  });

  it('in a file: readable by its owner only, replaced whole, nothing left over', async () => {
    const path = join(folder, 'inner', 'keys.json');
    const store = fileKeyStore(path);
    expect(await store.load()).toBeUndefined();
    await Promise.all(['one', 'two', 'three'].map((text) => store.save(text)));
    await store.save('last');
    expect(await fileKeyStore(path).load()).toBe('last');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(join(folder, 'inner'))).toEqual(['keys.json']);
  });

  it('in a file: a folder in its place is an error, not an empty store', async () => {
    await expect(fileKeyStore(folder).load()).rejects.toThrow();
  });
});
