import fc from 'fast-check';
import { capitalYuan, maskedName, maskedNumber, spokenDate, spokenDue, spokenTime, yuan } from './words.js';

const values: Readonly<Record<string, number>> = {
  零: 0,
  壹: 1,
  贰: 2,
  叁: 3,
  肆: 4,
  伍: 5,
  陆: 6,
  柒: 7,
  捌: 8,
  玖: 9,
};
const places: Readonly<Record<string, number>> = { 拾: 10, 佰: 100, 仟: 1_000 };
const groups: Readonly<Record<string, number>> = { 万亿: 1e12, 亿: 1e8, 万: 1e4, 元: 1 };

/** Reads a sum back, knowing nothing of how it was written. */
function fenOf(text: string): number {
  let [fen, group, digit] = [0, 0, 0];
  for (const [token] of text.matchAll(/万亿|./gu)) {
    if (token in values) digit = values[token]!;
    else if (token in places) [group, digit] = [group + digit * places[token]!, 0];
    else if (token in groups) [fen, group, digit] = [fen + (group + digit) * groups[token]! * 100, 0, 0];
    else if (token === '角') [fen, digit] = [fen + digit * 10, 0];
    else if (token === '分') [fen, digit] = [fen + digit, 0];
  }
  return fen;
}

describe('sums in capitals', () => {
  it.each([
    [0, '零元整'],
    [5, '伍分'],
    [50, '伍角整'],
    [105, '壹元零伍分'],
    [1_500_00, '壹仟伍佰元整'],
    [1_409_50, '壹仟肆佰零玖元伍角整'],
    [6_007_14, '陆仟零柒元壹角肆分'],
    [107_000_53, '壹拾万柒仟元伍角叁分'],
    [325_04, '叁佰贰拾伍元零肆分'],
    [10_000_000_000, '壹亿元整'],
  ])('%i fen is %s', (fen, text) => {
    expect(capitalYuan(fen)).toBe(text);
  });

  it('say what they were made from, and never two zeros in a row', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10 ** 13 }), (fen) => {
        expect(fenOf(capitalYuan(fen))).toBe(fen);
        expect(capitalYuan(fen)).not.toMatch(/零零|零元.|零万|零亿/);
      }),
    );
    expect(() => capitalYuan(-1)).toThrow(RangeError);
    expect(() => capitalYuan(0.5)).toThrow(RangeError);
  });

  it('stand beside figures', () => {
    expect([yuan(0), yuan(150_000), yuan(123_456_789)]).toEqual(['0.00', '1,500.00', '1,234,567.89']);
  });
});

describe('dates', () => {
  it('are spoken as people read them', () => {
    expect(spokenDate('2026-03-02')).toBe('2026年3月2日');
    expect(() => spokenDate('2026-02-30')).toThrow();
    // China is eight hours ahead.
    expect(spokenTime(Date.parse('2026-03-02T17:05:00Z'))).toBe('2026年3月3日01时05分');
  });

  it('say when they may move', () => {
    expect(spokenDue({ date: '2026-03-02', provisional: false })).toBe('2026年3月2日');
    expect(spokenDue({ date: '2027-01-04', provisional: true })).toContain('暂定日期');
  });
});

describe('masks', () => {
  it('leave only the ends', () => {
    expect(['李', '王英', '王秀英', '欧阳娜娜', '𠮷田'].map(maskedName)).toEqual([
      '*',
      '*英',
      '王*英',
      '欧**娜',
      '*田',
    ]);
    expect(['13800138000', '12345', ''].map(maskedNumber)).toEqual(['138******00', '*****', '']);
  });
});
