import { ancestorAt, isNodeCode, isWithin, nextHop, nodeCode, parentOf, pathBetween, tierOf } from './node-code.js';

const city = nodeCode('371100000000');
const district = nodeCode('371102000000');
const township = nodeCode('371102001000');
const village = nodeCode('371102001001');
const otherVillage = nodeCode('371122100201');

describe('node code', () => {
  it('derives the tier from the address', () => {
    expect([nodeCode('370000000000'), city, district, township, village].map(tierOf)).toEqual([
      'province',
      'city',
      'district',
      'township',
      'village',
    ]);
  });

  it('climbs the tree', () => {
    expect(parentOf(village)).toBe(township);
    expect(parentOf(city)).toBe('370000000000');
    expect(parentOf(nodeCode('370000000000'))).toBeUndefined();
    expect(ancestorAt(village, 'city')).toBe(city);
    expect(ancestorAt(city, 'village')).toBeUndefined();
  });

  it('knows what lies within', () => {
    expect(isWithin(village, district)).toBe(true);
    expect(isWithin(district, district)).toBe(true);
    expect(isWithin(district, village)).toBe(false);
    expect(isWithin(otherVillage, district)).toBe(false);
  });

  it('walks hop by hop', () => {
    expect(nextHop(village, city)).toBe(township);
    expect(nextHop(city, village)).toBe(district);
    expect(nextHop(city, city)).toBeUndefined();
    expect(pathBetween(village, otherVillage)).toEqual([
      village,
      township,
      district,
      city,
      '371122000000',
      '371122100000',
      otherVillage,
    ]);
  });

  it('walks a city without districts', () => {
    const dongguan = nodeCode('441900000000');
    expect(ancestorAt(dongguan, 'district')).toBe(dongguan);
    expect(ancestorAt(nodeCode('371100000000'), 'district')).toBeUndefined();
    expect(parentOf(dongguan)).toBe('440000000000');
    const town = nodeCode('441900101000');
    expect(parentOf(town)).toBe(dongguan);
    expect(nextHop(dongguan, nodeCode('441900101001'))).toBe(town);
    expect(pathBetween(nodeCode('441900101001'), nodeCode('441900102001'))).toHaveLength(5);
  });

  it('refuses what is not a code', () => {
    expect(['37110200100', '3711020010010', '37110200100x', '071102001001'].map(isNodeCode)).toEqual([
      false,
      false,
      false,
      false,
    ]);
    expect(() => nodeCode('abc')).toThrow('not a 12-digit division code');
  });
});
