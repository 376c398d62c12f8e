import { parseDivisions } from '@tongban/domain/division';
import { nodeCode, parentOf, tierOf } from '@tongban/kernel';
import { placeName } from './documents.js';

const city = nodeCode('371100000000');
const district = nodeCode('371102000000');
const division = (code: typeof city, name: string) => ({
  ...{ code, name, tier: tierOf(code), parent: parentOf(code), kind: 'official' },
});

describe('the place that a paper names', () => {
  it('is called as it was called on the day of the paper, at every level', () => {
    const signature = { suite: 'ed25519', keyId: `${city}#1`, value: 'x' };
    const divisions = parseDivisions({
      ...{ city, source: 'test', divisions: [division(city, '日照市'), division(district, '东港县')] },
      changes: [{ kind: 'renamed', node: district, name: '东港区', on: '2026-06-01', basis: '批复', at: 1, signature }],
    });
    expect(['2026-05-31', '2026-06-01'].map((day) => placeName(divisions, district, day))).toEqual([
      ...['日照市东港县', '日照市东港区'],
    ]);
    expect(placeName(divisions, nodeCode('370000000000'), '2026-06-01')).toBe('370000000000');
  });
});
