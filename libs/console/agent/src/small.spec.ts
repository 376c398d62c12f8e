import { isIdentityNumber } from './identity-number.js';
import { wrapped } from './mandate-paper.js';
import { placeName, waitMs } from './session.js';
import { isFull } from './store.js';

it.each([
  ['11010519491231002X', true],
  ['110105194912310021', false],
  ['11010519491231002x', false],
  ['1101051949123100', false],
  ['', false],
])('%s can be an identity number: %s', (number, is) => expect(isIdentityNumber(number)).toBe(is));

it('breaks Chinese lines where they are full, and loses nothing', () => {
  const text = '本人王秀英委托某村代办员李明代为办理高龄津贴认定';
  const lines = wrapped(text, (line) => line.length <= 7);
  expect(lines.every((line) => line.length <= 7)).toBe(true);
  expect(lines.join('')).toBe(text);
  expect(wrapped('', () => true)).toEqual([]);
});

it('names a village with its township', () => {
  const list = [
    ['371102001000', '日照街道'],
    ['371102001001', '某某村'],
  ] as const;
  expect(placeName(list, '371102001001')).toBe('日照街道某某村');
  expect(placeName(list, '371102001000')).toBe('日照街道');
  expect(placeName([], '371102001001')).toBe('371102001001');
});

it('knows a full phone however the error comes', () => {
  const full = new DOMException('no room', 'QuotaExceededError');
  const wrapped = (more: object) => Object.assign(new Error('wrapped'), more);
  for (const error of [
    full,
    wrapped({ inner: full }),
    wrapped({ failures: [full] }),
    wrapped({ inner: wrapped({ inner: full }) }),
  ])
    expect(isFull(error)).toBe(true);
  const round = wrapped({});
  for (const error of [
    undefined,
    null,
    'full',
    wrapped({ inner: new Error('other') }),
    Object.assign(round, { inner: round }),
  ])
    expect(isFull(error)).toBe(false);
});

it('lets nobody wait for a clock that was set back', () => {
  const now = Date.parse('2026-03-02T02:00:00Z');
  const dayMs = 86_400_000;
  expect(waitMs({ wrongTries: 0, lastTryAt: now + 3 * dayMs }, now)).toBe(0);
  expect(waitMs({ wrongTries: 5, lastTryAt: now + 3 * dayMs }, now)).toBe(60_000);
  expect(waitMs({ wrongTries: 5, lastTryAt: now - 20_000 }, now)).toBe(40_000);
  expect(waitMs({ wrongTries: 5, lastTryAt: now - 60_000 }, now)).toBe(0);
});
