import { validateItem } from './check.js';
import { parseCatalogue, parseCatalogueParts } from './catalogue.js';
import { codeOf, departmentNameAt, departmentSchema } from './department.js';
import { isOffered, serviceItemSchema } from './item.js';
import { nodeCode } from '@tongban/kernel';

const department = departmentSchema.parse({
  id: 'civil-affairs',
  version: 1,
  name: '民政局',
  field: '11',
  tiers: ['district', 'township'],
  names: { township: '社会事务办公室' },
  uscc: { '371102000000': '11650000010183859F' },
});
const material = {
  code: 'identity-card',
  name: '居民身份证',
  necessity: 'required',
  source: 'government',
  form: 'either',
  copies: 1,
};
const item = {
  code: '000511001000',
  version: 1,
  name: '临时救助',
  type: 'benefit',
  level: 'district',
  departmentId: 'civil-affairs',
  description: '一次性救助',
  audience: ['naturalPerson'],
  regime: 'promised',
  legalBasis: [{ statute: '社会救助暂行办法', article: '第四十七条', year: 2019 }],
  conditions: ['生活暂时出现严重困难'],
  materials: [material],
  steps: [
    { name: '受理', power: 'accept', days: 1 },
    { name: '决定', power: 'decide', days: 4 },
  ],
  statutoryDays: 10,
  promisedDays: 5,
  fee: { charged: false },
  presenceRequired: false,
  result: { kind: 'other', name: '审批结果' },
  applicantForm: { type: 'object', properties: { event: { type: 'string', title: '困难原因' } }, required: ['event'] },
  themes: ['socialSecurity'],
  validFrom: '2025-01-01',
};

const problemsOf = (changes: object): readonly unknown[] => {
  const result = validateItem({ ...item, ...changes }, [department]);
  const problems = result.ok ? [] : result.refusal.params?.['problems'];
  return Array.isArray(problems) ? problems : [];
};

describe('the wider elements of an item', () => {
  const fee = { name: '工本费', basis: '发改价格〔2015〕1299号', standard: '10 元' };
  const priced = { ...fee, code: 'card', amountFen: 1000, unit: '证' };

  it.each([
    ['an implementation code with a wrong check character', { implementationCode: `11650000010183859G4${item.code}` }],
    ['an implementation code of another level', { implementationCode: `11650000010183859F3${item.code}` }],
    ['an implementation code of another body', { implementationCode: `115113010833722043${'4'}${item.code}` }],
    ['a handling code without the implementation code', { handlingCode: `11650000010183859F4${item.code}01` }],
    [
      'a handling code numbered nought',
      {
        implementationCode: `11650000010183859F4${item.code}`,
        handlingCode: `11650000010183859F4${item.code}00`,
      },
    ],
    ['limits that contradict the working days', { promisedLimit: { value: 6, unit: 'workingDay' } }],
    [
      'a month that is shorter than the working days',
      {
        statutoryDays: 40,
        statutoryLimit: { value: 1, unit: 'month' },
      },
    ],
    ['a fee project twice', { fee: { charged: true }, fees: [fee, fee] }],
    ['an amount without a unit', { fee: { charged: true }, fees: [{ ...fee, code: 'card', amountFen: 1000 }] }],
    ['a way of counting without an amount', { fee: { charged: true }, fees: [{ ...fee, measured: true }] }],
    ['an amount whose basis names no document', { fee: { charged: true }, fees: [{ ...priced, basis: '按规定' }] }],
    ['a project code twice', { fee: { charged: true }, fees: [priced, { ...priced, name: '补证费' }] }],
    ['a choice of one', { fee: { charged: true }, fees: [{ ...priced, choice: 'use' }] }],
    ['a counter that states no amount', { regime: 'feeCounter', fee: { charged: true }, fees: [fee] }],
    ['a counter without projects', { regime: 'feeCounter', fee: { charged: true, basis: '某办法', standard: '10元' } }],
    ['a reduction that is not explained', { fee: { charged: true }, fees: [{ ...fee, reducible: true }] }],
    ['online payment of nothing', { flags: { onlinePayment: true } }],
    ['visits without a reason', { visits: 1 }],
    ['presence without a visit', { presenceRequired: true, visits: 0 }],
    ['an entrusted power of nobody', { powerSource: 'entrustedAbove' }],
    ['a question twice', { questions: [1, 2].map(() => ({ question: '收费吗？', answer: '不收费。' })) }],
  ])('are refused with %s', (_, changes) => {
    expect(problemsOf(changes)).toHaveLength(1);
  });

  it('are accepted when they agree', () => {
    const implementationCode = `11650000010183859F4${item.code}`;
    const changes = {
      implementationCode,
      handlingCode: `${implementationCode}07`,
      statutoryLimit: { value: 2, unit: 'month' },
      promisedLimit: { value: 5, unit: 'workingDay', note: '自受理之日起' },
      fee: { charged: true },
      fees: [fee, { ...fee, name: '检测费', reducible: true, reductionNote: '小微企业免收' }],
      flags: { online: true, onlinePayment: true, express: true, appointment: false },
      addresses: { mobile: 'https://example.cn/m' },
      visits: 1,
      visitReason: '核验原件',
      onlineDepth: ['acceptance', 'preview'],
      handlingForms: ['window', 'web'],
    };
    expect(problemsOf(changes)).toEqual([]);
    const perUse = ['residential', 'other'].map((code) => ({ ...priced, code, name: code, choice: 'use' }));
    const ground = { ...priced, code: 'ground', name: '占用费', basis: '城市道路管理条例第三十七条', measured: true };
    const counter = { regime: 'feeCounter', fee: { charged: true }, fees: [...perUse, ground] };
    expect(problemsOf(counter)).toEqual([]);
  });
});

describe('a service item', () => {
  it('is accepted when whole', () => {
    expect(validateItem(item, [department])).toEqual({ ok: true, value: serviceItemSchema.parse(item) });
  });

  it.each([
    ['promised beyond statutory', { promisedDays: 11 }, 'promisedDays: 承诺时限超过法定时限'],
    ['no promised time', { promisedDays: 0, steps: [item.steps[0]].map((s) => ({ ...s, days: 0 })) }, '只有即办件'],
    ['on the spot with days', { regime: 'onTheSpot' }, 'promisedDays: 即办件的承诺时限应为 0'],
    ['steps longer than the promise', { promisedDays: 4 }, 'steps: 各环节时限之和超过承诺时限'],
    ['a fee without basis', { fee: { charged: true, standard: '10元' } }, 'fee.basis: 收费须有依据'],
    ['a fee without standard', { fee: { charged: true, basis: '某办法' } }, 'fee.standard: 收费须有标准'],
    ['a free item with a price', { fee: { charged: false, standard: '10元' } }, 'fee: 不收费却列有'],
    ['a fee counter without fee', { regime: 'feeCounter' }, 'regime: 扎口收费件应当收费'],
    ['a material twice', { materials: [material, material] }, 'materials: 材料编码重复：identity-card'],
    ['paper without copies', { materials: [{ ...material, copies: 0 }] }, 'materials.0.copies'],
    ['a type that its code contradicts', { type: 'licence' }, 'type: 编码表示行政给付，事项类型却是行政许可'],
    ['a code of no type', { code: '003011001000' }, 'code: 基本编码第 3—4 位不是事项类型代码'],
    ['a code of another department', { code: '000512001000' }, 'code: 第 5—6 位与民政局的代码不符'],
    ['an unknown department', { departmentId: 'nobody' }, 'departmentId: 没有部门 nobody'],
    ['a level without office', { level: 'village' }, 'level: 民政局在这一级没有机构'],
    ['joint with nobody', { regime: 'joint' }, 'jointDepartmentIds: 联办件须列出联办机构'],
    ['joint with itself', { regime: 'joint', jointDepartmentIds: ['civil-affairs'] }, '联办机构不应是主办部门'],
    ['an audience twice', { audience: ['naturalPerson', 'naturalPerson'] }, 'audience: 服务对象重复'],
    ['an end before the beginning', { validTo: '2024-01-01' }, 'validTo: 失效日期早于生效日期'],
    ['validity of nothing', { result: { kind: 'none', name: '无', validityYears: 1 } }, 'result.validityYears'],
    ['a form with an undefined field', { applicantForm: { ...item.applicantForm, required: ['x'] } }, 'applicantForm'],
    ['no legal basis', { legalBasis: [] }, 'legalBasis'],
    ['an unknown element', { colour: 'red' }, 'colour'],
  ])('with %s is refused', (_, changes, problem) => {
    const problems = problemsOf(changes);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(problem);
  });

  it('is told all its problems at once', () => {
    expect(problemsOf({ promisedDays: 20, fee: { charged: true }, materials: [material, material] })).toHaveLength(4);
    expect(problemsOf({ name: '', version: 0, level: 'galaxy' })).toHaveLength(3);
  });

  it('is offered from its first to its last day', () => {
    const offered = serviceItemSchema.parse({ ...item, validTo: '2026-12-31' });
    const days = ['2024-12-31', '2025-01-01', '2026-12-31', '2027-01-01'];
    expect(days.map((day) => isOffered(offered, day))).toEqual([false, true, true, false]);
  });
});

describe('a department', () => {
  it('has a name at each tier and a registered or a demonstration code', () => {
    expect(departmentNameAt(department, nodeCode('371102001000'))).toBe('社会事务办公室');
    expect(departmentNameAt(department, nodeCode('371102000000'))).toBe('民政局');
    expect(codeOf(department, nodeCode('371102000000'))).toEqual({
      uscc: '11650000010183859F',
      isDemonstration: false,
    });
    expect(codeOf(department, nodeCode('371103000000')).isDemonstration).toBe(true);
  });
});

describe('a catalogue', () => {
  const delegation = {
    id: 'relief-township',
    item: item.code,
    from: 'district',
    to: 'township',
    powers: ['accept'],
    form: 'entrusted',
    validFrom: '2025-01-01',
    version: 1,
  };
  const whole = { departments: [department], items: [item], delegations: [delegation] };
  const codeOfRefusal = (json: unknown) => {
    const result = parseCatalogue(json);
    return result.ok ? undefined : result.refusal.code;
  };

  it('is taken whole or in parts', () => {
    expect(parseCatalogue(whole).ok).toBe(true);
    const parts = [
      { name: 'departments.json', json: { departments: [department] } },
      { name: 'items.json', json: { items: [item], delegations: [delegation] } },
    ];
    expect(parseCatalogueParts(parts)).toEqual(parseCatalogue(whole));
    const broken = parseCatalogueParts([...parts, { name: 'odd.json', json: { itmes: [] } }]);
    expect(broken.ok ? [] : broken.refusal.params?.['problems']).toEqual([expect.stringContaining('odd.json')]);
  });

  it('is refused with a code that says which half is wrong', () => {
    expect(codeOfRefusal({ ...whole, items: [item, item] })).toBe('item.invalid');
    expect(codeOfRefusal({ ...whole, departments: [department, { ...department, id: 'twin' }] })).toBe('item.invalid');
    expect(codeOfRefusal({ ...whole, delegations: [{ ...delegation, to: 'district' }] })).toBe('delegation.invalid');
    expect(codeOfRefusal({ ...whole, delegations: [{ ...delegation, item: '000511009000' }] })).toBe(
      'delegation.invalid',
    );
    expect(codeOfRefusal({ items: [] })).toBe('item.invalid');
  });
});
