import type { ServiceItem } from '@tongban/domain/catalogue';
import { powers } from '@tongban/domain/delegation';
import { refuse } from '@tongban/kernel';
import fc from 'fast-check';
import { codeAt, aDepartment, anItem, city, district, today, township, village } from '@tongban/testkit';
import type { GuideCatalogue } from '../ports.js';
import { facetsOf } from './facets.js';
import { PlaceIndex } from './place-index.js';
import { pinyinAt, termsOf } from './terms.js';

/** A catalogue that the test can change; the district handles everything, the township what is in `below`. */
class Shelf implements GuideCatalogue {
  size = 1;
  reads = 0;
  constructor(
    public items: readonly ServiceItem[],
    private readonly below: ReadonlySet<string> = new Set(),
  ) {}
  offers(node: string, { cursor = '', limit }: { cursor?: string; limit: number }) {
    this.reads++;
    const mine = this.items.filter(
      ({ code }) => code > cursor && (node === district || (node === township && this.below.has(code))),
    );
    const items = mine.slice(0, limit).map((item) => ({ item, powers }));
    return mine.length > limit ? { items, next: items.at(-1)!.item.code } : { items };
  }
  findItem = () => refuse('item.unknown', 'not asked here');
  route = () => refuse('delegation.none', 'not asked here');
  departmentsOf = () => [aDepartment()];
  agentsOf = () => [];
}

const shelfOf = (...names: readonly string[]) => new Shelf(names.map((name, i) => anItem({ name, code: codeAt(i) })));
const find = (index: PlaceIndex, query: string, node = district): string[] =>
  index.search(node, today, { query }).map(({ item }) => item.name);

describe('pinyin', () => {
  it('reads characters as their word wants', () => {
    expect(termsOf('长春银行重要绿化').syllables).toEqual([
      'chang',
      'chun',
      'yin',
      'hang',
      'zhong',
      'yao',
      'lv',
      'hua',
    ]);
    expect(termsOf('80周岁（A类）').syllables).toEqual(['80', 'zhou', 'sui', 'a', 'lei']);
  });

  it.each(['gaoling', 'gaolingjintie', 'gljt', 'gaol', 'glj', 'gljint', 'galji', 'lingjin', 'jt'])(
    '%s finds 高龄津贴',
    (word) => {
      expect(pinyinAt(word, termsOf('高龄津贴').syllables)).toBeDefined();
    },
  );

  it.each(['gt', 'aoling', 'gaolingx', 'tj'])('%s does not', (word) => {
    expect(pinyinAt(word, termsOf('高龄津贴').syllables)).toBeUndefined();
  });

  it('finds every name by any run of beginnings of its syllables', () => {
    const names = ['最低生活保障对象认定', '乡村建设规划许可证核发', '土地经营权流转备案', '旅行社设立许可'];
    fc.assert(
      fc.property(
        fc.constantFrom(...names),
        fc.nat(3),
        fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 5 }),
        (name, start, lengths) => {
          const { syllables } = termsOf(name);
          const word = lengths.map((length, i) => (syllables[start + i] ?? '').slice(0, length)).join('');
          expect(pinyinAt(word.slice(0, 30), syllables)).toBeDefined();
        },
      ),
    );
  });
});

describe('the search', () => {
  it('puts the better answer first', () => {
    const index = new PlaceIndex(shelfOf('残疾人两项补贴资格认定', '补贴', '补贴发放', '农机购置补贴', '不停电作业'));
    expect(find(index, '补贴')).toEqual(['补贴', '补贴发放', '农机购置补贴', '残疾人两项补贴资格认定']);
    expect(find(index, 'bt')).toEqual(['补贴', '补贴发放', '不停电作业', '农机购置补贴', '残疾人两项补贴资格认定']);
    expect(find(index, '补贴 nj')).toEqual(['农机购置补贴']);
    expect(find(index, '农机bt')).toEqual(['农机购置补贴']);
    expect(find(index, '优待抚恤 残疾')).toEqual(['残疾人两项补贴资格认定']);
    expect(find(index, codeAt(3))).toEqual(['农机购置补贴']);
    expect(find(index, '没有的')).toEqual([]);
  });

  it('narrows by theme, department, audience and place', () => {
    const items = [
      anItem({ code: codeAt(1), themes: ['pension', 'health'] }),
      anItem({ code: codeAt(2), audience: ['enterprise'], themes: ['health'] }),
    ];
    const index = new PlaceIndex(new Shelf(items, new Set([codeAt(2)])));
    const codes = (query: object, node = township) => index.search(node, today, query).map(({ code }) => code);
    expect(codes({ theme: 'pension' })).toEqual([codeAt(1)]);
    expect(codes({ audience: 'enterprise' })).toEqual([codeAt(2)]);
    expect(codes({ department: 'tax' })).toEqual([]);
    expect(codes({})).toEqual([codeAt(1), codeAt(2)]);
    expect(codes({ hereOnly: true })).toEqual([codeAt(2)]);
    expect(index.search(village, today, {}).map(({ place }) => place)).toEqual([district, township]);
    expect(codes({}, city)).toEqual([]);
    expect(facetsOf(index.search(village, today, {})).themes).toEqual([
      { id: 'health', name: '医疗卫生', count: 2 },
      { id: 'pension', name: '优待抚恤', count: 1 },
    ]);
  });

  it('follows the catalogue and the day, and keeps what it has read otherwise', () => {
    const shelf = shelfOf('甲', '乙');
    const index = new PlaceIndex(shelf);
    index.search(district, today, {});
    const { reads } = shelf;
    index.search(district, today, {});
    expect(shelf.reads).toBe(reads);
    shelf.items = [anItem({ name: '丙' })];
    shelf.size = 2;
    expect(find(index, '')).toEqual(['丙']);
    index.search(district, '2026-03-03', {});
    expect(shelf.reads).toBeGreaterThan(reads + 1);
  });

  it('takes any query', () => {
    const index = new PlaceIndex(shelfOf('高龄津贴', '结婚登记'));
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 100 }), (query) => {
        expect(find(index, query).length).toBeLessThanOrEqual(2);
      }),
    );
  });

  it('answers from 2,000 items without looking into the catalogue again', () => {
    const parts = [
      '最低生活保障',
      '乡村建设规划',
      '林木采伐',
      '医疗救助',
      '社会保险',
      '道路运输',
      '食品经营',
      '不动产',
    ];
    const acts = ['对象认定', '许可证核发', '登记', '备案', '变更', '注销', '待遇申领', '信息查询'];
    const name = (i: number) => `${parts[i % 8]}${acts[(i >> 3) % 8]}（${i}类）`;
    const shelf = new Shelf(Array.from({ length: 2_000 }, (_, i) => anItem({ name: name(i), code: codeAt(i) })));
    const index = new PlaceIndex(shelf);
    index.search(village, today, {});
    const queries = ['登记', 'dengji', 'ylbx', 'shehuibaoxiandaiyushenling', '医疗 sl', 'zzzz', '370511', ''];
    const asked = shelf.reads;
    for (const query of queries) index.search(village, today, { query });
    // The index of a place is built once; a search costs no further look into the catalogue.
    expect(shelf.reads).toBe(asked);
  });
});
