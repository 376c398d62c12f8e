import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { delegationForms, powersAt, resolveRoute, type Route } from '@tongban/domain/delegation';
import { ancestorAt, nodeCode, tiers, unwrap, type NodeCode } from '@tongban/kernel';
import { catalogueIndexSchema, parseCatalogueParts, type Catalogue } from './catalogue.js';
import { itemTypes, regimes } from './codes.js';
import { demoUscc } from './identifiers.js';

const folder = join(import.meta.dirname, '../../../../deploy/catalogue');
const province = nodeCode('370000000000');
const city = nodeCode('371100000000');
const district = nodeCode('371102000000');
const township = nodeCode('371102001000');
const village = nodeCode('371102001001');
const on = '2026-03-02';
/** What the city's own API takes in one request body. */
const publicationMaxBytes = 1024 * 1024;

const codesInUse = [
  ['000511001000', '最低生活保障对象认定'],
  ['000115001000', '乡村建设规划许可证核发'],
  ['002036003000', '基本医疗保险门诊慢特病待遇认定'],
  ['000164001000', '林木采伐许可证核发'],
  ['372011001000', '老年人优待证办理'],
] as const;

const repeated = (values: readonly string[]): string[] =>
  values.filter((value, index) => values.indexOf(value) !== index);

const readJson = async (name: string): Promise<unknown> => JSON.parse(await readFile(join(folder, name), 'utf8'));

describe('the catalogue that is deployed', () => {
  let catalogue: Catalogue;
  beforeAll(async () => {
    const { files } = catalogueIndexSchema.parse(await readJson('index.json'));
    const parts = await Promise.all(files.map(async (name) => ({ name, json: await readJson(name) })));
    catalogue = unwrap(parseCatalogueParts(parts));
  });

  const itemNamed = (name: string) => {
    const found = catalogue.items.find((item) => item.name === name);
    if (found === undefined) throw new Error(`no item ${name}`);
    return found;
  };
  const routeOf = (name: string, intake: NodeCode) =>
    resolveRoute({ item: itemNamed(name), intake, delegations: catalogue.delegations, on });

  it('is as broad as a city is', () => {
    const { items, delegations } = catalogue;
    expect(items.length).toBeGreaterThanOrEqual(225);
    expect(new Set(items.map((item) => item.departmentId)).size).toBeGreaterThanOrEqual(35);
    expect(delegations.length).toBeGreaterThanOrEqual(260);
    expect(new Set(items.map((item) => item.level))).toEqual(new Set(tiers));
    expect(new Set(items.map((item) => item.regime))).toEqual(new Set(regimes));
    const onApplication = itemTypes.filter((type) => !['power', 'penalty', 'compulsion', 'inspection'].includes(type));
    expect(new Set(items.map((item) => item.type))).toEqual(new Set(onApplication));
    expect(new Set(delegations.map(({ form }) => form))).toEqual(new Set(delegationForms));
    expect(items.filter((item) => item.presenceRequired).length).toBeGreaterThanOrEqual(10);
  });

  it('has no item without basis, form and result of its own', () => {
    for (const item of catalogue.items) {
      expect(item.legalBasis.length).toBeGreaterThanOrEqual(1);
      expect(item.legalBasis.every(({ article }) => /第.+[条章]/.test(article))).toBe(true);
      expect(Object.keys(item.applicantForm.properties).length).toBeGreaterThanOrEqual(1);
      expect(item.applicantForm.required.length).toBeGreaterThanOrEqual(1);
      expect(item.steps.reduce((sum, { days }) => sum + days, 0)).toBe(item.promisedDays);
    }
  });

  it('tells the fee counter every amount with its document, and no tax', () => {
    const counted = catalogue.items.filter((item) => item.regime === 'feeCounter');
    expect(counted.length).toBeGreaterThanOrEqual(12);
    const projects = counted.flatMap((item) => item.fees ?? []);
    expect(projects.length).toBeGreaterThan(counted.length);
    for (const { amountFen, unit, basis } of projects) {
      expect([amountFen, unit]).toEqual([expect.any(Number), expect.any(String)]);
      expect(basis).toMatch(/〔\d{4}〕\d+号/);
    }
    const levied = catalogue.items.filter(({ name }) => /税申报|社会保险费申报|保障金申报/.test(name));
    expect(levied.length).toBeGreaterThanOrEqual(5);
    expect(levied.filter(({ fee }) => fee.charged).map(({ name }) => name)).toEqual([]);
  });

  it('names and numbers every item once', () => {
    const { items, delegations, departments } = catalogue;
    expect(repeated(items.map(({ code }) => code))).toEqual([]);
    expect(repeated(items.map(({ level, name }) => `${level} ${name}`))).toEqual([]);
    expect(repeated(delegations.map(({ id }) => id))).toEqual([]);
    expect(repeated(departments.map(({ name }) => name))).toEqual([]);
  });

  it('keeps the codes that handbooks and demonstrations name', () => {
    expect(codesInUse.map(([code]) => [code, catalogue.items.find((item) => item.code === code)?.name])).toEqual(
      codesInUse,
    );
  });

  it('leaves no department without items', () => {
    const withItems = new Set(catalogue.items.map(({ departmentId }) => departmentId));
    expect(catalogue.departments.filter(({ id }) => !withItems.has(id))).toEqual([]);
  });

  it('fits into one publication', () => {
    expect(new TextEncoder().encode(JSON.stringify(catalogue)).length).toBeLessThan(publicationMaxBytes);
  });

  it('takes in what a person applies for at a village or a township', () => {
    const { items, delegations } = catalogue;
    const isReachable = (item: Catalogue['items'][number]) =>
      [village, township].some((intake) => resolveRoute({ item, intake, delegations, on }).ok);
    const forPersons = items.filter(
      ({ audience, presenceRequired }) => audience.includes('naturalPerson') && !presenceRequired,
    );
    expect(forPersons.length).toBeGreaterThanOrEqual(150);
    expect(forPersons.filter((item) => !isReachable(item)).map(({ name }) => name)).toEqual([]);
  });

  it('takes in at the district what wants the applicant in person', () => {
    const { items, delegations } = catalogue;
    const inPerson = items.filter(({ presenceRequired }) => presenceRequired);
    const isAccepted = (item: Catalogue['items'][number]) =>
      powersAt(district, item, delegations, on).includes('accept');
    expect(inPerson.filter((item) => !isAccepted(item)).map(({ name }) => name)).toEqual([]);
  });

  it('has a route that stays on the path wherever it may be submitted', () => {
    const { items, delegations } = catalogue;
    for (const item of items) {
      for (const intake of [city, district, township, village]) {
        const route = resolveRoute({ item, intake, delegations, on });
        if (!route.ok) continue;
        const { competent, ...handling } = route.value;
        expect(competent).toBe(ancestorAt(intake, item.level));
        const path = tiers.slice(tiers.indexOf(item.level)).map((tier) => ancestorAt(intake, tier));
        expect(Object.values(handling).filter((node) => !path.includes(node))).toEqual([]);
      }
    }
  });

  it('gives every department a demonstration code of its own', () => {
    const codes = catalogue.departments.map(({ id }) => demoUscc(city, id));
    expect(new Set(codes).size).toBe(codes.length);
  });

  it.each<[string, NodeCode, Partial<Route>]>([
    ['最低生活保障对象认定', village, { accept: township, decide: township, certify: township, deliver: village }],
    ['乡村建设规划许可证核发', village, { accept: township, review: township, decide: district, deliver: village }],
    ['基本医疗保险门诊慢特病待遇认定', village, { accept: city, decide: city, certify: city, deliver: village }],
    ['林木采伐许可证核发', village, { competent: district, accept: township, decide: township }],
    ['农村村民宅基地审批', village, { competent: township, decide: township }],
    ['土地经营权流转备案', village, { competent: village, accept: village, decide: village }],
    ['旅行社设立许可', city, { competent: province, accept: city, decide: city }],
    ['建设项目环境影响评价文件审批', township, { accept: district, review: district, decide: city }],
    ['公共场所卫生许可', nodeCode('371102110000'), { accept: nodeCode('371102110000') }],
    ['公共场所卫生许可', township, { accept: district, decide: district }],
    ['育儿补贴申领', village, { accept: township, review: township, decide: district, deliver: village }],
    ['城乡居民社会保险费申报缴纳', village, { competent: district, accept: township, decide: township }],
    ['伤残人员残疾等级评定', village, { accept: district, review: district, decide: province, deliver: village }],
    ['律师执业许可', township, { accept: city, review: city, decide: province, deliver: township }],
    ['民族成份变更', village, { accept: district, review: district, decide: city, certify: city }],
    ['渔业船舶登记', village, { competent: city, accept: district, decide: district, deliver: village }],
    ['住房公积金提取（离休、退休）', village, { competent: city, accept: city, decide: city, deliver: village }],
    ['农村集体经济组织成员身份确认', village, { competent: village, accept: village, decide: village }],
    ['住房公积金个人住房贷款', district, { accept: district, decide: city }],
  ])('routes %s from %s', (name, intake, route) => {
    expect(routeOf(name, intake)).toMatchObject({ ok: true, value: route });
  });

  it.each<[string, NodeCode, string]>([
    ['结婚登记', village, 'delegation.none'],
    ['居民身份证首次申领', village, 'delegation.none'],
    ['危险化学品经营许可', village, 'delegation.none'],
    ['普通护照签发', township, 'delegation.none'],
    ['遗嘱公证', village, 'delegation.none'],
    ['拍卖业务许可', township, 'delegation.none'],
    ['土地经营权流转备案', township, 'delegation.intake-above'],
  ])('does not take in %s at %s', (name, intake, code) => {
    expect(routeOf(name, intake)).toMatchObject({ ok: false, refusal: { code } });
  });

  it('lets no agent submit what wants the applicant in person', () => {
    const inPerson = new Set(catalogue.items.filter((item) => item.presenceRequired).map((item) => item.code));
    const byAgents = catalogue.delegations.filter(({ item, form }) => inPerson.has(item) && form === 'agency');
    expect(byAgents).toEqual([]);
  });
});
