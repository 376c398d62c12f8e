import fc from 'fast-check';
import { lookedAt } from './code-reader.js';
import { qrTextIn } from './qr-frame.js';
import { pictureOf, type Shot } from './qr-picture.fixture.js';

const address = 'https://zwfw.example.gov.cn/v1/progress/3711020010002026112200017X/page?code=013579';
/** A slow machine tries as much as a fast one. */
const unhurriedMs = Infinity;

it.each<[string, Shot]>([
  ['as it is printed', {}],
  ['far away', { scale: 3 }],
  ['close by', { width: 1280, height: 720, scale: 15 }],
  ['on a phone held upright', { width: 480, height: 640 }],
  ['lying on its side', { degrees: 90 }],
  ['upside down', { degrees: 180 }],
  ['held at an angle', { degrees: 17 }],
  ['in weak light', { dark: 70, light: 120 }],
])('reads the code of a receipt %s', (_, shot) => {
  expect(qrTextIn(pictureOf(address, shot), unhurriedMs)).toBe(address);
});

it('reads Chinese', () => {
  const text = '高龄津贴申请：受理之日起5个工作日';
  expect(qrTextIn(pictureOf(text), unhurriedMs)).toBe(text);
});

it('reads every number and code', () => {
  const printed = fc
    .tuple(fc.stringMatching(/^\d{25}[\dX]$/), fc.stringMatching(/^\d{6}$/))
    .map(([number, code]) => `https://zwfw.example.gov.cn/v1/progress/${number}/page?code=${code}`);
  fc.assert(
    fc.property(printed, (text) => {
      expect(qrTextIn(pictureOf(text), unhurriedMs)).toBe(text);
    }),
    { numRuns: 6, seed: 18_284 },
  );
});

it('finds nothing where there is no code, or half of one', () => {
  const whole = pictureOf(address);
  const half = { ...whole, data: whole.data.slice().fill(255, 0, whole.data.length / 2) };
  expect(qrTextIn(half, unhurriedMs)).toBeUndefined();
  expect(qrTextIn({ width: 64, height: 48, data: new Uint8ClampedArray(64 * 48 * 4) })).toBeUndefined();
});

it.each([
  [{ width: 640, height: 480 }, 640, 480],
  [{ width: 1280, height: 720 }, 1920, 1080],
  [{ width: 720, height: 1280 }, 2160, 3840],
  [{ width: 0, height: 0 }, 0, 0],
])('looks at %j of a picture of %i by %i', (size, width, height) => {
  expect(lookedAt(width, height)).toEqual(size);
});
