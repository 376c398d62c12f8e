import { forgetHandled, handledCases, mostHandled, noteHandled } from './handled.js';

const kept = new Map<string, string>();
beforeAll(() => {
  const storage = {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, text: string) => void kept.set(name, text),
    removeItem: (name: string) => void kept.delete(name),
  };
  Object.assign(globalThis, { localStorage: storage });
});
beforeEach(() => kept.clear());

it('names each case once, the newest last, and no more than a number is closed with', () => {
  for (const record of ['a', 'b', 'a']) noteHandled(record);
  expect(handledCases()).toEqual(['b', 'a']);
  for (let i = 0; i < mostHandled; i++) noteHandled(`r${i}`);
  expect(handledCases()).toHaveLength(mostHandled);
  expect(handledCases().at(-1)).toBe(`r${mostHandled - 1}`);
  expect(handledCases()).not.toContain('a');
  forgetHandled();
  expect(handledCases()).toEqual([]);
});

it('takes what is no list of records for none', () => {
  for (const text of ['{', '{"a":1}', 'null', '7']) {
    kept.set('tongban.handled', text);
    expect(handledCases()).toEqual([]);
  }
  kept.set('tongban.handled', '["a",1,null]');
  expect(handledCases()).toEqual(['a']);
});
