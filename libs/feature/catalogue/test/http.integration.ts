import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import { nodeCode } from '@tongban/kernel';
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
import { openTestApp, type TestApp } from './http-app.js';

const timeoutMs = 60_000;
jest.setTimeout(timeoutMs);

let app: TestApp;
let manager: Caller;
const get = (path: string) => app.get(path);
const publish = (payload: object, by = manager, key: string = randomUUID()) =>
  by.send('POST', `${city}/catalogue`, payload, { key });
const whole = {
  departments: [aDepartment()],
  items: [anItem(), anItem({ code: '370511002000', name: '城市特困人员救助供养' })],
  delegations: [aDelegation(), aDelegation({ id: 'support-to-townships', item: '370511002000' })],
};

beforeAll(async () => {
  app = await openTestApp([city, district, township, village]);
  manager = app.as('catalogue-manager', city);
});
afterAll(() => app?.close());

describe('POST /nodes/{node}/catalogue', () => {
  it('publishes all of it, once', async () => {
    const key = randomUUID();
    const counts = { published: 5, unchanged: 0, items: 2, departments: 1, delegations: 2 };
    for (let time = 0; time < 2; time++) {
      const done = await publish(whole, manager, key);
      expect([done.statusCode, done.json()]).toEqual([201, counts]);
    }
    const again = await publish(whole);
    expect(again.json()).toMatchObject({ published: 0, unchanged: 5 });
    const [row] = await app.parts.transactor.run((sql) =>
      sql.query('select actor_subject, actor_role, actor_division from catalogue_publication where key = $1', [key]),
    );
    expect(row).toEqual({
      actor_subject: 'catalogue-manager-1',
      actor_role: 'catalogue-manager',
      actor_division: city,
    });
  });

  it('is for the catalogue manager of the node, with a key', async () => {
    expect((await publish(whole, app.as('clerk', city))).json()).toMatchObject({ code: 'jurisdiction.role' });
    const below = app.as('catalogue-manager', district);
    expect((await publish(whole, below)).json()).toMatchObject({ status: 403, code: 'jurisdiction.division' });
    expect((await publish(whole, manager, '')).json()).toMatchObject({
      code: 'request.key-missing',
    });
  });

  it('names what is wrong', async () => {
    const malformed = await publish({ items: [{ ...anItem(), version: 0 }] });
    expect([malformed.statusCode, malformed.json()]).toMatchObject([
      400,
      { code: 'request.invalid', errors: [{ path: 'body.items.0.version' }] },
    ]);
    const invalid = await publish({ items: [anItem({ version: 2, promisedDays: 40 })] });
    expect([invalid.statusCode, invalid.json()]).toMatchObject([400, { code: 'item.invalid' }]);
    expect(JSON.stringify(invalid.json())).toContain('承诺时限超过法定时限');
    const conflict = await publish({ items: [anItem({ name: '换了名称' })] });
    expect([conflict.statusCode, conflict.json()]).toMatchObject([409, { code: 'item.version-conflict' }]);
  });
});

describe('what anybody may read', () => {
  it('lists what the node can do, page by page', async () => {
    const first = (await get(`${township}/items?limit=1`)).json();
    expect(first.items).toEqual([
      expect.objectContaining({
        code: itemCode,
        departmentName: '社会事务办公室',
        typeName: '行政给付',
        regimeName: '承诺件',
        powers: ['submit', 'accept', 'decide', 'deliver'],
      }),
    ]);
    const second = (await get(`${township}/items?limit=1&cursor=${first.next}`)).json();
    expect(second.items).toMatchObject([{ code: '370511002000' }]);
    expect(second.next).toBeUndefined();
    const found = (await get(`${district}/items?query=${encodeURIComponent('特困')}`)).json();
    expect(found.items).toMatchObject([{ code: '370511002000', powers: expect.arrayContaining(['certify']) }]);
    expect((await get(`${village}/items`)).json()).toEqual({ items: [] });
  });

  it('lists for whoever looks after the catalogue all that the node sees, by tier, department and type', async () => {
    const codesOf = async (query: string) => {
      const { items } = (await get(`${village}/items?scope=seen&${query}`)).json();
      return items.map(({ code }: { readonly code: string }) => code);
    };
    const all = (await get(`${village}/items?scope=seen`)).json();
    expect(all.items).toMatchObject([
      { code: itemCode, powers: [] },
      { code: '370511002000', powers: [] },
    ]);
    expect(await codesOf('level=district&department=civil-affairs&type=benefit')).toEqual([itemCode, '370511002000']);
    expect(await codesOf(`level=district&query=${encodeURIComponent('特困')}`)).toEqual(['370511002000']);
    for (const none of ['level=city', 'department=health', 'type=licence']) expect(await codesOf(none)).toEqual([]);
    const first = (await get(`${village}/items?scope=seen&limit=1`)).json();
    expect(await codesOf(`cursor=${first.next}`)).toEqual(['370511002000']);
    expect((await get(`${village}/items?scope=all`)).json()).toMatchObject({ code: 'request.invalid' });
  });

  it('discloses an item, with the powers and the route of the node', async () => {
    const item = (await get(`${township}/items/${itemCode}`)).json();
    const { code, name, legalBasis, conditions, materials, steps, promisedDays, statutoryDays, fee } = anItem();
    expect(item).toMatchObject({
      code,
      name,
      legalBasis,
      conditions,
      materials,
      steps,
      promisedDays,
      statutoryDays,
      fee,
    });
    expect(item).toMatchObject({
      complaintPhone: '0633-12345',
      departmentName: '社会事务办公室',
      powers: ['submit', 'accept', 'decide', 'deliver'],
      route: { competent: district, accept: township, review: district, decide: township, certify: district },
    });
    const elsewhere = (await get(`${village}/items/${itemCode}`)).json();
    expect(elsewhere.powers).toEqual([]);
    expect(elsewhere.route).toBeUndefined();
  });

  it('lists the offices at the tier of the node', async () => {
    expect((await get(`${township}/departments`)).json()).toEqual({
      departments: [
        {
          id: 'civil-affairs',
          name: '社会事务办公室',
          field: '11',
          uscc: expect.stringMatching(/^[0-9A-Z]{18}$/),
          demonstrationCode: true,
        },
      ],
    });
    expect((await get(`${village}/departments`)).json()).toEqual({ departments: [] });
  });

  it('refuses what is not there', async () => {
    expect((await get(`${township}/items/370511009000`)).json()).toMatchObject({ status: 404, code: 'item.unknown' });
    expect((await get(`${township}/items/1`)).json()).toMatchObject({ status: 400, code: 'request.invalid' });
    expect((await get(`${township}/items?cursor=x`)).json()).toMatchObject({ code: 'request.invalid' });
    expect((await get(`${nodeCode('371121000000')}/items`)).json()).toMatchObject({ code: 'node.not-hosted' });
  });

  it('is described', () => {
    const paths = Object.keys(app.app.document.paths);
    expect(paths).toEqual(
      expect.arrayContaining(['/nodes/{node}/items/{code}', '/nodes/{node}/catalogue', '/nodes/{node}/items']),
    );
  });
});
