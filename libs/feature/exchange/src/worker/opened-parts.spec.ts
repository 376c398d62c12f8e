import { nodeCode, ok, refuse, type JsonObject, type Result } from '@tongban/kernel';
import { OpenedParts } from './opened-parts.js';

const node = nodeCode('370000000000');
let now = 0;
let asked: string[] = [];
const parts = (answer: (sealed: string) => Result<JsonObject> = (sealed) => ok({ text: sealed })): OpenedParts =>
  new OpenedParts(
    {
      open: async (sealed) => {
        asked.push(sealed);
        return answer(sealed);
      },
    },
    node,
    { now: () => now },
  );
beforeEach(() => {
  now = 0;
  asked = [];
});

it('opens a part once within a while, and again afterwards', async () => {
  const opened = parts();
  for (let time = 0; time < 3; time++) expect(await opened.open('one')).toEqual(ok({ text: 'one' }));
  expect(asked).toEqual(['one']);
  now += 10 * 60_000;
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
  asked = [];
  await opened.open('part 4000');
  await opened.open('part 0');
  expect(asked).toEqual(['part 0']);
});
