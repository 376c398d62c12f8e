import fc from 'fast-check';
import { isWithin } from '@tongban/kernel';
import { divisionsOf, smallCity } from '../divisions.fixture.js';
import { postsOf } from './people.js';
import { chooseStations, stationAt, stationCount } from './places.js';

describe('places of the main job', () => {
  it('are in different districts, official ones first', () => {
    expect(chooseStations(smallCity())).toEqual([
      { village: '371102001001', township: '371102001000', above: '371102000000' },
      { village: '371103001201', township: '371103001000', above: '371103000000' },
      { village: '371171401001', township: '371171401000', above: '371171000000' },
    ]);
  });

  it('are in further townships of a district when there are few districts', () => {
    const city = divisionsOf(
      ...['371102000000', '371102001000', '371102001001', '371102002000', '371102003000', '371102003001'],
    );
    const stations = chooseStations(city);
    expect(stations.map(({ village }) => village)).toEqual(['371102001001', '371102003001']);
    expect(stationAt(stations, 2)).toBe(stations[0]);
  });

  it('a city without districts has its townships itself', () => {
    const city = divisionsOf('371100001000', '371100001001');
    expect(chooseStations(city)).toEqual([
      { village: '371100001001', township: '371100001000', above: '371100000000' },
    ]);
  });

  it('cannot be chosen where nobody lives', () => {
    expect(() => chooseStations(divisionsOf('371102000000', '371102001000'))).toThrow('no village to work at');
  });

  it('lie in each other, are all different, and have a person for every role', () => {
    const townships = fc.uniqueArray(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 9 });
    fc.assert(
      fc.property(townships, fc.integer({ min: 1, max: 4 }), (numbers, villages) => {
        const codes = [...numbers]
          .sort((a, b) => a - b)
          .flatMap((number) => [
            `37110200${number}000`,
            ...Array.from({ length: villages }, (_, index) => `37110200${number}00${index + 1}`),
          ]);
        const city = divisionsOf('371102000000', ...codes);
        const stations = chooseStations(city);
        expect(stations).toHaveLength(Math.min(stationCount, numbers.length));
        expect(new Set(stations.map(({ village }) => village)).size).toBe(stations.length);
        const posts = postsOf(city).map(({ role, node }) => `${role} ${node}`);
        expect(new Set(posts).size).toBe(posts.length);
        for (const { village, township, above } of stations) {
          expect(isWithin(village, township) && isWithin(township, above)).toBe(true);
          expect(posts).toEqual(expect.arrayContaining([`agent ${village}`, `clerk ${township}`, `approver ${above}`]));
        }
      }),
    );
  });
});
