import { applicantFormSchema, findFormFaults, findFormProblems } from './form.js';

const form = applicantFormSchema.parse({
  type: 'object',
  properties: {
    reason: { type: 'string', title: '事由', enum: ['换领', '补领'] },
    phone: { type: 'string', title: '电话', pattern: '^1\\d{10}$' },
    lostOn: { type: 'string', title: '丢失日期', format: 'date' },
    note: { type: 'string', title: '说明', minLength: 2, maxLength: 4 },
    copies: { type: 'integer', title: '份数', minimum: 1, maximum: 3 },
    area: { type: 'number', title: '面积' },
    urgent: { type: 'boolean', title: '加急' },
  },
  required: ['reason', 'copies'],
});
const good = { reason: '补领', copies: 2 };

describe('an applicant form', () => {
  it('accepts what fits, and leaves optional fields out', () => {
    expect(findFormProblems(form, good)).toEqual([]);
    const full = { ...good, phone: '13800000000', lostOn: '2026-02-28', note: '𠮷二三四', area: 1.5, urgent: false };
    expect(findFormProblems(form, full)).toEqual([]);
  });

  it.each([
    [{ reason: '' }, { field: 'reason', message: '事由：必填' }],
    [{ reason: '新领' }, { field: 'reason', message: '事由：应为：换领、补领' }],
    [{ reason: 1 }, { field: 'reason', message: '事由：应为文字' }],
    [{ phone: '12345' }, { field: 'phone', message: '电话：格式不正确' }],
    [{ lostOn: '2026-02-30' }, { field: 'lostOn', message: '丢失日期：应为日期，如 2026-03-01' }],
    [{ note: '一' }, { field: 'note', message: '说明：至少 2 个字' }],
    [{ note: '一二三四五' }, { field: 'note', message: '说明：最多 4 个字' }],
    [{ copies: 1.5 }, { field: 'copies', message: '份数：应为整数' }],
    [{ copies: 0 }, { field: 'copies', message: '份数：不小于 1' }],
    [{ copies: 4 }, { field: 'copies', message: '份数：不大于 3' }],
    [{ area: '12' }, { field: 'area', message: '面积：应为数字' }],
    [{ urgent: 'yes' }, { field: 'urgent', message: '加急：应为是或否' }],
    [{ toString: 'x' }, { field: 'toString', message: '表单没有这一项' }],
  ])('names what is wrong with %j', (changes, problem) => {
    expect(findFormProblems(form, { ...good, ...changes })).toEqual([problem]);
  });

  it('has faults of its own', () => {
    const faulty = {
      ...form,
      properties: { phone: { type: 'string' as const, title: '电话', pattern: '(' } },
      required: ['name'],
    };
    expect(findFormFaults(faulty)).toEqual(['必填项 name 没有定义', 'phone 的格式不是有效的正则表达式']);
    expect(findFormFaults(form)).toEqual([]);
  });

  it('has a fault where a pattern may take for ever, and is not held up by one that others have published', () => {
    const phone = { type: 'string' as const, title: '电话', pattern: '^(\\d+)+$' };
    const hostile = { ...form, properties: { phone }, required: [] };
    expect(findFormFaults(hostile)).toEqual([expect.stringMatching(/^phone 的格式核对起来可能极慢/)]);
    expect(findFormProblems(hostile, { phone: `${'1'.repeat(400)}x` })).toEqual([]);
    expect(findFormProblems(hostile, { phone: '1'.repeat(501) })).toEqual([
      { field: 'phone', message: '电话：最多 500 个字' },
    ]);
  });
});
