import { jest } from '@jest/globals';
import { isUscc, type Department, type ServiceItem } from '@tongban/domain/catalogue';
import ExcelJS from 'exceljs';
import {
  agencyOf,
  CatalogueDesk,
  catalogueStaff,
  city,
  delegationOf,
  district,
  madeUpItem,
  township,
  village,
} from './catalogue-desk.js';
import { commandHeaders, type Answer } from './http.js';
import { killApp } from './mishaps.js';
import { usernameOf } from './office.js';
import { chinaDay, grantMandate, makeApplicant, submissionOf } from './papers.js';
import { cityTimeoutMs, runCity, type RunningCity } from './running.js';
import { until } from './wait.js';

const testTimeoutMs = 60_000;
const spreadTimeoutMs = 60_000;
jest.setTimeout(testTimeoutMs);

const codes = {
  plain: '000511990001',
  versions: '000511990002',
  absent: '000511990003',
  reform: '000511990004',
} as const;
const unknownItem = '000511990099';

interface Shown {
  readonly version: number;
  readonly description: string;
  readonly promisedDays: number;
}
interface Line {
  readonly publisher: string;
  readonly newest: number;
  readonly behind: number;
  readonly lagging: readonly { readonly named: readonly string[] }[];
}

describe('the catalogue of a city', () => {
  let running: RunningCity;
  let desk: CatalogueDesk;
  let department: Department;
  const item = (code: string, parts: Partial<ServiceItem> = {}) => madeUpItem(code, department, parts);
  const refused = ({ status, json }: Answer) => [status, json?.['code']];
  const today = chinaDay();

  beforeAll(async () => {
    running = await runCity({ persons: catalogueStaff });
    desk = new CatalogueDesk(running.office);
    const { departments } = await desk.export();
    department = departments.find(({ id }) => id === 'civil-affairs')!;
    await desk.published({
      items: Object.values(codes).map((code) => item(code)),
      delegations: Object.values(codes).flatMap((code) => [delegationOf(code), agencyOf(code)]),
    });
    await desk.shown<Shown>(village, `/items/${codes.reform}`, ({ version }) => version === 1);
  }, cityTimeoutMs);

  afterAll(() => running?.city.dispose(), testTimeoutMs);

  it('lists every element of an item with its place in the standards, and builds its codes', async () => {
    const url = `${running.office.base('village')}/v1/item-elements`;
    const elements = (await running.office.send(undefined, 'GET', url)).json;
    expect(elements?.['elements']).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ field: 'materials', gbt39046: expect.arrayContaining([56, 64]) }),
      ]),
    );
    const { json } = await running.office.get(undefined, village, `/items/${codes.plain}`);
    const built = json?.['codes'] as Record<string, string>;
    expect(built).toMatchObject({ base: codes.plain, implementation: expect.stringMatching(/^.{31}$/) as string });
    expect(built['handling']).toMatch(/^.{33}$/);
    expect(isUscc(built['implementation']!.slice(0, 18))).toBe(true);
    expect(json?.['applicantForm']).toEqual({ type: 'object', properties: {}, required: [] });
  });

  describe('versions', () => {
    let record: string;
    const agent = usernameOf('agent', village);

    it('are read by a second person, and show before they are published what they touch', async () => {
      const applicant = makeApplicant();
      const mandate = await grantMandate(running.office, agent, village, applicant, { items: [codes.versions] });
      const submission = { ...submissionOf({ item: codes.versions, applicant, attachments: [], mandate }), form: {} };
      const submitted = await running.office.command(agent, village, '/cases', submission);
      expect(submitted.status).toBe(201);
      record = String(submitted.json?.['record']);
      await until('the city to count the case', spreadTimeoutMs, async () => {
        const { status } = await running.office.get(usernameOf('supervisor', city), city, `/cases/${record}`);
        return status === 200 ? true : undefined;
      });
      const { version: _version, ...document } = item(codes.versions, { description: '第二版。', validFrom: today });
      const made = await desk.command('/drafts', document);
      const draft = `/drafts/${String(made.json?.['draft'])}`;
      const own = await desk.command(`${draft}/review`, { verdict: 'approve' }, city, { 'if-match': '"1"' });
      expect(refused(own)).toEqual([409, 'catalogue.same-person']);
      const { json } = await desk.get(`${draft}/impact`);
      expect(json).toMatchObject({
        inForce: 1,
        changes: expect.arrayContaining([expect.objectContaining({ path: 'description' })]) as unknown[],
        uses: { cases: [{ version: 1, running: 1 }], casesCounted: true },
        holders: { total: 1741, newest: 1741, behind: [], silent: [], unheard: 0 },
      });
    });

    it('replace each other without an overlap, field by field, and leave a case with its own', async () => {
      expect((await desk.revise(item(codes.versions, { description: '第二版。', validFrom: today }))).status).toBe(200);
      await desk.shown<Shown>(village, `/items/${codes.versions}`, ({ version }) => version === 2);
      const early = await desk.revise(item(codes.versions, { description: '更早。', validFrom: '2026-01-01' }));
      expect(refused(early)).toEqual([409, 'item.period-overlap']);
      const { json } = await running.office.get(undefined, village, `/items/${codes.versions}/comparison?from=1&to=2`);
      expect(json?.['changes']).toMatchObject([
        { path: 'description', from: '用于端到端测试。', to: '第二版。' },
        { path: 'validFrom' },
      ]);
      const [entry] = await running.databases.query<{ version: string }>(
        'village',
        `select facts->'item'->>'version' as version from entry where record = $1 and type = 'case.submitted'`,
        [record],
      );
      expect(entry).toEqual({ version: '1' });
    });

    it('are not withdrawn while cases run, unless somebody answers for it', async () => {
      const path = `/catalogue/item/${codes.versions}/withdrawal`;
      const inUse = await desk.command(path, { reason: '停办' });
      expect(refused(inUse)).toEqual([409, 'catalogue.in-use']);
      expect(inUse.text).toContain('件在办');
      expect((await desk.command(path, { reason: '停办', force: true })).status).toBe(201);
      await until('the village to stop offering it', spreadTimeoutMs, async () => {
        const { json } = await running.office.get(undefined, village, `/items/${codes.versions}`);
        return json?.['code'] === 'item.not-published' ? true : undefined;
      });
    });
  });

  it('has layers: a base from above, a localisation below, and says whose word each field is', async () => {
    const { name, type } = item(codes.plain);
    const base = { code: codes.plain, version: 1, source: 'province', fields: { name, type, statutoryDays: 20 } };
    await desk.published({ bases: [{ ...base, validFrom: '2026-01-01' }] });
    const localisation = { item: codes.plain, version: 1, basedOn: 1, validFrom: '2026-01-01' };
    await desk.shown(district, `/items/${codes.plain}/provenance`, () => true);
    await desk.published({ localisations: [{ ...localisation, fields: { consultPhone: '0633-8880001' } }] }, district);
    const { fields } = await desk.shown<{ fields: { field: string; layer: string }[] }>(
      village,
      `/items/${codes.plain}/provenance`,
      (shown) => shown.fields.some(({ layer }) => layer === 'district'),
    );
    const layerOf = (field: string) => fields.find((one) => one.field === field)?.layer;
    expect([layerOf('name'), layerOf('consultPhone'), layerOf('description')]).toEqual([
      'province',
      'district',
      'city',
    ]);
    await desk.published({
      items: [item(codes.plain, { version: 2, consultPhone: '0633-8880002', validFrom: today })],
    });
    await desk.shown<{ versions: Shown[] }>(district, `/items/${codes.plain}/versions`, ({ versions }) =>
      versions.some(({ version }) => version === 2),
    );
    const { json } = await desk.get('/upstream-changes', district);
    expect(json?.['localisations']).toMatchObject([{ item: codes.plain, basedOn: 1, touched: ['consultPhone'] }]);
  });

  it('delegates down to the village, which answers from its own database, and takes back with a rule', async () => {
    const authority = await desk.shown<Record<string, unknown>>(village, `/items/${codes.plain}/authority`, () => true);
    expect(authority).toMatchObject({ competent: district, upTo: 'submit', byRight: false });
    expect(JSON.stringify(authority['steps'])).toContain(`e2e-${codes.plain}-agency`);
    const revocation = { revokedOn: today, runningCases: 'handBack', reason: '调整' };
    const revoked = await desk.command(`/delegations/e2e-${codes.plain}-townships/revocation`, revocation);
    expect(revoked.json).toMatchObject({ dependents: [{ id: `e2e-${codes.plain}-agency` }], casesCounted: true });
    const ended = await desk.shown<{ ending: unknown[] }>(
      township,
      `/items/${codes.plain}/authority`,
      ({ ending }) => ending.length > 0,
    );
    expect(ended.ending).toMatchObject([{ rule: 'handBack', to: district }]);
  });

  it('posts agents with items, place and telephone, and what departments have brought into the hall', async () => {
    const agent = {
      ...{ id: 'e2e-agent', version: 1, node: village, name: '王秀兰', phone: '0633-1234567', validFrom: '2026-01-01' },
      ...{ place: '村便民服务站', hours: '工作日 8:30—17:00', items: [codes.absent] },
    };
    await desk.published({ agents: [agent] }, township);
    await desk.shown<{ agents: unknown[] }>(village, '/agents', ({ agents }) =>
      JSON.stringify(agents).includes('王秀兰'),
    );
    await desk.shown<{ items: unknown[] }>(village, '/agency-items?limit=200', ({ items }) =>
      JSON.stringify(items).includes('王秀兰'),
    );
    const stationing = {
      ...{ id: `${department.id}-${district}`, version: 1, hall: district, departmentId: department.id },
      validFrom: '2026-01-01',
      items: [{ item: codes.absent, status: 'stationed', windows: ['3号窗口'], authorised: ['accept', 'decide'] }],
    };
    await desk.published({ stationings: [stationing] }, district);
    const { departments } = await desk.shown<{ departments: Record<string, unknown>[] }>(
      district,
      '/stationing',
      (shown) => shown.departments.some(({ reported }) => reported === true),
    );
    const own = departments.find(({ departmentId }) => departmentId === department.id);
    expect(own).toMatchObject({ stationed: 1, authorised: 1, authorisedRate: 1 });
  });

  it('is reformed in a round: planned, compared, approved by another, published as one', async () => {
    const plan = {
      ...{ title: '端到端测试提速', basis: '日政办发〔2026〕1号', effectiveOn: today },
      groups: [{ name: '行政给付', items: [codes.reform] }],
      changes: [{ kind: 'compress', item: codes.reform, promisedDays: 3 }],
    };
    const begun = await desk.command('/reforms', plan);
    expect(begun.status).toBe(201);
    const round = `/reforms/${String(begun.json?.['round'])}`;
    const { json } = await desk.get(`${round}/comparison`);
    expect(json).toMatchObject({ before: { promisedDays: { total: 8 } }, after: { promisedDays: { total: 3 } } });
    expect((await desk.command(`${round}/proposal`, {})).status).toBeLessThan(300);
    expect(refused(await desk.command(`${round}/approval`, {}))).toEqual([409, 'reform.same-person']);
    const approver = usernameOf('approver', city);
    expect((await running.office.command(approver, city, `${round}/approval`, {})).status).toBeLessThan(300);
    expect((await desk.command(`${round}/publication`, {})).status).toBeLessThan(300);
    const shown = await desk.shown<Shown>(village, `/items/${codes.reform}`, ({ version }) => version === 2);
    expect(shown.promisedDays).toBe(3);
    expect((await desk.get(round)).json).toMatchObject({ status: 'published' });
  });

  it('goes out and comes in again as a file, unchanged; what is changed waits for a second person', async () => {
    const xlsx = await desk.file('format=xlsx');
    expect((await desk.import(xlsx)).json).toMatchObject({ published: 0, items: expect.any(Number) as number });
    const json = await desk.file('format=json');
    expect((await desk.import(json, 'format=json')).json).toMatchObject({ published: 0 });
    const { items } = JSON.parse(Buffer.from(json).toString()) as { items: ServiceItem[] };
    const { version: _numbered, ...one } = items.find(({ code }) => code === codes.absent)!;
    const changed = Buffer.from(JSON.stringify({ items: [{ ...one, description: '导入修改。' }] }));
    const proposed = await desk.import(new Uint8Array(changed), 'format=json');
    expect([proposed.status, proposed.json]).toMatchObject([202, { state: 'proposed', toPublish: 1 }]);
    const alone = await desk.approve(proposed, city, usernameOf('catalogue-manager', city));
    expect(refused(alone)).toEqual([409, 'catalogue.same-person']);
    expect((await desk.approve(proposed)).status).toBe(201);
    await desk.shown<Shown>(village, `/items/${codes.absent}`, ({ description }) => description === '导入修改。');
  });

  it('is public as a guide with the seven disclosures, found by pinyin, to be printed, without login', async () => {
    const found = await desk.shown<{ total: number }>(village, '/guide?query=ddd&limit=1', () => true);
    expect(found.total).toBeGreaterThan(0);
    const { disclosures } = await desk.shown<{ disclosures: object }>(village, `/guide/${codes.absent}`, () => true);
    expect(Object.keys(disclosures).sort()).toEqual(
      ['conditions', 'fee', 'legalBasis', 'materials', 'name', 'procedure', 'time'].sort(),
    );
    const page = await running.office.get(undefined, village, `/guide/${codes.absent}/page`);
    expect([page.status, page.contentType]).toEqual([200, expect.stringContaining('text/html')]);
  });

  it(
    'has forms to download at the village, without login',
    async () => {
      const form = new TextEncoder().encode('补贴申请表\n姓名：\n身份证号码：\n');
      const upload = running.office.url(city, '/catalogue/files');
      const manager = usernameOf('catalogue-manager', city);
      const stored = await running.office.send(manager, 'POST', upload, { 'content-type': 'text/plain' }, form);
      expect(stored.status).toBe(201);
      const digest = String(stored.json?.['digest']);
      const blankForm = { name: '申请表.txt', digest, mediaType: 'text/plain' };
      const paper = {
        code: 'form',
        name: '申请表',
        necessity: 'required',
        source: 'applicant',
        form: 'original',
        copies: 1,
      };
      const materials = [{ ...paper, blankForm }] as ServiceItem['materials'];
      await desk.published({ items: [item(codes.plain, { version: 3, materials, validFrom: today })] });
      await until('the form to have come down to the village', testTimeoutMs, async () => {
        const path = `/guide/${codes.plain}/files/${digest}`;
        const { status, text } = await running.office.get(undefined, village, path);
        return status === 200 && text.startsWith('补贴申请表') ? true : undefined;
      });
    },
    2 * testTimeoutMs,
  );

  it('reaches a host that was away, as soon as it is back, and the city sees it', async () => {
    const lineOf = async (): Promise<Line | undefined> => {
      const { json } = await desk.get('/catalogue/standing');
      return (json?.['publishers'] as Line[]).find(({ publisher }) => publisher === city);
    };
    await killApp(running.city, 'village', async () => {
      await desk.published({ items: [item(codes.absent, { version: 9, description: '离线期间。' })] });
      await until('the city to see who is behind', spreadTimeoutMs, async () =>
        (await lineOf())!.behind === 1679 ? true : undefined,
      );
      expect((await lineOf())!.lagging.flatMap(({ named }) => named)).toContain(village);
    });
    await desk.shown<Shown>(village, `/items/${codes.absent}`, ({ description }) => description === '离线期间。');
    await until('all nodes to be up to date', spreadTimeoutMs, async () =>
      (await lineOf())!.newest === 1741 ? true : undefined,
    );
  });

  describe('refuses, and writes nothing of it', () => {
    const versions = async (): Promise<number> => {
      const [row] = await running.databases.query<{ n: number }>(
        'city',
        'select count(*)::int as n from catalogue_version',
      );
      return row!.n;
    };
    async function refuses(status: number, code: string, text: string, answer: Promise<Answer>): Promise<void> {
      const before = await versions();
      const given = await answer;
      expect([...refused(given), given.text]).toEqual([status, code, expect.stringContaining(text)]);
      expect(await versions()).toBe(before);
    }
    const publish = (catalogue: object) => desk.publish(catalogue);

    it('a wrong check character', () => {
      const mistyped = ['0', '1']
        .map((check) => `11371100MB285720${check}A`.slice(0, 18))
        .find((uscc) => !isUscc(uscc));
      const wrong = { ...department, version: 99, uscc: { [city]: mistyped } };
      return refuses(400, 'request.invalid', 'uscc', publish({ departments: [wrong] }));
    });
    it('a promise longer than the law allows', () =>
      refuses(
        400,
        'item.invalid',
        '承诺时限超过法定时限',
        publish({ items: [item(unknownItem, { promisedDays: 40 })] }),
      ));
    it('a fee without a basis', () =>
      refuses(400, 'item.invalid', '收费', publish({ items: [item(unknownItem, { fee: { charged: true } })] })));
    it('a power that the giver does not hold', () => {
      const delegation = delegationOf(codes.reform, {
        id: 'e2e-too-much',
        from: 'township',
        to: 'village',
        powers: ['review'],
      });
      return refuses(400, 'delegation.invalid', '不具有权限', publish({ delegations: [delegation] }));
    });
    it('a circle of delegations', () => {
      const up = delegationOf(codes.reform, { id: 'e2e-circle', from: 'township', to: district, powers: ['accept'] });
      return refuses(400, 'delegation.invalid', '只能授予下级', publish({ delegations: [up] }));
    });
    it('the removal of a department in use', () => {
      const removal = desk.command(`/catalogue/department/${department.id}/withdrawal`, { reason: '撤并' });
      return refuses(409, 'catalogue.in-use', '事项', removal);
    });

    const edited = async (change: (book: ExcelJS.Workbook) => void): Promise<Uint8Array<ArrayBuffer>> => {
      const book = new ExcelJS.Workbook();
      const file = await desk.file('content=template');
      await book.xlsx.load(file.buffer, { ignoreNodes: ['dataValidations'] });
      change(book);
      return new Uint8Array(await book.xlsx.writeBuffer());
    };
    const manyRows = 50_000;
    it.each<[string, string, string, (book: ExcelJS.Workbook) => void]>([
      ['merged cells', 'sheet.layout', 'A3:B3', (book) => book.getWorksheet('事项')!.mergeCells('A3:B3')],
      ['a wrong sheet', 'sheet.layout', '别的', (book) => void book.addWorksheet('别的')],
      [
        'a formula',
        'sheet.unsafe',
        'C3',
        (book) => void (book.getWorksheet('事项')!.getCell('C3').value = { formula: '1+1' }),
      ],
      [
        '50,000 rows',
        'sheet.too-large',
        '行',
        (book) => book.getWorksheet('部门')!.addRows(Array.from({ length: manyRows }, (_row, index) => [`d-${index}`])),
      ],
    ])('a workbook with %s', async (_what, code, text, change) => {
      const status = code === 'sheet.too-large' ? 413 : 400;
      await refuses(status, code, text, desk.import(await edited(change)));
    });
    it('what is no workbook', () =>
      refuses(400, 'sheet.not-xlsx', 'xlsx', desk.import(new Uint8Array(Buffer.from('a,b\n1,2')))));
    it('what comes without login', async () => {
      const url = running.office.url(city, '/catalogue');
      const answer = await running.office.send(undefined, 'POST', url, commandHeaders(), '{}');
      expect(refused(answer)).toEqual([401, 'identity.missing']);
    });
  });
});
