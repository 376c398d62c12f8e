import {
  baseCode,
  handlingCode,
  implementationCode,
  isBaseCode,
  parseBaseCode,
  parseImplementationCode,
} from './item-code.js';

const implementation = '11650000010183859F2650116013001';

describe('item codes', () => {
  it('reads and writes the twelve digits', () => {
    const parts = { province: '65', type: 'licence', field: '16', main: 13, sub: 1 } as const;
    expect(parseBaseCode('650116013001')).toEqual({ ok: true, value: parts });
    expect(baseCode(parts)).toEqual({ ok: true, value: '650116013001' });
    expect(['650116013001', '65011601300', '659916013001', '65O116013001'].map(isBaseCode)).toEqual([
      true,
      false,
      false,
      false,
    ]);
    for (const wrong of [{ province: '6' }, { field: '160' }, { main: 1000 }, { sub: -1 }, { main: 1.5 }]) {
      expect(baseCode({ ...parts, ...wrong }).ok).toBe(false);
    }
  });

  it('composes a live implementation code of 31 characters', () => {
    expect(implementationCode('11650000010183859F', 'province', '650116013001')).toEqual({
      ok: true,
      value: implementation,
    });
    expect(parseImplementationCode(implementation)).toEqual({
      ok: true,
      value: { uscc: '11650000010183859F', tier: 'province', base: '650116013001' },
    });
    const refused = [
      implementationCode('11650000010183859E', 'province', '650116013001'),
      implementationCode('11650000010183859F', 'city', '6501160130'),
      parseImplementationCode('11650000010183859F9650116013001'),
      parseImplementationCode(implementation.slice(0, 30)),
    ];
    expect(refused.map((result) => (result.ok ? '' : result.refusal.code))).toEqual(Array(4).fill('item.invalid'));
  });

  it('numbers handling items from 01 to 99', () => {
    expect(handlingCode(implementation, 1)).toEqual({ ok: true, value: `${implementation}01` });
    expect([0, 100, 1.5].map((sequence) => handlingCode(implementation, sequence).ok)).toEqual([false, false, false]);
    expect(handlingCode('1', 1).ok).toBe(false);
  });
});
