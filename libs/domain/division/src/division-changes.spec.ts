import fc from 'fast-check';
import { nodeCode, parentOf, tierOf, type NodeCode } from '@tongban/kernel';
import { checkChange } from './change-rules.js';
import { approvedText, listedText, type DivisionChange } from './division-changes.js';
import { parseDivisions } from './division-tree.js';

const city = '371100000000';
const [town, village, other] = ['371102001000', '371102001001', '371102001002'].map(nodeCode) as [
  NodeCode,
  NodeCode,
  NodeCode,
];
const fresh = nodeCode('371102001299');
const today = '2026-11-22';
const signature = { suite: 'ed25519', keyId: `${city}#1`, value: 'x' };
const key = { keyId: `${fresh}#1`, signing: 'a'.repeat(43), sealing: 'b'.repeat(43) };

const division = (code: string) => ({
  ...{ code, name: `区划${code}`, tier: tierOf(nodeCode(code)), parent: parentOf(nodeCode(code)), kind: 'official' },
});
const file = (...changes: object[]) => ({
  ...{ city, source: 'test', changes },
  divisions: [city, '371102000000', town, village, other, '371102002000'].map(division),
});
const common = { basis: '民函〔2026〕1号', at: 1, signature };
const join = (node: NodeCode, on = '2026-03-01', name = '新村'): DivisionChange => ({
  ...{ kind: 'joined', node, name, on, key, approval: { by: parentOf(node)!, at: 1, signature } },
  ...common,
});
const rename = (node: NodeCode, on: string, name: string): DivisionChange => ({
  ...{ kind: 'renamed', node, name, on },
  ...common,
});
const end = (node: NodeCode, successor: NodeCode, on = '2026-05-01'): DivisionChange => ({
  ...{ kind: 'ended', node, successor, on },
  ...common,
});
const treeOf = (...changes: DivisionChange[]) => parseDivisions(file(...changes));
const told = (tree: ReturnType<typeof treeOf>, change: DivisionChange): string => {
  const checked = checkChange(tree, change, today);
  return checked.ok ? 'ok' : checked.refusal.detail;
};

describe('what the State changes', () => {
  it('shows each day the names of that day, before and after', () => {
    const tree = treeOf(join(fresh), rename(fresh, '2026-06-01', '东新村'), rename(village, '2026-07-01', '西村'));
    expect(['2025-01-01', '2026-03-01', '2026-05-31', '2026-06-01'].map((day) => tree.nameOn(fresh, day))).toEqual([
      ...['新村', '新村', '新村', '东新村'],
    ]);
    expect(['2026-06-30', '2026-07-01'].map((day) => tree.nameOn(village, day))).toEqual([`区划${village}`, '西村']);
    expect(tree.nameOn('371102001777', today)).toBeUndefined();
    expect(tree.get(fresh)).toEqual({ ...division(fresh), name: '东新村' });
    expect(parseDivisions(file(join(fresh), rename(fresh, '2026-06-01', '东新村')), '2026-05-31').get(fresh).name).toBe(
      '新村',
    );
    expect(tree.children(town).map(({ code }) => code)).toEqual([village, other, fresh]);
  });

  it('gives a division one name on each day, the last one that had begun', () => {
    const days = fc.uniqueArray(fc.integer({ min: 1, max: 28 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(days, fc.integer({ min: 1, max: 28 }), (begun, asked) => {
        const day = (number: number): string => `2026-03-${String(number).padStart(2, '0')}`;
        const sorted = [...begun].sort((a, b) => a - b);
        const tree = treeOf(...sorted.map((number) => rename(village, day(number), `名${number}`)));
        const last = sorted.findLast((number) => number <= asked);
        expect(tree.nameOn(village, day(asked))).toBe(last === undefined ? `区划${village}` : `名${last}`);
        expect(parseDivisions(file(...tree.changes), day(asked)).get(village).name).toBe(
          tree.nameOn(village, day(asked)),
        );
      }),
    );
  });

  it('is taken on by a tree that is in use', () => {
    const tree = treeOf();
    tree.adopt(treeOf(join(fresh)));
    expect([tree.get(fresh).name, tree.joinOf(fresh)?.key, tree.joinOf(village)]).toEqual(['新村', key, undefined]);
    expect(tree.villagesOf(town).map(({ code }) => code)).toContain(fresh);
    const elsewhere = { city: '371200000000', source: 'test', divisions: [division('371200000000')] };
    expect(() => tree.adopt(parseDivisions(elsewhere))).toThrow('not those of');
  });

  it('leaves a division that a later cut of the list has by itself to that cut', () => {
    const cut = {
      ...file(join(fresh)),
      divisions: [...file().divisions.slice(0, 5), division(fresh), division('371102002000')],
    };
    expect(parseDivisions(cut).get(fresh).name).toBe('新村');
    expect(parseDivisions(cut).count().village).toBe(3);
  });

  it.each([
    ['a division twice', [join(fresh), join(fresh)], 'joins twice'],
    ['an orphan', [join(nodeCode('371102009001'))], 'without a parent'],
    ['a stranger', [join(nodeCode('371202001001'))], 'does not lie in'],
    ['a name for nobody', [rename(fresh, '2026-03-01', '新村')], 'is not there'],
    ['two ends', [end(village, other), end(village, town)], 'ends twice'],
    ['something else', [{ ...join(fresh), kind: 'moved' }], 'divisions:'],
  ])('is refused in a file with %s', (_, changes, message) => {
    expect(() => parseDivisions(file(...changes))).toThrow(message);
  });

  it.each([
    ['a new village', [], join(fresh), 'ok'],
    ['a village that is there', [], join(village), '已在区划名单中'],
    ['a village of tomorrow', [], join(fresh, '2026-11-23'), '不能晚于今天'],
    ['a village of a township that is not there', [], join(nodeCode('371102009001')), '先新设上级'],
    [
      'a village of a township that has ended',
      [end(nodeCode('371102002000'), town)],
      join(nodeCode('371102002001')),
      '已撤并',
    ],
    ['a namesake', [], join(fresh, '2026-03-01', `区划${village}`), '已有'],
    ['a namesake of one that has ended', [end(village, other)], join(fresh, '2026-06-01', `区划${village}`), 'ok'],
    ['a city', [], join(nodeCode('371200000000')), '只能新设'],
    ['another name', [], rename(village, '2027-01-01', '西村'), 'ok'],
    ['the same name', [], rename(village, '2027-01-01', `区划${village}`), '现名就是'],
    [
      'a name before the last',
      [rename(village, '2026-03-01', '西村')],
      rename(village, '2026-03-01', '东村'),
      '晚于上一次',
    ],
    ['a name of nobody', [], rename(fresh, '2026-03-01', '东村'), '没有'],
    ['a name of one that has ended', [end(village, other)], rename(village, '2026-06-01', '东村'), '不再更名'],
    ['an end', [], end(village, other), 'ok'],
    ['an end with children', [], end(town, nodeCode('371102002000')), '先撤并下级'],
    ['an end after its children', [end(village, other), end(other, town)], end(town, nodeCode('371102002000')), 'ok'],
    ['a successor that has ended', [end(village, other)], end(other, village), '自己已撤并'],
    ['itself', [], end(village, village), '自己'],
    ['two ends', [end(village, other)], end(village, town), '已自'],
    ['an end before the beginning', [join(fresh)], end(fresh, village, '2026-02-28'), '不能早于'],
  ])('is judged before it is listed: %s', (_, before, change, expected) => {
    expect(told(treeOf(...before), change)).toContain(expected);
  });

  it('is signed as a whole: every field counts, the signature does not', () => {
    const change = join(fresh) as Extract<DivisionChange, { kind: 'joined' }>;
    const texts = [
      change,
      { ...change, name: '旧村' },
      { ...change, on: '2026-03-02' },
      { ...change, basis: '别的' },
      { ...change, key: { ...key, sealing: key.signing } },
      { ...change, approval: { ...change.approval, at: 2 } },
    ];
    expect(new Set(texts.map(approvedText)).size).toBe(texts.length);
    expect(new Set(texts.map(listedText)).size).toBe(texts.length);
    expect(listedText({ ...change, signature: { ...signature, value: 'y' } } as DivisionChange)).toBe(
      listedText(change),
    );
    const resigned = { ...change, approval: { ...change.approval, signature: { ...signature, value: 'y' } } };
    expect(approvedText(resigned)).toBe(approvedText(change));
  });
});
