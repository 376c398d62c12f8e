import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { resolveRoute, type Route } from '@tongban/domain/delegation';
import { nodeCode, unwrap, type NodeCode } from '@tongban/kernel';
import { catalogueIndexSchema, parseCatalogueParts, type Catalogue } from './catalogue.js';
import { itemTypes, regimes } from './codes.js';
import { demoUscc } from './identifiers.js';

const folder = join(import.meta.dirname, '../../../../deploy/catalogue');
const city = nodeCode('371100000000');
const district = nodeCode('371102000000');
const township = nodeCode('371102001000');
const village = nodeCode('371102001001');
const on = '2026-03-02';

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
    const { items } = catalogue;
    expect(items).toHaveLength(98);
    expect(new Set(items.map((item) => item.departmentId)).size).toBe(24);
    expect(new Set(items.map((item) => item.level))).toEqual(
      new Set(['province', 'city', 'district', 'township', 'village']),
    );
    expect(new Set(items.map((item) => item.regime))).toEqual(new Set(regimes));
    const onApplication = itemTypes.filter((type) => !['power', 'penalty', 'compulsion', 'inspection'].includes(type));
    expect(new Set(items.map((item) => item.type))).toEqual(new Set(onApplication));
    expect(items.filter((item) => item.presenceRequired).length).toBeGreaterThanOrEqual(4);
    expect(items.every((item) => item.legalBasis.every(({ article }) => /第.+[条章]/.test(article)))).toBe(true);
    expect(items.every((item) => Object.keys(item.applicantForm.properties).length >= 1)).toBe(true);
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
    ['旅行社设立许可', city, { competent: nodeCode('370000000000'), accept: city, decide: city }],
    ['建设项目环境影响评价文件审批', township, { accept: district, review: district, decide: city }],
    ['公共场所卫生许可', nodeCode('371102110000'), { accept: nodeCode('371102110000') }],
    ['公共场所卫生许可', township, { accept: district, decide: district }],
  ])('routes %s from %s', (name, intake, route) => {
    expect(routeOf(name, intake)).toMatchObject({ ok: true, value: route });
  });

  it.each<[string, NodeCode, string]>([
    ['结婚登记', village, 'delegation.none'],
    ['居民身份证首次申领', village, 'delegation.none'],
    ['危险化学品经营许可', village, 'delegation.none'],
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
