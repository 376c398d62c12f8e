import { makeVault, openValue, openVault, sealValue, waitAfterMs } from './vault.js';

it('opens with the PIN alone, and what it seals opens in its own place alone', async () => {
  const { vault, key } = await makeVault('135790');
  expect(key.extractable).toBe(false);
  expect(await openVault(vault, '135791')).toBeUndefined();
  const again = await openVault(vault, '135790');
  const sealed = await sealValue(key, 'application 1', { name: '王秀英' });
  expect(new TextDecoder().decode(sealed.bytes)).not.toContain('王秀英');
  expect(await openValue(again!, 'application 1', sealed)).toEqual({ name: '王秀英' });
  await expect(openValue(again!, 'application 2', sealed)).rejects.toThrow();
  const other = await makeVault('135790');
  await expect(openValue(other.key, 'application 1', sealed)).rejects.toThrow();
});

it('lets a guesser wait longer and longer, up to an hour', () => {
  const waits = Array.from({ length: 15 }, (_, tries) => waitAfterMs(tries) / 60_000);
  expect(waits.slice(0, 9)).toEqual([0, 0, 0, 0, 0, 1, 2, 4, 8]);
  expect(waits.every((wait, i) => wait <= 60 && wait >= (waits[i - 1] ?? 0))).toBe(true);
  expect(waits.at(-1)).toBe(60);
});
