import fc from 'fast-check';
import { wrap } from './wrap.js';

/** Two for a Chinese character, one for others: what the tests count in. */
const measure = (text: string): number => [...text].reduce((sum, c) => sum + (c > '~' ? 2 : 1), 0);
const lines = (text: string, width: number): string[] => wrap(text, width, measure);

describe('wrap', () => {
  it('keeps words and numbers together, and breaks between Chinese characters', () => {
    expect(lines('办件编号37110200 已受理', 12)).toEqual(['办件编号', '37110200 已', '受理']);
    expect(lines('abc defg', 7)).toEqual(['abc', 'defg']);
  });

  it('leaves closing marks with what they close, opening marks with what they open', () => {
    expect(lines('申请材料，齐全。', 8)).toEqual(['申请材', '料，齐', '全。']);
    expect(lines('根据《民法典》', 6)).toEqual(['根据', '《民法', '典》']);
  });

  it('indents the first line only, and keeps empty lines', () => {
    expect(wrap('一二三四五六', 8, measure, 4)).toEqual(['一二', '三四五六']);
    expect(lines('一\n\n二', 8)).toEqual(['一', '', '二']);
  });

  it('breaks what is wider than a line', () => {
    expect(lines('x'.repeat(10), 4)).toEqual(['xxxx', 'xxxx', 'xx']);
    expect(lines('。'.repeat(5), 4)).toEqual(['。。', '。。', '。']);
  });

  it('loses nothing but spaces, and never exceeds the width', () => {
    const text = fc.string({ unit: fc.constantFrom(...'王秀英，。（）《》〔〕abc12 -\n𠮷%'), maxLength: 200 });
    fc.assert(
      fc.property(text, fc.integer({ min: 2, max: 40 }), (given, width) => {
        const wrapped = lines(given, width);
        const bare = (value: string): string => value.replaceAll(/\s/g, '');
        expect(bare(wrapped.join(''))).toBe(bare(given));
        for (const line of wrapped) expect(measure(line)).toBeLessThanOrEqual(width);
      }),
    );
  });
});
