import { jest } from '@jest/globals';
import { nodeCode, type NodeCode } from '@tongban/kernel';
import { baseItemSchema, localisationSchema, type ServiceItem } from '@tongban/domain/catalogue';
import {
  aDelegation,
  aDepartment,
  anItem,
  city,
  district,
  itemCode,
  township,
  village,
  type Caller,
} from '@tongban/testkit';
import { openTestApp, publishByTwo, type TestApp } from './http-app.js';

const timeoutMs = 60_000;
jest.setTimeout(timeoutMs);

const province = nodeCode('370000000000');
const secondCode = '370511002000';
const rich: Partial<ServiceItem> = {
  implementationCode: `11650000010183859F4${itemCode}`,
  handlingCode: `11650000010183859F4${itemCode}02`,
  statutoryLimit: { value: 1, unit: 'month' },
  promisedLimit: { value: 5, unit: 'workingDay' },
  fee: { charged: true },
  fees: [
    { name: '证书工本费', basis: '发改价格〔2015〕1299号', standard: '每证 10 元' },
    {
      name: '鉴定费',
      basis: '鲁价费发〔2016〕1号',
      standard: '每次 200 元',
      reducible: true,
      reductionNote: '低保对象免收',
    },
  ],
  questions: [{ question: '多久发放一次？', answer: '按月发放。' }],
  places: [{ name: '区政务服务中心', address: '海曲中路', hours: '工作日 9:00—17:00', window: '12号' }],
  handlingScope: 'crossCity',
  handlingForms: ['window', 'web'],
  onlineDepth: ['preview', 'acceptance'],
  flags: { online: true, express: true, onlinePayment: true, appointment: true },
  addresses: { online: 'https://zwfw.example.cn/' },
  specialProcedures: [{ kind: 'other', name: '实地核查', limit: { value: 10, unit: 'workingDay' } }],
  numberLimit: '无数量限制',
  intermediaryServices: [{ name: '伤残鉴定', basis: '相关办法' }],
};
const base = baseItemSchema.parse({
  code: itemCode,
  version: 1,
  source: 'province',
  fields: { name: anItem().name, type: 'benefit', legalBasis: anItem().legalBasis, statutoryDays: 20 },
  validFrom: '2025-01-01',
});

let app: TestApp;
let manager: Caller;
let below: Caller;
const publish = (payload: object, by = manager, node: NodeCode = city) => publishByTwo(app, by, node, payload);
const localisation = (fields: object, parts: object = {}) =>
  localisationSchema.parse({ item: itemCode, version: 1, basedOn: 1, fields, validFrom: '2026-02-01', ...parts });

beforeAll(async () => {
  app = await openTestApp([province, city, district, township, village]);
  manager = app.as('catalogue-manager', city);
  below = app.as('catalogue-manager', district);
  const done = await publish({
    departments: [aDepartment()],
    bases: [base],
    items: [anItem(rich), anItem({ code: secondCode, name: '临时救助', presenceRequired: true })],
    delegations: [
      aDelegation(),
      aDelegation({ id: 'by-agents', from: 'township', to: 'village', powers: ['submit'], form: 'agency' }),
    ],
  });
  expect([done.statusCode, done.json().published]).toEqual([201, 6]);
});
afterAll(() => app?.close());

describe('the elements of an item', () => {
  it('are told to whoever edits one, with titles, places in the standards and a schema', async () => {
    const { elements, schema } = (await app.app.nest.inject({ url: '/v1/item-elements' })).json();
    expect(elements).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ field: 'questions', title: '常见问题', gbt39046: [55], localisable: true }),
        expect.objectContaining({ field: 'name', columns: ['UP_TASK_GENERAL_BASIC.task_name'], required: true }),
      ]),
    );
    expect(schema.properties.promisedDays).toMatchObject({ title: '承诺办结时限（工作日）', type: 'integer' });
    expect(Object.keys(schema.properties)).toEqual(elements.map(({ field }: { field: string }) => field));
  });

  it('are all in the public detail, with the codes of 12, 31 and 33 characters', async () => {
    const detail = (await app.get(`${township}/items/${itemCode}`)).json();
    const { codes, fees, questions, places, handlingScope, specialProcedures } = detail;
    expect({ fees, questions, places, handlingScope, specialProcedures }).toEqual({
      fees: rich.fees,
      questions: rich.questions,
      places: rich.places,
      handlingScope: rich.handlingScope,
      specialProcedures: rich.specialProcedures,
    });
    expect(codes).toEqual({
      base: itemCode,
      implementation: rich.implementationCode,
      handling: rich.handlingCode,
      demonstration: false,
    });
    const built = (await app.get(`${township}/items/${secondCode}`)).json();
    expect(built.code).toBe(secondCode);
    const other = app.host.view.findItem(district, secondCode, '2026-03-02');
    expect(other.ok && other.value.implementationCode).toBeUndefined();
    const codesBuilt = (await app.get(`${district}/items/${secondCode}`)).json().codes;
    expect([codesBuilt.implementation.length, codesBuilt.handling.length, codesBuilt.demonstration]).toEqual([
      31,
      33,
      true,
    ]);
  });

  it.each<[string, Partial<ServiceItem>, string]>([
    ['a wrong check character', { implementationCode: `11650000010183859G4${secondCode}` }, '统一社会信用代码校验不符'],
    ['a code of another item', { implementationCode: `11650000010183859F4${itemCode}` }, '实施编码与基本编码不符'],
    [
      'a promise longer than the law, in other units',
      {
        statutoryLimit: { value: 20, unit: 'workingDay' },
        promisedLimit: { value: 2, unit: 'month' },
      },
      '承诺时限超过法定时限',
    ],
    ['fee projects of an item that charges nothing', { fees: rich.fees }, '不收费却列有'],
    ['online handling without an address', { flags: { online: true } }, '须有网办地址'],
  ])('are refused with %s', async (_, parts, message) => {
    const refused = await publish({ items: [anItem({ code: secondCode, version: 2, ...parts })] });
    expect([refused.statusCode, refused.json().code]).toEqual([400, 'item.invalid']);
    expect(JSON.stringify(refused.json())).toContain(message);
  });

  it('are refused with a fee project without a basis', async () => {
    const fees = [{ name: '工本费', standard: '10 元' }];
    const refused = await publish({ items: [{ ...anItem({ code: secondCode, version: 2 }), fees }] });
    expect(refused.json()).toMatchObject({ code: 'request.invalid', errors: [{ path: 'body.items.0.fees.0.basis' }] });
  });
});

describe('layers', () => {
  it('are refused where an implementation goes beyond its base', async () => {
    const refused = await publish({ items: [anItem({ ...rich, version: 2, name: '高龄补贴' })] });
    expect(JSON.stringify(refused.json())).toContain('事项名称与基本目录不符');
    expect((await publish({ bases: [{ ...base, version: 2 }] }, below, district)).json()).toMatchObject({
      code: 'item.invalid',
    });
  });

  it('show the district its own places and telephone, and of every field where it comes from', async () => {
    const own = { consultPhone: '0633-8888888', questions: [{ question: '在哪办？', answer: '区中心。' }] };
    const refused = await publish({ localisations: [localisation({ promisedDays: 15 })] }, below, district);
    expect(JSON.stringify(refused.json())).toContain('本地承诺时限不得长于上级的承诺');
    expect((await publish({ localisations: [localisation(own)] }, manager)).json()).toMatchObject({ status: 400 });
    expect((await publish({ localisations: [localisation(own)] }, below, district)).statusCode).toBe(201);
    expect((await app.get(`${village}/items/${itemCode}`)).json()).toMatchObject(own);
    expect((await app.get(`${city}/items/${itemCode}`)).json().consultPhone).toBeUndefined();
    const { fields } = (await app.get(`${township}/items/${itemCode}/provenance`)).json();
    expect(fields).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ field: 'name', layer: 'province', record: 'base', publisher: city }),
        expect.objectContaining({ field: 'regime', layer: 'city', layerName: '市级' }),
        expect.objectContaining({ field: 'consultPhone', title: '咨询电话', layer: 'district', publisher: district }),
      ]),
    );
    const stable = () => app.host.view.findItem(village, itemCode, '2026-03-02');
    const [first, again] = [stable(), stable()];
    expect(first.ok && again.ok && first.value === again.value).toBe(true);
  });

  it('show below what a change above touches', async () => {
    expect((await below.get(`${district}/upstream-changes`)).json()).toEqual({
      localisations: [],
      withdrawn: [],
      implementations: [],
    });
    const next = { ...anItem({ ...rich, version: 2, validFrom: '2026-03-01' }), questions: rich.questions!.slice(1) };
    expect(
      (
        await publish({
          items: [next],
          bases: [{ ...base, version: 2, fields: { ...base.fields, statutoryDays: 15 } }],
        })
      ).json(),
    ).toMatchObject({
      code: 'item.invalid',
    });
    expect((await publish({ items: [next] })).statusCode).toBe(201);
    expect((await below.get(`${district}/upstream-changes`)).json()).toMatchObject({
      localisations: [{ item: itemCode, basedOn: 1, current: 2, touched: ['questions'], problems: [] }],
    });
    expect(
      (await publish({ bases: [{ ...base, version: 2, fields: { ...base.fields, statutoryDays: 15 } }] })).statusCode,
    ).toBe(201);
    expect((await manager.get(`${city}/upstream-changes`)).json()).toMatchObject({
      implementations: [
        { item: itemCode, baseVersion: 2, problems: ['statutoryDays: 法定时限长于基本目录的 15 个工作日'] },
      ],
    });
    const { version: _version, ...document } = anItem({ ...rich, validFrom: '2026-04-01' });
    const { draft, problems } = (await manager.send('POST', `${city}/drafts`, document)).json();
    expect(problems).toEqual(['statutoryDays: 法定时限长于基本目录的 15 个工作日']);
    expect((await manager.get(`${city}/drafts/${draft}/impact`)).json().uses.records).toEqual([
      `localisation ${itemCode}（${district}）`,
    ]);
  });

  it('begin with what the province lays down through its gateway, which nobody below says again', async () => {
    const provincial = app.as('catalogue-manager', province, 'provincial');
    const publishAbove = (payload: object) => publishByTwo(app, provincial, province, payload);
    const fields = { name: '临时救助', type: 'benefit', statutoryDays: 15 };
    const laidDown = { ...base, code: secondCode, fields };
    const done = await publishAbove({ bases: [laidDown] });
    expect([done.statusCode, done.json()]).toMatchObject([201, { published: 1 }]);
    const { fields: sources } = (await app.get(`${village}/items/${secondCode}/provenance`)).json();
    expect(sources).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ field: 'name', layer: 'province', record: 'base', publisher: province }),
        expect.objectContaining({ field: 'statutoryDays', layer: 'city', publisher: city }),
      ]),
    );
    expect((await manager.get(`${city}/upstream-changes`)).json().implementations).toContainEqual({
      ...{ item: secondCode, name: '临时救助', baseVersion: 1 },
      problems: ['statutoryDays: 法定时限长于基本目录的 15 个工作日'],
    });
    const again = await publish({ bases: [{ ...laidDown, version: 2 }] });
    expect(JSON.stringify(again.json())).toContain(`已由 ${province} 发布`);
    const more = await publishAbove({ items: [anItem({ code: secondCode, version: 5, level: 'province' })] });
    expect(JSON.stringify(more.json())).toContain('省级节点只下发基本目录');
  });

  it('take the base of the province where the city had passed one on before', async () => {
    const provincial = app.as('catalogue-manager', province, 'provincial');
    const stricter = { ...base, fields: { ...base.fields, statutoryDays: 10 } };
    expect((await publishByTwo(app, provincial, province, { bases: [stricter] })).statusCode).toBe(201);
    const { version: _version, ...document } = anItem({ ...rich, validFrom: '2026-05-01', statutoryDays: 15 });
    const { problems } = (await manager.send('POST', `${city}/drafts`, document)).json();
    expect(problems).toContain('statutoryDays: 法定时限长于基本目录的 10 个工作日');
  });
});
