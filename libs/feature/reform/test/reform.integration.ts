import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import { departmentSchema, type ServiceItem } from '@tongban/domain/catalogue';
import { unwrap } from '@tongban/kernel';
import { anItem as plainItem, bearer, city, codeAt, district } from '@tongban/testkit';
import ExcelJS from 'exceljs';
import type { InjectOptions } from 'fastify';
import { faults, openReformOffice, today, type ReformOffice } from './office.js';

const timeoutMs = 60_000;
jest.setTimeout(timeoutMs);

const [licence, benefit, allowance, old] = [codeAt(1), codeAt(2), codeAt(3), codeAt(4)] as [
  string,
  string,
  string,
  string,
];
const anItem = (parts: Partial<ServiceItem> = {}): ServiceItem =>
  plainItem({
    code: licence,
    materials: ['a', 'b'].map((code) => ({
      ...{ code, name: `材料${code}`, copies: 1 },
      ...({ necessity: 'required', source: 'applicant', form: 'original' } as const),
    })),
    steps: [
      { name: '受理', power: 'accept', days: 2 },
      { name: '决定', power: 'decide', days: 8 },
    ],
    promisedDays: 10,
    ...parts,
  });
const civilAffairs = departmentSchema.parse({
  ...{ id: 'civil-affairs', version: 1, name: '民政局', field: '11', tiers: ['city', 'district', 'township'] },
});
const aPlan = (parts: object = {}) => ({
  title: '2026 年第一轮提速',
  basis: '日政办发〔2026〕1号',
  effectiveOn: '2026-07-01',
  groups: [
    { name: '行政许可', items: [licence, benefit] },
    { name: '公共服务', items: [allowance, old] },
  ],
  changes: [
    { kind: 'compress', item: licence, promisedDays: 0 },
    { kind: 'compress', item: benefit, promisedDays: 4 },
    { kind: 'cutMaterials', item: benefit, materials: ['b'] },
    { kind: 'cancel', item: old },
    { kind: 'delegate', item: benefit, from: 'district', to: 'township', powers: ['accept'], form: 'devolved' },
  ],
  ...parts,
});

let office: ReformOffice;
const writer = bearer('catalogue-manager', city, 'writer');
const approver = bearer('approver', city, 'approver', { name: '李建国' });

const post = async (
  path: string,
  payload: object | undefined,
  headers: object = writer,
  key: string = randomUUID(),
) => {
  const body = payload === undefined ? {} : { payload };
  const answer = await office.app.nest.inject({
    method: 'POST',
    url: `/v1/nodes/${city}/reforms${path}`,
    headers: { 'idempotency-key': key, ...headers },
    ...body,
  } as InjectOptions);
  return { status: answer.statusCode, body: answer.json() };
};
const get = async (path: string, headers: object = approver) => {
  const answer = await office.app.nest.inject({ url: `/v1/nodes/${city}/reforms${path}`, headers } as InjectOptions);
  return { status: answer.statusCode, body: answer.json(), etag: answer.headers['etag'] };
};
const begin = async (plan: object = aPlan()): Promise<string> => (await post('', plan)).body.round as string;
const approved = async (plan: object = aPlan()): Promise<string> => {
  const round = await begin(plan);
  expect((await post(`/${round}/proposal`, undefined)).body).toMatchObject({ status: 'proposed', seq: 2 });
  expect((await post(`/${round}/approval`, undefined, approver)).body).toMatchObject({ status: 'approved', seq: 3 });
  return round;
};
const itemOn = (code: string, on: string) => office.catalogue.view.findItem(city, code, on);
const publishDirectly = async (catalogue: object): Promise<void> => {
  const actor = { subject: 'm', role: 'catalogue-manager', division: city } as const;
  unwrap(await office.catalogue.publish.publish({ node: city, catalogue, actor, key: randomUUID() }));
};

beforeAll(async () => {
  office = await openReformOffice();
  const items = [licence, benefit, allowance, old].map((code) => anItem({ code, name: `事项${code.slice(-1)}` }));
  await publishDirectly({ departments: [civilAffairs], items });
});
beforeEach(() => Object.assign(faults, { before: false, after: false, publications: 0 }));
afterAll(() => office?.close());

describe('a round of reform', () => {
  it('is drafted once for one key, edited and compared', async () => {
    const key = randomUUID();
    const first = await post('', aPlan(), writer, key);
    expect([first.status, first.body]).toMatchObject([201, { seq: 1, status: 'draft' }]);
    expect((await post('', aPlan(), writer, key)).body).toEqual(first.body);
    expect((await post('', aPlan({ title: '另一轮' }), writer, key)).body.code).toBe('request.key-reused');
    const { round } = first.body;
    const found = await get(`/${round}`);
    expect(found).toMatchObject({ status: 200, etag: '"1"', body: { statusName: '起草', items: 4, changes: 5 } });
    const fewer = aPlan({ changes: [{ kind: 'compress', item: licence, promisedDays: 5 }] });
    expect((await post(`/${round}/plan`, fewer, { ...writer, 'if-match': '"7"' })).body.code).toBe('request.stale');
    expect((await post(`/${round}/plan`, fewer, { ...writer, 'if-match': '"1"' })).body).toMatchObject({ seq: 2 });
    expect((await get(`/${round}/comparison`)).body).toMatchObject({
      before: { items: 4, promisedDays: { total: 40, mean: 10 } },
      after: { promisedDays: { total: 35, mean: 8.75 }, withinFiveDays: { count: 1, percent: 25 } },
    });
    expect((await post(`/${round}/discard`, { note: '重新起草' })).body.status).toBe('discarded');
    expect((await post(`/${round}/proposal`, undefined)).body.code).toBe('reform.state');
  });

  it('shows its items before and after, in pages, and as a workbook', async () => {
    const round = await begin();
    const whole = (await get(`/${round}/items`)).body;
    expect(whole).toMatchObject({
      total: 4,
      items: [
        { code: licence, group: '行政许可', changes: ['compress'], before: { promisedDays: 10, materials: 2 } },
        { code: benefit, changes: ['compress', 'cutMaterials', 'delegate'], after: { promisedDays: 4, materials: 1 } },
        { code: allowance, group: '公共服务', changes: [] },
        { code: old, changes: ['cancel'] },
      ],
    });
    expect(whole.items[3]).not.toHaveProperty('after');
    const page = (await get(`/${round}/items?changed=true&from=1&limit=1`)).body;
    expect(page).toMatchObject({ total: 3, items: [{ code: benefit }] });
    expect((await get(`/${round}/items?limit=101`)).body.code).toBe('request.invalid');
    expect((await get(`/${randomUUID()}/items`)).body.code).toBe('reform.unknown');
    expect((await get(`/${round}/items`, bearer('clerk', city))).body.code).toBe('jurisdiction.role');

    const answer = await office.app.nest.inject({ url: `/v1/nodes/${city}/reforms/${round}/sheet`, headers: approver });
    expect([answer.statusCode, answer.headers['content-disposition']]).toEqual([
      ...[200, `attachment; filename="reform-${city}-2026-07-01.xlsx"`],
    ]);
    const book = new ExcelJS.Workbook();
    await book.xlsx.load(answer.rawPayload as unknown as Parameters<typeof book.xlsx.load>[0]);
    expect(book.creator).toBe('approver');
    const rows = (name: string): unknown[][] => {
      const read: unknown[][] = [];
      book.getWorksheet(name)!.eachRow((row) => read.push((row.values as unknown[]).slice(1)));
      return read;
    };
    expect(rows('合计')[2]).toEqual(['合计', '承诺时限合计（工作日）', 40, 14, -26]);
    expect(rows('事项').map((row) => [row[1], row[4], row[5]])).toEqual([
      ['事项编码', '承诺时限（改革前）', '承诺时限（改革后）'],
      [licence, 10, 0],
      [benefit, 10, 4],
      [allowance, 10, 10],
      [old, 10, '取消'],
    ]);
  });

  it('is approved by a second person', async () => {
    const round = await begin();
    expect((await post(`/${round}/publication`, undefined)).body.code).toBe('reform.state');
    await post(`/${round}/proposal`, undefined);
    expect((await post(`/${round}/approval`, undefined, writer)).body).toMatchObject({
      status: 409,
      code: 'reform.same-person',
    });
    expect((await post(`/${round}/approval`, undefined, bearer('clerk', city))).body.code).toBe('jurisdiction.role');
    const elsewhere = bearer('approver', district);
    expect((await post(`/${round}/approval`, undefined, elsewhere)).body.code).toBe('jurisdiction.division');
    expect((await post(`/${round}/return`, { note: '时限再核' }, approver)).body.status).toBe('draft');
    expect((await get(`/${round}`)).body.history.at(-1)).toMatchObject({
      action: 'return',
      note: '时限再核',
      subject: 'approver',
      name: '李建国',
    });
    expect((await get(`/${randomUUID()}`)).body.code).toBe('reform.unknown');
  });

  it('cannot be proposed when it does not fit the catalogue', async () => {
    const round = await begin(aPlan({ changes: [{ kind: 'compress', item: licence, promisedDays: 11 }] }));
    const refused = await post(`/${round}/proposal`, undefined);
    expect(refused.body).toMatchObject({ status: 400, code: 'reform.invalid' });
    expect(refused.body.params.problems[0]).toContain('应比原来的 10 个工作日短');
    expect((await get(`/${round}`)).body.status).toBe('draft');
    expect((await post('', { ...aPlan(), changes: [] })).body.code).toBe('request.invalid');
  });

  it('is published as one, and its figures stay what they were', async () => {
    const round = await approved();
    const before = (await get(`/${round}/comparison`)).body;
    expect(before).toMatchObject({
      before: { items: 4, promisedDays: { total: 40 }, onTheSpot: { percent: 0 }, materials: { total: 8 } },
      after: { items: 3, promisedDays: { total: 14 }, onTheSpot: { count: 1, percent: 33.3 }, materials: { total: 5 } },
      shortened: { total: 16, mean: 5.33 },
      groups: [
        { name: '行政许可', after: { items: 2 } },
        { name: '公共服务', after: { items: 1 } },
      ],
      cancelled: 1,
      delegations: 1,
    });
    expect(before.summary[0]).toContain('2+2 项的承诺时限由 40 个工作日压缩到 14 个工作日');
    const key = randomUUID();
    for (let time = 0; time < 2; time++) {
      expect((await post(`/${round}/publication`, undefined, writer, key)).body).toMatchObject({
        status: 'published',
        seq: 5,
      });
    }
    expect(faults.publications).toBe(1);
    expect(unwrap(itemOn(licence, '2026-07-01'))).toMatchObject({ version: 2, promisedDays: 0, regime: 'onTheSpot' });
    expect(unwrap(itemOn(licence, today))).toMatchObject({ version: 1, promisedDays: 10 });
    expect(unwrap(itemOn(benefit, '2026-07-01')).materials).toHaveLength(1);
    expect(unwrap(itemOn(old, '2026-06-30')).version).toBe(2);
    expect(itemOn(old, '2026-07-01')).toMatchObject({ refusal: { code: 'item.not-published' } });
    await publishDirectly({
      items: [
        anItem({
          code: allowance,
          version: 2,
          promisedDays: 9,
          statutoryDays: 9,
          steps: [{ name: '办理', power: 'decide', days: 1 }],
        }),
      ],
    });
    expect((await get(`/${round}/comparison`)).body).toEqual(before);
    expect((await get('')).body.rounds.map((one: { round: string }) => one.round)).toContain(round);
  });

  it('that the catalogue refuses is approved as before, with the reason, and nothing is published', async () => {
    const round = await approved(
      aPlan({
        groups: [{ name: '公共服务', items: [allowance] }],
        changes: [{ kind: 'compress', item: allowance, promisedDays: 3 }],
      }),
    );
    // Somebody else is faster: the number of the round's version is taken.
    const taken = anItem({
      code: allowance,
      version: 3,
      promisedDays: 8,
      steps: [{ name: '办理', power: 'decide', days: 1 }],
    });
    await publishDirectly({ items: [taken] });
    const size = office.catalogue.view.size;
    expect((await post(`/${round}/publication`, undefined)).body).toMatchObject({
      status: 409,
      code: 'item.version-conflict',
    });
    const found = (await get(`/${round}`)).body;
    expect(found).toMatchObject({ status: 'approved' });
    expect(found.history.at(-1).note).toContain('item.version-conflict');
    expect(office.catalogue.view.size).toBe(size);
    expect((await post(`/${round}/return`, { note: '按新版本重拟' }, approver)).body.status).toBe('draft');
  });

  it.each(['before', 'after'] as const)(
    'cut off %s its publication is finished by repeating it, and published once',
    async (when) => {
      const code = when === 'before' ? licence : benefit;
      const plan = aPlan({
        effectiveOn: '2026-08-01',
        groups: [{ name: '材料', items: [code] }],
        changes: [{ kind: 'cutMaterials', item: code, materials: ['a'] }],
      });
      const round = await approved(plan);
      faults[when] = true;
      const key = randomUUID();
      expect((await post(`/${round}/publication`, undefined, writer, key)).status).toBe(500);
      expect((await get(`/${round}`)).body.status).toBe('publishing');
      expect((await post(`/${round}/return`, { note: '撤回' }, approver)).body.code).toBe('reform.state');
      const { size } = office.catalogue.view;
      Object.assign(faults, { before: false, after: false });
      expect((await post(`/${round}/publication`, undefined, writer, key)).body.status).toBe('published');
      expect(office.catalogue.view.size - size).toBe(when === 'before' ? 1 : 0);
      expect(unwrap(itemOn(code, '2026-08-01'))).toMatchObject({ version: 3 });
    },
  );
});
