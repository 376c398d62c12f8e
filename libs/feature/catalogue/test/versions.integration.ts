import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import type { ServiceItem } from '@tongban/domain/catalogue';
import { violatedConstraint } from '@tongban/platform/database';
import { aDelegation, aDepartment, anItem, city, district, itemCode, township, type Caller } from '@tongban/testkit';
import { openTestApp, type TestApp } from './http-app.js';

const timeoutMs = 60_000;
jest.setTimeout(timeoutMs);

let app: TestApp;
let writer: Caller;
let second: Caller;
const document = (parts: Partial<ServiceItem> = {}): object => {
  const { version: _version, ...rest } = anItem(parts);
  return rest;
};

beforeAll(async () => {
  app = await openTestApp([city, district, township]);
  writer = app.as('catalogue-manager', city, 'writer');
  second = app.as('reviewer', city, 'second', { name: '王志强' });
  const whole = { departments: [aDepartment()], items: [anItem()], delegations: [aDelegation()] };
  expect((await writer.send('POST', `${city}/catalogue`, whole)).statusCode).toBe(201);
});
afterAll(() => app?.close());

async function drafted(parts: Partial<ServiceItem> = {}): Promise<string> {
  const made = await writer.send('POST', `${city}/drafts`, document(parts));
  expect([made.statusCode, made.json().status]).toEqual([201, 'draft']);
  return made.json().draft;
}
const approve = (draft: string, ifMatch = 1) =>
  second.send('POST', `${city}/drafts/${draft}/review`, { verdict: 'approve' }, { ifMatch });
const publish = (draft: string, ifMatch = 2, key: string = randomUUID()) =>
  writer.send('POST', `${city}/drafts/${draft}/publication`, undefined, { ifMatch, key });

describe('a version', () => {
  it('is written, reviewed by a second person and published, and the old one stays for its cases', async () => {
    const draft = await drafted({ validFrom: '2026-03-01', promisedDays: 5, description: '新版' });
    const own = app.as('reviewer', city, 'writer');
    const self = await own.send('POST', `${city}/drafts/${draft}/review`, { verdict: 'approve' }, { ifMatch: 1 });
    expect(self.json()).toMatchObject({ status: 409, code: 'catalogue.same-person' });
    expect((await publish(draft, 1)).json()).toMatchObject({ code: 'catalogue.draft-state' });
    expect((await approve(draft)).json()).toMatchObject({ status: 'reviewed', reviewedBy: 'second' });

    app.running.set(itemCode, [{ node: township, version: 1, running: 7 }]);
    const impact = (await writer.get(`${city}/drafts/${draft}/impact`)).json();
    expect(impact).toMatchObject({
      inForce: 1,
      changes: [{ path: 'description', kind: 'changed', to: '新版' }, { path: 'validFrom' }],
      uses: {
        casesCounted: true,
        cases: [{ node: township, version: 1, running: 7 }],
        delegations: [{ id: 'allowance-to-townships', to: 'township', powers: ['accept', 'decide'] }],
      },
      workers: [{ place: 'district' }, { place: 'township', powers: ['accept', 'decide'] }],
    });

    const key = randomUUID();
    const published = await publish(draft, 2, key);
    expect([published.statusCode, published.json()]).toMatchObject([200, { status: 'published', seq: 3 }]);
    expect((await publish(draft, 2, key)).json()).toEqual(published.json());
    expect(published.json().history).toMatchObject([
      { action: 'create', by: 'writer' },
      { action: 'approve', by: 'second', byName: '王志强' },
      { action: 'publish', by: 'writer' },
    ]);
    expect((await app.get(`${township}/items/${itemCode}`)).json()).toMatchObject({ version: 2, description: '新版' });
    expect(app.host.view.findItemVersion(township, itemCode, 1)).toMatchObject({ value: { version: 1 } });
    expect((await app.get(`${city}/items/${itemCode}/versions`)).json()).toMatchObject({
      versions: [
        { version: 2, phase: 'inForce', appliesFrom: '2026-03-01' },
        { version: 1, phase: 'ended', appliesFrom: '2026-01-01', appliesUntil: '2026-03-01' },
      ],
    });
    expect((await app.get(`${city}/items/${itemCode}/comparison?from=1&to=2`)).json()).toMatchObject({
      changes: [{ path: 'description', title: '事项说明' }, { path: 'validFrom' }],
    });
    expect((await app.get(`${city}/items/${itemCode}/comparison?from=1&to=9`)).json()).toMatchObject({
      code: 'item.version-not-held',
    });
  });

  it('does not begin before what is published already', async () => {
    const draft = await drafted({ validFrom: '2026-02-01' });
    await approve(draft);
    expect((await writer.get(`${city}/drafts/${draft}/impact`)).json()).toMatchObject({ overlaps: 2 });
    expect((await publish(draft)).json()).toMatchObject({ status: 409, code: 'item.period-overlap' });
  });

  it('is published once when two drafts for the same days are published at the same time', async () => {
    const code = '370511007000';
    const drafts = [await drafted({ code, name: '甲' }), await drafted({ code, name: '乙' })];
    for (const draft of drafts) await approve(draft);
    const done = await Promise.all(drafts.map((draft) => publish(draft)));
    expect(done.map(({ statusCode }) => statusCode).sort()).toEqual([200, 409]);
    expect(done.find(({ statusCode }) => statusCode === 409)?.json()).toMatchObject({ code: 'item.period-overlap' });
  });

  it('is not approved with a promise longer than the law, with a wrong check character, or a fee without a basis', async () => {
    const wrongUscc = `11650000010183859G3${itemCode}`;
    const draft = await drafted({
      validFrom: '2026-05-01',
      promisedDays: 30,
      implementationCode: wrongUscc,
      fee: { charged: true },
    });
    const seen = (await writer.get(`${city}/drafts/${draft}`)).json();
    expect(seen.problems).toEqual(
      expect.arrayContaining([
        'promisedDays: 承诺时限超过法定时限',
        expect.stringContaining('统一社会信用代码校验不符'),
        'fee.basis: 收费须有依据',
      ]),
    );
    const refused = await approve(draft);
    expect([refused.statusCode, refused.json().code]).toEqual([400, 'item.invalid']);
    const edit = (ifMatch: number) =>
      writer.send('PUT', `${city}/drafts/${draft}`, document({ validFrom: '2026-05-01' }), { ifMatch });
    expect((await edit(9)).json()).toMatchObject({ code: 'request.stale' });
    expect((await edit(1)).json()).toMatchObject({ seq: 2, problems: [] });
    const back = { verdict: 'return', note: '请补充依据' };
    const returned = await second.send('POST', `${city}/drafts/${draft}/review`, back, { ifMatch: 2 });
    expect(returned.json()).toMatchObject({ status: 'draft', seq: 3 });
    const reason = { reason: '不再修订' };
    const withdrawn = await writer.send('POST', `${city}/drafts/${draft}/withdrawal`, reason, { ifMatch: 3 });
    expect(withdrawn.json()).toMatchObject({ status: 'withdrawn' });
  });

  it('is listed, to those of the node', async () => {
    const drafts = (await writer.get(`${city}/drafts?limit=2`)).json();
    expect([drafts.drafts.length, typeof drafts.next]).toEqual([2, 'string']);
    const rest = (await writer.get(`${city}/drafts?limit=9&cursor=${drafts.next}`)).json();
    expect(rest.drafts).toHaveLength(3);
    const published = (await writer.get(`${city}/drafts?status=published`)).json().drafts;
    expect(published.map(({ code }: { code: string }) => code).sort()).toEqual([itemCode, '370511007000']);
    expect((await app.as('clerk', city).get(`${city}/drafts`)).json()).toMatchObject({ code: 'jurisdiction.role' });
    expect((await writer.get(`${city}/drafts/${randomUUID()}`)).json()).toMatchObject({
      code: 'catalogue.draft-unknown',
    });
  });
});

describe('the database', () => {
  it('keeps two versions of one record from applying on the same day', async () => {
    const attempt = app.parts.transactor.run((sql) =>
      sql.query(
        `insert into catalogue_period (publisher, kind, key, version, applies)
         values ($1, 'item', $2, 1, daterange('2026-03-05', '2026-03-06'))
         on conflict on constraint catalogue_period_pk do update set applies = excluded.applies`,
        [city, itemCode],
      ),
    );
    const failure: unknown = await attempt.catch((error: unknown) => error);
    expect(violatedConstraint(failure)).toBe('catalogue_period_apart');
  });

  it('gets the periods of a catalogue that was there before they were kept', async () => {
    const read = () =>
      app.parts.transactor.run((sql) => sql.query('select * from catalogue_period order by 1, 2, 3, 4'));
    const before = await read();
    await app.parts.transactor.run((sql) => sql.query('delete from catalogue_period'));
    await (await app.restart()).stop();
    expect(before.length).toBeGreaterThan(2);
    expect(await read()).toEqual(before);
  });
});

describe('withdrawal', () => {
  const path = `${city}/catalogue/item/${itemCode}/withdrawal`;

  it('is refused for what is used, with what uses it', async () => {
    const refused = await writer.send('POST', path, { reason: '政策停止执行' });
    expect([refused.statusCode, refused.json().code]).toEqual([409, 'catalogue.in-use']);
    expect(JSON.stringify(refused.json())).toContain(`${township} 有 7 件在办（第 1 版）`);
    expect(JSON.stringify(refused.json())).toContain('授权 allowance-to-townships');
    const office = await writer.send('POST', `${city}/catalogue/department/civil-affairs/withdrawal`, {
      reason: '机构撤并',
    });
    expect(JSON.stringify(office.json())).toContain(`事项 ${itemCode}`);
    expect((await writer.send('POST', path, { force: true })).json()).toMatchObject({ code: 'request.invalid' });
  });

  it('is done by force with a reason; cases keep their version, drafts of it are withdrawn too', async () => {
    const done = await writer.send('POST', path, { reason: '政策停止执行', force: true });
    expect([done.statusCode, done.json()]).toMatchObject([201, { version: 3, uses: { casesCounted: true } }]);
    expect((await app.get(`${township}/items/${itemCode}`)).json()).toMatchObject({ code: 'item.not-published' });
    expect(app.host.view.findItemVersion(township, itemCode, 1).ok).toBe(true);
    expect((await app.get(`${city}/items/${itemCode}/versions`)).json()).toMatchObject({
      versions: [{ phase: 'withdrawn' }, { phase: 'withdrawn' }],
      withdrawal: { version: 3, on: '2026-03-02', reason: '政策停止执行' },
    });
    const left = (await writer.get(`${city}/drafts?status=published`)).json().drafts;
    expect(left.map(({ code }: { code: string }) => code)).toEqual(['370511007000']);
    expect((await writer.send('POST', path, { reason: '再来' })).json()).toMatchObject({ code: 'catalogue.unknown' });
  });

  it('is followed by a new version, which alone applies', async () => {
    const draft = await drafted({ validFrom: '2026-02-15' });
    await approve(draft);
    expect((await publish(draft)).json()).toMatchObject({ status: 'published', document: { version: 4 } });
    expect((await app.get(`${township}/items/${itemCode}`)).json()).toMatchObject({ version: 4 });
    expect(app.host.view.findItem(city, itemCode, '2026-02-10')).toMatchObject({
      refusal: { code: 'item.not-published' },
    });
  });

  it('cannot be without force where nobody counts the cases', async () => {
    const blind = await openTestApp([city], false);
    const manager = blind.as('catalogue-manager', city);
    await manager.send('POST', `${city}/catalogue`, { departments: [aDepartment()], items: [anItem()] });
    const refused = await manager.send('POST', path, { reason: '停办' });
    expect(JSON.stringify(refused.json())).toContain('无法核实有无在办件');
    expect((await manager.send('POST', path, { reason: '停办', force: true })).statusCode).toBe(201);
    await blind.close();
  });
});
