import { countsOf, linkTreeOf, nodesIn, type StrainedLink } from './link-tree.js';

const city = '371100000000';
const places = [
  { code: '371102000000', parent: city },
  { code: '371103000000', parent: city },
  { code: '371102001000', parent: '371102000000' },
  { code: '371102002000', parent: '371102000000' },
  { code: '371103001000', parent: '371103000000' },
  { code: '371103001001', parent: '371103001000' },
];
const link = (node: string, state: StrainedLink['state']): StrainedLink => ({
  ...{ node, state, waiting: 1, waitingSince: null, quarantined: 0, parked: 0, heardAt: null },
});

it('has every division once, fine where nothing is said', () => {
  const tree = linkTreeOf(city, places, { links: [] });
  expect(countsOf(tree)).toEqual({ faulty: 0, silent: 0, unheard: 0, behind: 0, unknown: 0, fine: 6 });
  expect(tree.map(({ code, total, strained, worst }) => [code, total, strained, worst])).toEqual([
    ['371102000000', 2, 0, 'fine'],
    ['371103000000', 2, 0, 'fine'],
  ]);
});

it('puts the worst first at every level, however deep it lies', () => {
  const links = [link('371103001001', 'faulty'), link('371102002000', 'behind')];
  const tree = linkTreeOf(city, places, { links });
  expect(tree.map(({ code, health, worst, strained }) => [code, health, worst, strained])).toEqual([
    ['371103000000', 'fine', 'faulty', 1],
    ['371102000000', 'fine', 'behind', 1],
  ]);
  expect(tree[1]?.children.map(({ code }) => code)).toEqual(['371102002000', '371102001000']);
  expect(nodesIn(tree, ({ health }) => health !== 'fine').map(({ code }) => code)).toEqual([
    ...['371103001001', '371102002000'],
  ]);
});

it('does not call fine what lies below a node that is out of reach', () => {
  const tree = linkTreeOf(city, places, { links: [link('371103000000', 'silent')] });
  expect(countsOf(tree)).toMatchObject({ silent: 1, unknown: 2, fine: 3 });
  expect(tree[0]).toMatchObject({ code: '371103000000', worst: 'silent', strained: 2 });
});

it('begins at a district as well', () => {
  const below = places.filter(({ code }) => code.startsWith('371103') && code !== '371103000000');
  expect(countsOf(linkTreeOf('371103000000', below, { links: [] })).fine).toBe(2);
});
