import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { sm3 } from './sm3.js';

it('agrees with the standard’s examples (GB/T 32905-2016, annex A)', () => {
  expect(sm3(new TextEncoder().encode('abc'))).toBe('66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0');
  expect(sm3(new TextEncoder().encode('abcd'.repeat(16)))).toBe(
    'debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732',
  );
});

it('agrees with the server’s on any bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      expect(sm3(bytes)).toBe(createHash('sm3').update(bytes).digest('hex'));
    }),
  );
});

it('reads a part of a larger buffer as itself', () => {
  const large = Uint8Array.from({ length: 500 }, (_, i) => i);
  expect(sm3(large.subarray(7, 207))).toBe(sm3(large.slice(7, 207)));
});
