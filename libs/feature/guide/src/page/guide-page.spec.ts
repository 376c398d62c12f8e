import { createHash } from 'node:crypto';
import { ok, refuse } from '@tongban/kernel';
import fc from 'fast-check';
import { aDepartment, anItem, district, itemCode, today, village } from '@tongban/testkit';
import { guideOf } from '../guide.js';
import type { GuideOptions } from '../ports.js';
import { escaped } from '@tongban/platform/document';
import { guidePage } from './guide-page.js';
import { pagePolicy } from './style.js';

function pageOf(item = anItem()): string {
  const route = {
    competent: district,
    accept: village,
    review: district,
    decide: district,
    certify: district,
    deliver: village,
  };
  const reading: Pick<GuideOptions, 'catalogue' | 'placeName'> = {
    placeName: (node) => (node === village ? '甲村' : '东港区'),
    catalogue: {
      size: 1,
      offers: () => ({ items: [] }),
      findItem: (_node, code) => (code === item.code ? ok(item) : refuse('item.unknown', '没有这个事项')),
      route: () => ok({ item, route }),
      departmentsOf: () => [aDepartment()],
      agentsOf: () => [],
    },
  };
  const guide = guideOf(reading, village, itemCode, today);
  if (!guide.ok) throw new Error(guide.refusal.detail);
  return guidePage(guide.value, '甲村', today);
}

describe('the page', () => {
  it('shows the seven disclosures in Chinese', () => {
    const page = pageOf();
    expect(page).toContain('<html lang="zh-CN">');
    const titles = ['项目名称', '办事依据', '申报条件', '申报材料', '办理程序', '承诺时限', '收费标准'];
    const places = titles.map((title) => page.indexOf(`、${title}</h2>`));
    expect(places.every((at, i) => at > (places[i - 1] ?? 0))).toBe(true);
    for (const text of [
      '《中华人民共和国老年人权益保障法》（2018 年）第三十三条',
      '居民身份证',
      '年满80周岁',
      '不收费',
      '甲村',
      '0633-12345',
    ]) {
      expect(page).toContain(text);
    }
    expect(page).toContain('受理之日起 5 个工作日（法定时限 20 个工作日）');
  });

  it('prints a fee with its basis and a material with its note', () => {
    const fee = { charged: true, basis: '鲁价费发〔2016〕1号', standard: '每证 10 元' };
    const page = pageOf(anItem({ fee, materials: [], regime: 'onTheSpot', promisedDays: 0, statutoryDays: 0 }));
    expect(page).toContain('每证 10 元；依据：鲁价费发〔2016〕1号');
    expect(page).toContain('无须提交材料');
    expect(page).toContain('<p>当场办结</p>');
  });

  it('shows places, questions and fee projects where there are any', () => {
    const page = pageOf(
      anItem({
        visits: 1,
        fee: { charged: true, basis: '见项目', standard: '见项目' },
        fees: [
          {
            name: '工本费',
            basis: '鲁价费发〔2016〕1号',
            standard: '每证 10 元',
            ...{ code: 'card', amountFen: 1050, unit: '证' },
          },
          { name: '照相费', basis: '鲁价费发〔2016〕1号', standard: '按次' },
        ],
        places: [{ name: '政务服务大厅', address: '北京路 1 号', hours: '工作日 9:00—17:00', window: '3 号窗口' }],
        questions: [{ question: '可以代领吗？', answer: '可以，须带委托书。' }],
      }),
    );
    for (const text of [
      '工本费',
      '10.5 元／证',
      '政务服务大厅 3 号窗口',
      '工作日 9:00—17:00',
      '可以代领吗？',
      '1 次',
    ]) {
      expect(page).toContain(text);
    }
  });

  it('runs nothing and loads nothing, whatever the item says', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 60 }), (text) => {
        const hostile = `${text}"'><script src=//x>&lt;</style><img onerror=x>`;
        const item = anItem({ name: hostile.slice(0, 200), description: hostile, conditions: [hostile] });
        const page = pageOf(item);
        expect(page).not.toMatch(/<script|<img|<link|<iframe/);
        expect(page.match(/<\/style>/g)).toHaveLength(1);
        expect(page).toContain(`<li>${escaped(hostile)}</li>`);
      }),
    );
  });

  it('may use its own style and no other', () => {
    const style = /<style>([^]*)<\/style>/.exec(pageOf())?.[1] ?? '';
    const digest = createHash('sha256').update(style).digest('base64');
    expect(pagePolicy).toContain(`style-src 'sha256-${digest}'`);
    expect(style).toContain('@media print');
  });
});
