import fc from 'fast-check';
import { maskAddress, maskIdentityNumber, maskParts, maskPhone } from './mask.js';

const part = (content: Parameters<typeof maskParts>[0][0]['content'], seq = 1) => ({
  ...{ seq, type: 'case.submitted', content },
});
const maskOne = (content: Parameters<typeof part>[0]) => maskParts([part(content)])[0]!.content;

describe('a masked value', () => {
  it.each([
    [maskIdentityNumber, '371102199003071234', '3711**********1234'],
    [maskIdentityNumber, 'P1234567', '********'],
    [maskPhone, '13800130000', '138****0000'],
    [maskPhone, '8000000', '*******'],
    [maskAddress, '山东省日照市东港区海曲路8号', '山东省日照市********'],
    [maskAddress, '东港区', '东港区'],
  ])('is what people know it by: %p of %s is %s', (mask, text, shown) => {
    expect(mask(text)).toBe(shown);
  });
});

describe('the masked view of a dossier', () => {
  const applicant = {
    ...{ name: '王秀英', identityNumber: '371102199003071234', phone: '13800130000' },
    address: '山东省日照市东港区海曲路8号',
  };
  const parts = maskParts([
    part({
      applicant,
      form: { 开户行账号: '6222021001112223334', 病史: ['高血压'], 子女: 2 },
      files: [{ digest: 'a'.repeat(64), name: '王秀英身份证.png', key: 'secret' }],
    }),
    part(
      {
        opinion: '王秀英（371102199003071234）符合条件，电话13800130000，账号6222021001112223334。',
        recipient: '李四',
      },
      2,
    ),
  ]);

  it('shows who it is about and hides the rest', () => {
    expect(parts[0]!.content['applicant']).toEqual({
      ...{ name: '王*英', identityNumber: '3711**********1234', phone: '138****0000' },
      address: '山东省日照市********',
    });
    expect(parts[0]!.content['form']).toEqual({ 开户行账号: '************', 病史: ['***'], 子女: null });
    expect(parts[0]!.content['files']).toEqual([{ digest: 'a'.repeat(64), name: '王*英身份证.png' }]);
    expect(parts[1]!.content).toEqual({
      opinion: '王*英（3711**********1234）符合条件，电话138****0000，账号6222***********3334。',
      recipient: '*四',
    });
  });

  it('holds nothing personal, wherever in a part it was written', () => {
    const person = fc.record({
      name: fc.string({ unit: fc.constantFrom(...'王李欧阳秀英罕见笙𠮷'), minLength: 3, maxLength: 5 }),
      identityNumber: fc.stringMatching(/^[1-9]\d{16}[\dX]$/),
      phone: fc.stringMatching(/^1[3-9]\d{9}$/),
    });
    fc.assert(
      fc.property(person, fc.string(), fc.constantFrom('opinion', 'text', 'reason', 'note'), (who, words, key) => {
        const shown = JSON.stringify(
          maskParts([
            part({ applicant: who }),
            part(
              { [key]: `${words}，${who.name}，${who.identityNumber}，${who.phone}。`, deep: [{ [key]: who.name }] },
              2,
            ),
          ]),
        );
        for (const secret of Object.values(who)) expect(shown).not.toContain(secret);
      }),
    );
  });

  it('leaves what is not personal, and what was given, as it was', () => {
    const content = { opinion: '符合条件，同意。', days: 5, digest: '0123456789abcdef' };
    expect(maskOne(content)).toEqual(content);
    expect(content.days).toBe(5);
  });

  it('does not follow what is nested without end', () => {
    let deep: Parameters<typeof part>[0] = { name: '王秀英' };
    for (let level = 0; level < 5_000; level++) deep = { deep };
    expect(JSON.stringify(maskOne(deep))).not.toContain('王秀英');
  });
});
