import { readNumberings } from './numberings.js';

describe('the numbering of each profile', () => {
  it('is read by profile', () => {
    expect(readNumberings('national-json=service, shandong-database = composed')).toEqual({
      'national-json': 'service',
      'shandong-database': 'composed',
    });
  });

  it.each([
    '',
    'national-json',
    'national-json=',
    'national-xml=own',
    'national-json=own=own',
    'a=own,',
    'national-json=own,national-json=service',
  ])('is not read from "%s"', (text) => {
    expect(() => readNumberings(text)).toThrow('not a numbering');
  });
});
