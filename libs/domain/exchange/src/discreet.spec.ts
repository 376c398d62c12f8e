import fc from 'fast-check';
import { discreet } from './discreet.js';

const surname = fc.constantFrom('王', '欧阳', '司徒', '张');
const given = fc.constantFrom('秀英', '罕见笙', '旁观溪', '三');
const name = fc.tuple(surname, given).map((parts) => parts.join(''));
const idNumber = fc.stringMatching(/^[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d)\d{3}[\dX]$/);
const phone = fc.stringMatching(/^1[3-9]\d{9}$/);
const around = fc.constantFrom('', '，与公安库不一致', '（重复）', '；请核对后重报', ' ');

describe('words of the platform', () => {
  it('name nobody of the case, wherever a value stands', () => {
    fc.assert(
      fc.property(name, idNumber, phone, around, around, (who, id, mobile, before, after) => {
        const message = `${before}${who}${after}证件号码${id}${after}电话${mobile}${before}`;
        const text = discreet(message, [who, id, mobile, '日照市东港区秦楼街道1号']);
        for (const value of [who, id, mobile]) expect(text).not.toContain(value);
        expect([...text]).toHaveLength([...message].length);
      }),
    );
  });

  it('show no number of anybody, known or not', () => {
    fc.assert(
      fc.property(idNumber, phone, around, (id, mobile, after) => {
        const text = discreet(`${id}${after}与${mobile}重复`, []);
        expect(text).not.toContain(id);
        expect(text).not.toContain(mobile);
      }),
    );
  });

  it.each([
    ['申请人“欧阳罕见笙”与公安库不一致', '申请人“*****”与公安库不一致'],
    ['联系人：司徒旁观溪', '联系人：*****'],
    ['姓名(王五)已死亡', '姓名(**)已死亡'],
    ['与申请人王秀英重复', '与申请人王秀英重复'],
    ['已有申请人王秀英，不得重复', '已有申请人***，不得重复'],
  ])('have no name where one stands: %s', (message, text) => {
    expect(discreet(message, [])).toBe(text);
  });

  it.each([
    '申请人类型与证件类型不符',
    '联系人手机号码不能为空',
    '法定代表人姓名缺失',
    '业务编码 371102-20260302-000017 重复',
    '实施编码11511301008778183N37050001300100不存在',
    '办件编号 113711020012345678370500013001 未找到',
    '申请人姓名不能为空',
    '经办人员信息缺失',
  ])('say of columns and codes what they said: %s', (message) => {
    expect(discreet(message, [])).toBe(message);
  });

  it('are done with in a bounded time, however long and odd they are', () => {
    const odd = [
      '申请人：'.repeat(20_000),
      `姓名“${'王'.repeat(50_000)}`,
      '1'.repeat(100_000),
      '申请人王'.repeat(20_000),
    ];
    const begun = performance.now();
    for (const message of odd) discreet(message, ['王王', '11']);
    expect(performance.now() - begun).toBeLessThan(2_000);
  });
});
