import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import type { CataloguePart } from '@tongban/feature/catalogue';
import { delegationSchema, type Delegation } from '@tongban/domain/delegation';
import { aDepartment, anItem, city, district, itemCode, textOfPdf, township, village } from '@tongban/testkit';
import { openGuideOffice, type GuideOffice } from './office.js';

const timeoutMs = 60_000;
jest.setTimeout(timeoutMs);

const second = '370511002000';
const toTownships = (parts: Partial<Delegation>): Delegation =>
  delegationSchema.parse({
    id: 'allowance',
    item: itemCode,
    from: 'district',
    to: 'township',
    powers: ['accept'],
    form: 'devolved',
    validFrom: '2026-01-01',
    version: 1,
    ...parts,
  });
const agency = toTownships({ id: 'agency', from: 'township', to: 'village', powers: ['submit'], form: 'agency' });

let office: GuideOffice;
const get = (path: string) => office.app.nest.inject({ url: `/v1/nodes/${path}` });
const search = async (node: string, query: string) => (await get(`${node}/guide?${query}`)).json();
const publish = async (catalogue: CataloguePart): Promise<void> => {
  const actor = { subject: 'm', role: 'catalogue-manager', division: city } as const;
  const done = await office.catalogue.publish.publish({ node: city, catalogue, actor, key: randomUUID() });
  if (!done.ok) throw new Error(done.refusal.detail);
};

beforeAll(async () => {
  office = await openGuideOffice();
  await publish({
    departments: [aDepartment()],
    items: [
      anItem(),
      anItem({ code: second, name: '城市特困人员救助供养', themes: ['socialSecurity'], regime: 'promised' }),
    ],
    delegations: [toTownships({}), agency],
  });
});

afterAll(() => office?.close());

describe('GET /nodes/{node}/guide', () => {
  it('needs no login and says where to go', async () => {
    const found = await search(village, 'query=gljt');
    expect(found).toMatchObject({
      total: 1,
      items: [{ code: itemCode, place: village, placeName: '甲村', departmentName: '民政局', typeName: '行政给付' }],
    });
    const supported = await search(village, `query=${encodeURIComponent('特困')}`);
    expect(supported.items).toMatchObject([{ code: second, place: district, placeName: '东港区' }]);
    expect((await search(village, 'scope=here')).total).toBe(1);
  });

  it('pages through, and counts what a choice would leave', async () => {
    const first = await search(township, 'limit=1');
    expect(first).toMatchObject({ total: 2, items: [{ code: itemCode }] });
    expect(first.facets.themes).toHaveLength(2);
    const rest = await search(township, `limit=1&cursor=${first.next}`);
    expect([rest.items[0].code, rest.next]).toEqual([second, undefined]);
    expect(await search(township, 'theme=socialSecurity&audience=naturalPerson')).toMatchObject({ total: 1 });
  });

  it('refuses what it cannot read', async () => {
    for (const query of ['theme=x', 'limit=0', 'cursor=!', `query=${'a'.repeat(101)}`]) {
      expect(await search(township, query)).toMatchObject({ status: 400, code: 'request.invalid' });
    }
    expect(await search('371121000000', '')).toMatchObject({ code: 'node.not-hosted' });
  });

  it('shows a new version at once', async () => {
    await publish({ items: [anItem({ code: second, version: 2, name: '特困人员认定', validFrom: '2026-03-01' })] });
    expect((await search(township, 'query=tkryrd')).items).toMatchObject([{ code: second, name: '特困人员认定' }]);
    expect((await search(township, 'query=gongyang')).total).toBe(0);
  });
});

describe('GET /nodes/{node}/guide/{code}', () => {
  it('discloses seven things, and who does each step', async () => {
    const guide = (await get(`${village}/guide/${itemCode}`)).json();
    expect(Object.keys(guide.disclosures)).toEqual([
      'name',
      'legalBasis',
      'conditions',
      'materials',
      'procedure',
      'time',
      'fee',
    ]);
    expect(guide).toMatchObject({
      intake: { place: village, placeName: '甲村' },
      disclosures: {
        procedure: [
          { powerName: '受理', place: township, placeName: '日照街道' },
          { powerName: '决定', place: district },
        ],
        materials: [{ necessityName: '必要', sourceName: '政府部门核发', formName: '原件' }],
        fee: { text: '不收费' },
      },
    });
    expect((await get(`${village}/guide/370511009000`)).json()).toMatchObject({ status: 404, code: 'item.unknown' });
  });

  it('prints it as a page that runs nothing', async () => {
    const page = await get(`${village}/guide/${itemCode}/page`);
    expect(page.statusCode).toBe(200);
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(page.headers['content-security-policy']).toMatch(/^default-src 'none'; style-src 'sha256-[^']+='/);
    expect(page.body).toContain('办事指南');
    expect((await get(`${village}/guide/370511009000/page`)).json()).toMatchObject({ code: 'item.unknown' });
  });

  it('is a PDF with the seven disclosures to be selected and searched', async () => {
    const file = await get(`${village}/guide/${itemCode}/guide.pdf`);
    expect([file.statusCode, file.headers['content-type']]).toEqual([200, 'application/pdf']);
    const text = textOfPdf(file.rawPayload).replaceAll(/\s/g, '');
    const headings = [
      '一、项目名称',
      '二、办事依据',
      '三、申报条件',
      '四、申报材料',
      '五、办理程序',
      '六、承诺时限',
      '七、收费标准',
    ];
    for (const words of [...headings, '80周岁以上老年人高龄津贴申领', '居民身份证', '日照街道', '不收费'])
      expect(text).toContain(words);
    expect(file.rawPayload.toString('latin1')).toContain('/FontFile2');
    expect((await get(`${village}/guide/370511009000/guide.pdf`)).json()).toMatchObject({ code: 'item.unknown' });
  });
});

describe('GET /nodes/{node}/agents/page', () => {
  it('posts the agents here and below with their items, for anybody', async () => {
    const { version, validFrom } = anItem();
    await publish({
      agents: [
        {
          ...{ id: 'wang', version, validFrom, node: village, name: '王秀兰', phone: '0633-1234567' },
          ...{ place: '村便民服务站', hours: '工作日', items: [itemCode] },
        },
      ],
    });
    for (const node of [village, township]) {
      const page = await get(`${node}/agents/page`);
      expect([page.statusCode, page.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
      expect(page.body).toContain('王秀兰');
      expect(page.body).toContain(anItem().name);
      expect(page.body).toContain('甲村');
    }
  });
});
