import { unwrap } from '@tongban/kernel';
import fc from 'fast-check';
import { checkRatingTime, readRating } from './inbound-rating.js';
import { satisfactions } from './neutral.js';
import { nationalJson } from './profile.js';
import { codeOf } from './tables.js';

const { codes } = nationalJson({ province: '37' });
const columns = {
  ...{ projectno: 'P1', satisfaction: '5', pf: '1', eval_detail: '510,517' },
  ...{ writing_evaluation: ' 很好 ', assess_time: '2026-03-10T10:00:00+08:00', assess_number: '1' },
};
const read = (changes: object) => readRating({ ...columns, ...changes }, codes);
const at = Date.UTC(2026, 2, 10, 2);

describe('a rating of the portal', () => {
  it('runs from 5, the best, to 1 and back without a change of meaning', () => {
    expect(unwrap(read({}))).toEqual({
      ...{
        number: 'P1',
        level: 'verySatisfied',
        channel: 'web',
        reasonCodes: ['510', '517'],
        text: '很好',
        ratedAt: at,
      },
    });
    for (const level of satisfactions)
      expect(unwrap(read({ satisfaction: codeOf(codes.ratingSatisfaction, level)! })).level).toBe(level);
  });

  it.each([
    ['satisfaction', { satisfaction: '0' }],
    ['pf', { pf: '7' }],
    ['eval_detail', { eval_detail: Array.from({ length: 21 }, () => '1').join(',') }],
    ['writing_evaluation', { writing_evaluation: '长'.repeat(1001) }],
    ['assess_time', { assess_time: '2026-03-10' }],
  ])('with a wrong %s is refused by its name', (field, changes) => {
    expect(read(changes)).toMatchObject({ refusal: { code: 'request.invalid', params: { fields: [field] } } });
  });

  it('for the second time is none of the case', () => {
    expect(read({ assess_number: '2' })).toMatchObject({ refusal: { code: 'case.rated' } });
  });

  it('is read or refused whatever the columns hold', () => {
    const column = fc.constantFrom(...Object.keys(columns));
    fc.assert(fc.property(column, fc.jsonValue(), (name, value) => typeof read({ [name]: value }).ok === 'boolean'));
  });
});

describe('the time of a rating', () => {
  const rating = unwrap(read({}));
  it.each([
    ['while the case runs', { closedAt: null, defaultRatedAt: null }, 'case.state'],
    ['before the case ended', { closedAt: at + 1, defaultRatedAt: null }, 'case.state'],
    ['after the default rating', { closedAt: at - 9, defaultRatedAt: at - 1 }, 'exchange.rating-late'],
  ])('%s is refused', (_when, rated, code) => {
    expect(checkRatingTime(rating, rated)).toMatchObject({ refusal: { code } });
  });

  it('counts as left, not as arrived: one from before the default rating is taken after it', () => {
    expect(checkRatingTime(rating, { closedAt: at, defaultRatedAt: at }).ok).toBe(true);
    expect(checkRatingTime(rating, { closedAt: at - 9, defaultRatedAt: null }).ok).toBe(true);
  });
});
