import fc from 'fast-check';
import { scanned } from './scanned.js';

it('takes number and code from a printed address', () => {
  const text = 'http://127.0.0.1:18103/v1/progress/371102001000202611220001/page?code=012345\n';
  expect(scanned(text, 'progress')).toEqual({ number: '371102001000202611220001', code: '012345' });
  expect(scanned(text, 'verify')).toBeUndefined();
});

it('takes whatever a number and a code are made of', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (number, code) => {
      const address = `https://example.cn/v1/verify/${encodeURIComponent(number)}/page?code=${encodeURIComponent(code)}`;
      // A name that is only dots is a step in a path, and no number.
      fc.pre(!/^\.{1,2}$/.test(number));
      expect(scanned(address, 'verify')).toEqual({ number, code });
    }),
  );
});

it.each([
  '',
  '3711',
  'javascript:alert(1)',
  'http://',
  'https://example.cn/v1/progress/1/page',
  'https://e.cn/progress/%ff/page?code=1',
])('is not led astray by %s', (text) => expect(scanned(text, 'progress')).toBeUndefined());
