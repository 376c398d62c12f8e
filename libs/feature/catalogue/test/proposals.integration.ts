import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import { aDelegation, aDepartment, anItem, city, district, itemCode, township, type Caller } from '@tongban/testkit';
import { openTestApp, type TestApp } from './http-app.js';

const timeoutMs = 60_000;
jest.setTimeout(timeoutMs);

let app: TestApp;
let writer: Caller;
let second: Caller;
const first = { departments: [aDepartment()], items: [anItem()] };
const changed = { items: [anItem({ version: 2, description: '提高标准', validFrom: '2026-02-01' })] };

const propose = (body: object, by = writer, key: string = randomUUID()) =>
  by.send('POST', `${city}/catalogue`, body, { key });
const decide = (
  proposal: string,
  what: 'approval' | 'rejection',
  by = second,
  ifMatch = 1,
  key: string = randomUUID(),
) =>
  by.send('POST', `${city}/proposals/${proposal}/${what}`, what === 'rejection' ? { reason: '标准有误' } : undefined, {
    ifMatch,
    key,
  });
const inForce = async () => (await app.get(`${township}/items/${itemCode}`)).json();

beforeAll(async () => {
  app = await openTestApp([city, district, township]);
  writer = app.as('catalogue-manager', city, 'writer', { name: '张晓燕' });
  second = app.as('catalogue-manager', city, 'second');
});
afterAll(() => app?.close());

describe('a bulk publication', () => {
  it('of a node without any catalogue is done at once', async () => {
    const done = await propose(first);
    expect([done.statusCode, done.json()]).toMatchObject([201, { published: 2 }]);
  });

  it('that changes nothing needs nobody else', async () => {
    const done = await propose(first);
    expect([done.statusCode, done.json()]).toMatchObject([201, { published: 0, unchanged: 2 }]);
  });

  it('waits for a second person, who reads what would change', async () => {
    const key = randomUUID();
    const made = await propose(changed, writer, key);
    expect([made.statusCode, made.json()]).toEqual([
      202,
      {
        state: 'proposed',
        proposal: key,
        seq: 1,
        toPublish: 1,
        unchanged: 0,
        items: 1,
        departments: 0,
        delegations: 0,
      },
    ]);
    expect((await propose(changed, writer, key)).json()).toEqual(made.json());
    expect(await inForce()).toMatchObject({ version: 1 });
    expect((await second.get(`${city}/proposals?status=proposed`)).json()).toMatchObject({
      proposals: [{ proposal: key, statusName: '待核准', proposedBy: 'writer', proposedByName: '张晓燕' }],
    });
    const read = await second.get(`${city}/proposals/${key}`);
    expect([read.headers['etag'], read.json()]).toMatchObject([
      '"1"',
      {
        total: 1,
        records: [
          {
            kind: 'item',
            key: itemCode,
            version: 2,
            change: 'changed',
            fields: [{ path: 'description', to: '提高标准' }, { path: 'validFrom' }],
          },
        ],
        problems: [],
      },
    ]);
    expect((await decide(key, 'approval', writer)).json()).toMatchObject({
      status: 409,
      code: 'catalogue.same-person',
    });
    expect((await decide(key, 'approval', second, 7)).json()).toMatchObject({ code: 'request.stale' });
    const approvalKey = randomUUID();
    for (let time = 0; time < 2; time++) {
      const done = await decide(key, 'approval', second, 1, approvalKey);
      expect([done.statusCode, done.json()]).toMatchObject([201, { published: 1 }]);
    }
    expect(await inForce()).toMatchObject({ version: 2, description: '提高标准' });
    expect((await decide(key, 'approval', second, 2)).json()).toMatchObject({ code: 'catalogue.proposal-state' });
    expect((await second.get(`${city}/proposals/${key}`)).json()).toMatchObject({
      status: 'approved',
      records: [{ change: 'held', fields: [] }],
      proposedByName: '张晓燕',
    });
    // Whose token says no name is known by the subject alone.
    const { history } = (await second.get(`${city}/proposals/${key}`)).json();
    expect(history).toMatchObject([
      { action: 'propose', by: 'writer', byName: '张晓燕' },
      { action: 'approve', by: 'second' },
    ]);
    expect(history[1]).not.toHaveProperty('byName');
  });

  it('is judged again when it is approved', async () => {
    const body = (description: string) => ({ items: [anItem({ version: 3, description })] });
    const [one, other] = [(await propose(body('甲'))).json().proposal, (await propose(body('乙'))).json().proposal];
    expect((await decide(one, 'approval')).statusCode).toBe(201);
    expect((await second.get(`${city}/proposals/${other}`)).json().problems).toEqual([
      expect.stringContaining('须使用更高的版本号'),
    ]);
    expect((await decide(other, 'approval')).json()).toMatchObject({ code: 'item.version-conflict' });
    expect(await inForce()).toMatchObject({ version: 3, description: '甲' });
    const back = await decide(other, 'rejection', writer);
    expect([back.statusCode, back.json()]).toEqual([200, { proposal: other, seq: 2, status: 'rejected' }]);
  });

  it('sent back publishes nothing', async () => {
    const { proposal } = (await propose({ delegations: [aDelegation()] })).json();
    expect((await second.get(`${city}/proposals/${proposal}`)).json().records).toMatchObject([
      { name: anItem().name, delegation: { from: 'district', to: 'township', powers: ['accept', 'decide'] } },
    ]);
    expect((await decide(proposal, 'rejection')).statusCode).toBe(200);
    expect((await decide(proposal, 'approval', second, 2)).json()).toMatchObject({ code: 'catalogue.proposal-state' });
    expect((await app.get(`${township}/delegations`)).json().received).toEqual([]);
    expect((await second.get(`${city}/proposals/${proposal}`)).json().history.at(-1)).toMatchObject({
      note: '标准有误',
    });
  });

  it('is refused at once when it is wrong, and nobody else may decide it', async () => {
    const wrong = await propose({ items: [anItem({ version: 9, promisedDays: 40 })] });
    expect([wrong.statusCode, wrong.json()]).toMatchObject([400, { code: 'item.invalid' }]);
    const { proposal } = (await propose({ items: [anItem({ version: 9 })] })).json();
    const elsewhere = app.as('catalogue-manager', district, 'elsewhere');
    expect((await decide(proposal, 'approval', elsewhere)).json()).toMatchObject({ code: 'jurisdiction.division' });
    const clerk = app.as('clerk', city, 'clerk');
    expect((await decide(proposal, 'approval', clerk)).json()).toMatchObject({ code: 'jurisdiction.role' });
    expect((await decide(randomUUID(), 'approval')).json()).toMatchObject({ code: 'catalogue.proposal-unknown' });
    const [page] = [(await second.get(`${city}/proposals?limit=2`)).json()];
    expect(page.proposals).toHaveLength(2);
    expect((await second.get(`${city}/proposals?limit=2&cursor=${page.next}`)).json().proposals.length).toBeGreaterThan(
      0,
    );
  });
});
