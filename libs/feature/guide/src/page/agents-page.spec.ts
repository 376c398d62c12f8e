import fc from 'fast-check';
import { escaped } from '@tongban/platform/document';
import { itemCode, today } from '@tongban/testkit';
import { agentsPage, type PostedAgent } from './agents-page.js';

const agent: PostedAgent = {
  name: '王秀兰',
  phone: '0633-1234567',
  placeName: '甲村',
  place: '村便民服务站',
  hours: '工作日 8:30—17:00',
  items: [{ code: itemCode, name: '高龄津贴' }],
};

describe('the page of agents', () => {
  it('posts who, under which number, where and for what', () => {
    const page = agentsPage([agent], '甲村', today);
    for (const text of ['王秀兰', '0633-1234567', '村便民服务站（工作日 8:30—17:00）', `../guide/${itemCode}/page`]) {
      expect(page).toContain(text);
    }
    expect(page).not.toContain('代办流程');
    expect(agentsPage([{ ...agent, procedure: '收件、送办、回访' }], '甲村', today)).toContain('收件、送办、回访');
  });

  it('says so where there is nobody', () => {
    expect(agentsPage([], '乙村', today)).toContain('尚未公布代办员');
  });

  it('is text whatever was published', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (name, place) => {
        const page = agentsPage([{ ...agent, name, place }], '甲村', today);
        const plain = agentsPage([{ ...agent, name: '', place: '' }], '甲村', today);
        expect(page).toContain(`<td>${escaped(name)}</td>`);
        expect(page.split('<').length).toBe(plain.split('<').length);
      }),
    );
  });
});
