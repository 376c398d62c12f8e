import { jest } from '@jest/globals';
import { nodeCode, ok, refuse, type JsonObject, type Result } from '@tongban/kernel';
import { usualLimits } from '../ports.js';
import { OpenedParts, openedPartsLimits } from './opened-parts.js';

const node = nodeCode('370000000000');
const { keptMs } = openedPartsLimits;
let asked: string[] = [];
const parts = (
  answer: (sealed: string) => Result<JsonObject> | Promise<Result<JsonObject>> = (sealed) => ok({ text: sealed }),
): OpenedParts =>
  new OpenedParts(
    {
      open: async (sealed) => {
        asked.push(sealed);
        return answer(sealed);
      },
    },
    node,
    { now: () => Date.now() },
  );
beforeEach(() => {
  jest.useFakeTimers();
  asked = [];
});
afterEach(() => jest.useRealTimers());

it('opens a part once within a while, and again afterwards', async () => {
  const opened = parts();
  for (let time = 0; time < 3; time++) expect(await opened.open('one')).toEqual(ok({ text: 'one' }));
  expect(asked).toEqual(['one']);
  jest.setSystemTime(Date.now() + keptMs);
  await opened.open('one');
  expect(asked).toHaveLength(2);
});

it('keeps neither a refusal nor what is long, and only so many', async () => {
  const refusing = parts(() => refuse('dossier.not-recipient', ''));
  await refusing.open('one');
  await refusing.open('one');
  const opened = parts();
  const long = 'x'.repeat(20_000);
  await opened.open(long);
  await opened.open(long);
  expect(asked).toHaveLength(4);
  for (let place = 0; place < 4_001; place++) await opened.open(`part ${place}`);
  expect(opened.size).toBe(openedPartsLimits.parts);
  asked = [];
  await opened.open('part 4000');
  await opened.open('part 0');
  expect(asked).toEqual(['part 0']);
});

it('holds what a round reads from the feed until the same round has put it into batches', () => {
  const { feedPageCases, dueCasesPerRound } = usualLimits;
  const partsOfLongCase = 20;
  expect(feedPageCases).toBeLessThanOrEqual(dueCasesPerRound);
  expect(feedPageCases * partsOfLongCase).toBeLessThanOrEqual(openedPartsLimits.parts);
});

it('keeps no more text than its bound, however few parts it is in', async () => {
  const opened = parts();
  const { charactersEach, charactersTogether } = openedPartsLimits;
  const fitting = Math.floor(charactersTogether / charactersEach);
  for (let place = 0; place < fitting + 50; place++) await opened.open(String(place).padEnd(charactersEach, '.'));
  expect(opened.size).toBe(fitting);
});

it('nothing lies open for longer than two minutes, though nobody asks for anything any more', async () => {
  const opened = parts();
  await opened.open('one');
  await jest.advanceTimersByTimeAsync(keptMs / 2);
  await opened.open('two');
  await jest.advanceTimersByTimeAsync(keptMs / 2 - 1);
  expect(opened.size).toBe(2);
  await jest.advanceTimersByTimeAsync(1);
  expect(opened.size).toBe(1);
  await jest.advanceTimersByTimeAsync(keptMs / 2);
  expect(opened.size).toBe(0);
  expect(jest.getTimerCount()).toBe(0);
});

it('nothing lies open once it was cleared, also what was being opened meanwhile', async () => {
  let finish = (): void => undefined;
  const slow = new Promise<void>((resolve) => (finish = resolve));
  const opened = parts(async (sealed) => {
    if (sealed === 'slow') await slow;
    return ok({ text: sealed });
  });
  await opened.open('one');
  const opening = opened.open('slow');
  opened.clear();
  finish();
  expect(await opening).toEqual(ok({ text: 'slow' }));
  expect(opened.size).toBe(0);
  expect(jest.getTimerCount()).toBe(0);
});
