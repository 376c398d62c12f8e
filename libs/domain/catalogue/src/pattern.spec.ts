import { createContext, runInContext } from 'node:vm';
import fc from 'fast-check';
import { isBoundedPattern, longestPatternedValue } from './pattern.js';

/** A bound for hangs on a busy machine; what is bounded takes milliseconds. */
const hangMs = 10_000;
const context = createContext({});

/** Whether a value fits; throws when it takes longer than anything bounded may. */
const fits = (pattern: string, value: string): boolean =>
  Boolean(
    runInContext(`new RegExp(${JSON.stringify(pattern)}, 'u').test(${JSON.stringify(value)})`, context, {
      timeout: hangMs,
    }),
  );

const usual = [
  '^1\\d{10}$',
  '^\\d{16,19}$',
  '^[\\u4e00-\\u9fa5][A-Z][A-Z0-9]{5,6}$',
  '^\\d{4}-\\d{6}-\\d{2}-\\d{2}-\\d{6}$',
  '^[1-9]\\d{5}(?:18|19|20)\\d{9}[\\dX]$',
  '^[^@\\s]{1,20}@[a-z0-9-]{1,20}(?:\\.[a-z]{2,6}){1,2}$',
  '^\\p{Script=Han}{2,30}$',
  '^.+@.+$',
  '\\d+',
  '^(?<area>0\\d{2,3}-)?\\d{7,8}$',
  '^[\\]\\-a-z]*$',
  '',
];
const bombs = [
  '^(a+)+$',
  '^(a|a)*$',
  '^(a|aa)+$',
  '^(a*)*$',
  '^(?:a?){60}a{60}$',
  '^(([a-z])+.)+[A-Z]([a-z])+$',
  '^\\d{0,99}\\d{0,99}\\d{0,99}\\d{0,99}\\d{0,99}x$',
  '^(\\w+\\s?)*$',
  '.*.*.*x',
  '^(a)\\1*$',
  '^(?=(a+)+$)a',
  '(?<!(a+)+)b$',
  '^(?:(?:){999999}){999999}$',
  '^(?:(?:a{999}){999}){999}$',
];

function compiles(pattern: string): boolean {
  try {
    new RegExp(pattern, 'u');
    return true;
  } catch {
    return false;
  }
}

describe('a pattern of a form', () => {
  it.each(usual)('may be %s', (pattern) => {
    expect(isBoundedPattern(pattern)).toBe(true);
  });

  it.each(bombs)('may not be %s', (pattern) => {
    expect(isBoundedPattern(pattern)).toBe(false);
  });

  it('is done with any value within its bound, however it is put together', () => {
    const atom = fc.constantFrom('a', '.', '\\w', '[ab]', '\\d', '\\p{L}', '\\u0061', '\\b');
    const sign = fc.constantFrom('', '', '*', '+', '?', '{2}', '{0,9}', '{3,}', '+?');
    const { pattern } = fc.letrec<{ pattern: string; piece: string }>((tie) => ({
      piece: fc
        .tuple(
          fc.oneof(
            { weight: 3, arbitrary: atom },
            { weight: 1, arbitrary: tie('pattern').map((inner) => `(?:${inner})`) },
          ),
          sign,
        )
        .map((parts) => parts.join('')),
      pattern: fc.oneof(
        { weight: 4, arbitrary: fc.array(tie('piece'), { maxLength: 4 }).map((pieces) => pieces.join('')) },
        { weight: 1, arbitrary: fc.tuple(tie('piece'), tie('piece')).map((pieces) => pieces.join('|')) },
      ),
    }));
    const whole = fc
      .tuple(fc.constantFrom('^', '^', ''), pattern, fc.constantFrom('$', 'x$'))
      .map((parts) => parts.join(''));
    const pumped = fc
      .tuple(fc.constantFrom('a', 'ab', '1', '1a'), fc.constantFrom('', '!', 'b'))
      .map(([pump, end]) => pump.repeat(longestPatternedValue).slice(0, longestPatternedValue - end.length) + end);
    let tried = 0;
    fc.assert(
      fc.property(whole, pumped, (written, value) => {
        if (!isBoundedPattern(written) || !compiles(written)) return;
        tried++;
        expect([true, false]).toContain(fits(written, value));
      }),
      { numRuns: 500 },
    );
    expect(tried).toBeGreaterThan(100);
  });
});
