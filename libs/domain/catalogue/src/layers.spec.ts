import { nodeCode } from '@tongban/kernel';
import { agentSchema, findAgentProblems } from './agent.js';
import { itemElements, serviceItemSchema, type ServiceItem } from './item.js';
import {
  baseItemSchema,
  deviationsFromBase,
  findLocalisationProblems,
  localisableFields,
  localisationSchema,
  localise,
  provenanceOf,
} from './layers.js';
import { departmentSchema } from './department.js';
import { findStationingProblems, stationingRates, stationingSchema } from './stationing.js';

const city = nodeCode('371100000000');
const district = nodeCode('371102000000');
const township = nodeCode('371102001000');
const item: ServiceItem = serviceItemSchema.parse({
  code: '370511001000',
  version: 3,
  name: '高龄津贴申领',
  type: 'benefit',
  level: 'district',
  departmentId: 'civil-affairs',
  description: '发放高龄津贴。',
  audience: ['naturalPerson'],
  regime: 'promised',
  legalBasis: [{ statute: '中华人民共和国老年人权益保障法', article: '第三十三条' }],
  conditions: ['年满80周岁'],
  materials: [
    { code: 'id-card', name: '居民身份证', necessity: 'required', source: 'government', form: 'original', copies: 1 },
  ],
  steps: [
    { name: '受理', power: 'accept', days: 1 },
    { name: '决定', power: 'decide', days: 4 },
  ],
  statutoryDays: 20,
  promisedDays: 5,
  fee: { charged: false },
  presenceRequired: false,
  result: { kind: 'approval', name: '通知' },
  applicantForm: { type: 'object', properties: {}, required: [] },
  themes: ['pension'],
  consultPhone: '12345',
  validFrom: '2026-01-01',
});
const base = baseItemSchema.parse({
  code: item.code,
  version: 2,
  source: 'nation',
  fields: {
    name: item.name,
    type: 'benefit',
    legalBasis: item.legalBasis,
    statutoryDays: 30,
    materials: item.materials,
  },
  validFrom: '2025-01-01',
});
const localisation = (fields: object, parts: object = {}) =>
  localisationSchema.parse({ item: item.code, version: 1, basedOn: 3, fields, validFrom: '2026-02-01', ...parts });

describe('layers of an item', () => {
  it('may be localised in the fields that the schema marks, and in no other', () => {
    const marked = itemElements.filter(({ localisable }) => localisable === true).map(({ field }) => field);
    expect([...localisableFields].sort()).toEqual([...marked].sort());
    expect(
      localisationSchema.safeParse({ ...localisation({ promisedDays: 5 }), fields: { name: '改名' } }).success,
    ).toBe(false);
    expect(() => localisation({})).toThrow('至少一项');
  });

  it('tells of every field where its value comes from', () => {
    const below = { publisher: district, value: localisation({ consultPhone: '0633-1', promisedDays: 9 }) };
    const own = { publisher: township, value: localisation({ consultPhone: '0633-2' }, { version: 7 }) };
    const found = provenanceOf({ publisher: city, value: item }, { publisher: city, value: base }, [below, own]);
    expect(found).toMatchObject({
      name: { layer: 'nation', record: 'base', version: 2 },
      materials: { layer: 'nation' },
      statutoryDays: { layer: 'city', record: 'item', version: 3 },
      promisedDays: { layer: 'city', record: 'item' },
      consultPhone: { layer: 'township', publisher: township, record: 'localisation', version: 7 },
    });
    const said = itemElements.filter(({ field }) => item[field as keyof ServiceItem] !== undefined);
    expect(Object.keys(found).sort()).toEqual(said.map(({ field }) => field).sort());
  });

  it.each([
    ['a longer promise', { promisedDays: 9 }, '本地承诺时限不得长于上级的承诺'],
    ['a shorter promise than the steps take', { promisedDays: 4 }, '各环节时限之和超过承诺时限'],
    ['a step left out', { steps: [{ name: '受理', power: 'accept', days: 1 }] }, '不能增减或改换环节'],
    ['online without an address', { flags: { online: true } }, '须有网办地址'],
  ])('refuses %s', (_, fields, message) => {
    expect(findLocalisationProblems(localisation(fields), item).join()).toContain(message);
  });

  it('gives what was localised, and leaves out times that the item has overtaken', () => {
    const faster = localisation({
      promisedDays: 3,
      steps: item.steps.map((step) => ({ ...step, days: 1 })),
      places: [{ name: '东港区政务服务中心', address: '一楼3号窗口', hours: '工作日 9:00—17:00' }],
    });
    expect(findLocalisationProblems(faster, item)).toEqual([]);
    expect(localise(item, faster)).toMatchObject({ version: 3, promisedDays: 3, places: [{ address: '一楼3号窗口' }] });
    expect(localise({ ...item, promisedDays: 2, steps: item.steps.slice(0, 1) }, faster)).toMatchObject({
      promisedDays: 2,
      steps: [{ days: 1 }],
      places: [{ name: '东港区政务服务中心' }],
    });
  });

  it('finds where an implementation goes beyond its base', () => {
    expect(deviationsFromBase(item, base)).toEqual([]);
    const beyond: ServiceItem = {
      ...item,
      name: '高龄补贴',
      statutoryDays: 40,
      legalBasis: [{ statute: '某市规定', article: '第一条' }],
      materials: [...item.materials, { ...item.materials[0]!, code: 'photo', name: '照片' }],
    };
    expect(deviationsFromBase(beyond, base).map((line) => line.split(':')[0])).toEqual([
      'name',
      'statutoryDays',
      'legalBasis',
      'materials',
    ]);
  });
});

describe('stationing', () => {
  const departments = [
    departmentSchema.parse({ id: 'civil-affairs', version: 1, name: '民政局', field: '11', tiers: ['district'] }),
  ];
  const stationing = (items: object[], parts: object = {}) =>
    stationingSchema.parse({
      id: `civil-affairs-${district}`,
      version: 1,
      hall: district,
      departmentId: 'civil-affairs',
      items,
      validFrom: '2026-01-01',
      ...parts,
    });
  const inHall = { item: item.code, status: 'stationed', windows: ['3号'], authorised: ['accept', 'decide'] };

  it.each([
    ['not stationed without a reason', [{ item: item.code, status: 'notStationed' }], '须说明原因'],
    ['stationed without a window', [{ item: item.code, status: 'stationed' }], '须列明窗口'],
    ['an unknown item', [{ ...inHall, item: '370511009000' }], '没有事项'],
    ['an item twice', [inHall, inHall], '事项重复'],
  ])('refuses %s', (_, items, message) => {
    const known = new Map([[item.code, item]]);
    expect(findStationingProblems(stationing(items), departments, known).join()).toContain(message);
    expect(findStationingProblems(stationing([inHall]), departments, known)).toEqual([]);
    expect(findStationingProblems(stationing([inHall], { id: 'other' }), departments, known)).toHaveLength(1);
  });

  it('has rates over what the division handles', () => {
    const codes = ['370511001000', '370511002000', '370511003000', '370511004000'];
    const reported = stationing([
      inHall,
      { item: codes[1], status: 'acceptedTwice', reason: '专网未迁入', windows: ['4号'] },
      { item: codes[2], status: 'notStationed', reason: '涉密' },
      { ...inHall, item: '370511099000' },
    ]);
    expect(stationingRates(codes, reported)).toEqual({
      total: 4,
      stationed: 1,
      notStationed: 1,
      acceptedTwice: 1,
      unreported: 1,
      authorised: 1,
      stationedRate: 0.5,
      authorisedRate: 0.5,
      acceptedTwiceRate: 0.5,
    });
    expect(stationingRates([], undefined)).toMatchObject({ total: 0, unreported: 0 });
  });
});

describe('an agent', () => {
  const agent = agentSchema.parse({
    id: 'agent-1',
    version: 1,
    node: '371102001001',
    name: '王秀兰',
    phone: '0633-1234567',
    place: '村便民服务站',
    hours: '周一至周五 8:30—17:00',
    items: [item.code],
    validFrom: '2026-01-01',
  });
  it('takes what may be submitted for another, and is offered', () => {
    expect(findAgentProblems(agent, new Map([[item.code, item]]), '2026-03-02')).toEqual([]);
    const inPerson = new Map([[item.code, { ...item, presenceRequired: true }]]);
    expect(findAgentProblems(agent, inPerson, '2026-03-02')).toEqual(['高龄津贴申领须申请人本人到场，不能代办']);
    expect(findAgentProblems(agent, new Map(), '2026-03-02')).toEqual(['没有事项 370511001000']);
  });
});
