import type { Message } from '@tongban/federation/transport';
import fc from 'fast-check';
import { RecentMessages, recentLimits } from './recent-messages.js';

const link = 'link';
const message = (text: string): Message => ({ kind: 'recovered', incarnation: text });
const textsOf = (messages: readonly Message[]): string[] =>
  messages.map((each) => (each.kind === 'recovered' ? each.incarnation : each.kind));
const enough = 1_000_000;

/** As large as `facts` says. */
const entryOf = (facts: string): Message => ({ kind: 'entry', entry: { facts } as never });

test('what was kept is found in order, from any number on', () => {
  const recent = new RecentMessages<string>();
  recent.keep(link, 5, [message('a'), message('b')], 0);
  recent.keep(link, 7, [message('c')], 0);
  expect(textsOf(recent.find(link, 5, 9, enough))).toEqual(['a', 'b', 'c']);
  expect(textsOf(recent.find(link, 6, 6, enough))).toEqual(['b']);
  expect(recent.find('another link', 5, 9, enough)).toEqual([]);
});

test('nothing is found where the first is missing, and nothing beyond a gap', () => {
  const recent = new RecentMessages<string>();
  recent.keep(link, 1, [message('a'), undefined, message('c')], 0);
  expect(textsOf(recent.find(link, 1, 3, enough))).toEqual(['a']);
  expect(recent.find(link, 2, 3, enough)).toEqual([]);
});

test('as many as fit into an envelope, the first one always', () => {
  const recent = new RecentMessages<string>();
  const large = 'x'.repeat(10_000);
  recent.keep(link, 1, [entryOf(large), entryOf(large), entryOf(large)], 0);
  expect(recent.find(link, 1, 3, 25_000)).toHaveLength(2);
  expect(recent.find(link, 1, 3, 1)).toHaveLength(1);
});

test('what was handed over, grew old or belongs to an earlier session is forgotten', () => {
  const recent = new RecentMessages<string>();
  recent.keep(link, 1, [message('a'), message('b'), message('c')], 0);
  recent.forget(link, 2);
  expect(recent.find(link, 1, 3, enough)).toEqual([]);
  expect(textsOf(recent.find(link, 3, 3, enough))).toEqual(['c']);
  recent.keep(link, 4, [message('d')], recentLimits.keptMs);
  recent.forgetOld(recentLimits.keptMs);
  expect(recent.find(link, 3, 4, enough)).toEqual([]);
  expect(textsOf(recent.find(link, 4, 4, enough))).toEqual(['d']);
  recent.forgetLink(link);
  expect(recent.find(link, 4, 4, enough)).toEqual([]);
});

test('above the bound everything is forgotten', () => {
  const recent = new RecentMessages<string>();
  const half = entryOf('x'.repeat(recentLimits.maxBytes / 2));
  recent.keep(link, 1, [half], 0);
  expect(recent.find(link, 1, 1, enough)).toHaveLength(1);
  recent.keep('another link', 1, [half], 0);
  expect(recent.find(link, 1, 1, enough)).toEqual([]);
  recent.keep(link, 1, [message('a')], 0);
  expect(recent.find(link, 1, 1, enough)).toHaveLength(1);
});

test('never another message than the one that was committed under the number, and never one out of order', () => {
  const step = fc.oneof(
    fc.record({
      kind: fc.constant('keep' as const),
      first: fc.integer({ min: 1, max: 30 }),
      count: fc.integer({ min: 1, max: 8 }),
    }),
    fc.record({ kind: fc.constant('forget' as const), until: fc.integer({ min: 0, max: 40 }) }),
    fc.record({
      kind: fc.constant('find' as const),
      from: fc.integer({ min: 1, max: 40 }),
      until: fc.integer({ min: 1, max: 40 }),
    }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const recent = new RecentMessages<string>();
      for (const each of steps) {
        if (each.kind === 'forget') recent.forget(link, each.until);
        else if (each.kind === 'keep') {
          const messages = Array.from({ length: each.count }, (_unused, at) => message(String(each.first + at)));
          recent.keep(link, each.first, messages, 0);
        } else {
          const found = textsOf(recent.find(link, each.from, each.until, enough)).map(Number);
          expect(found).toEqual(found.map((_unused, at) => each.from + at));
          expect(found.length).toBeLessThanOrEqual(Math.max(0, each.until - each.from + 1));
        }
      }
    }),
  );
});
