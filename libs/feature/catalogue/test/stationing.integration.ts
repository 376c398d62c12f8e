import { jest } from '@jest/globals';
import type { NodeCode } from '@tongban/kernel';
import { agentSchema, stationingSchema } from '@tongban/domain/catalogue';
import {
  aDelegation,
  aDepartment,
  anItem,
  city,
  district,
  itemCode,
  otherTownship,
  township,
  village,
  type Caller,
} from '@tongban/testkit';
import { openTestApp, publishByTwo, type TestApp } from './http-app.js';

const timeoutMs = 60_000;
jest.setTimeout(timeoutMs);

const secondCode = '370511002000';
let app: TestApp;
let below: Caller;
const publish = (payload: object, by: Caller, node: NodeCode) => publishByTwo(app, by, node, payload);

beforeAll(async () => {
  app = await openTestApp([city, district, township, otherTownship, village]);
  below = app.as('catalogue-manager', district);
  const whole = {
    departments: [aDepartment()],
    items: [anItem(), anItem({ code: secondCode, name: '临时救助', presenceRequired: true })],
    delegations: [
      aDelegation(),
      aDelegation({ id: 'by-agents', from: 'township', to: 'village', powers: ['submit'], form: 'agency' }),
    ],
  };
  expect((await publish(whole, app.as('catalogue-manager', city), city)).statusCode).toBe(201);
});
afterAll(() => app?.close());

describe('stationing', () => {
  const stationing = (items: object[], version = 1) =>
    stationingSchema.parse({
      id: `civil-affairs-${district}`,
      version,
      hall: district,
      departmentId: 'civil-affairs',
      items,
      validFrom: '2026-01-01',
    });

  it('lists per department what is in the hall, with rates', async () => {
    const items = [
      {
        item: itemCode,
        status: 'acceptedTwice',
        reason: '专网未迁入',
        windows: ['12号'],
        authorised: ['accept', 'decide'],
      },
    ];
    expect((await publish({ stationings: [stationing(items)] }, below, district)).statusCode).toBe(201);
    const { departments } = (await app.get(`${district}/stationing`)).json();
    expect(departments).toMatchObject([
      {
        departmentId: 'civil-affairs',
        reported: true,
        total: 2,
        acceptedTwice: 1,
        unreported: 1,
        stationedRate: 0.5,
        authorisedRate: 1,
        acceptedTwiceRate: 1,
        items: [
          { code: itemCode, statusName: '两头受理', reason: '专网未迁入', windows: ['12号'] },
          { code: secondCode, status: 'unreported', statusName: '未报' },
        ],
      },
    ]);
  });

  it('wants a reason for what is not in the hall, and a hall of the publisher', async () => {
    const items = [{ item: itemCode, status: 'notStationed' }];
    const refused = await publish({ stationings: [stationing(items, 2)] }, below, district);
    expect(JSON.stringify(refused.json())).toContain('未进驻须说明原因');
    const foreign = app.as('catalogue-manager', otherTownship);
    const elsewhere = await publish({ stationings: [stationing([], 2)] }, foreign, otherTownship);
    expect(JSON.stringify(elsewhere.json())).toContain('大厅不在本区划内');
  });
});

describe('agents', () => {
  const agent = (parts: object = {}) =>
    agentSchema.parse({
      id: 'wang',
      version: 1,
      node: village,
      name: '王秀兰',
      phone: '0633-1234567',
      place: '村便民服务站',
      hours: '周一至周五 8:30—17:00',
      items: [itemCode],
      validFrom: '2026-01-01',
      ...parts,
    });
  const own = () => app.as('catalogue-manager', township);

  it('are posted with items, place and telephone, at their village and above', async () => {
    const inPerson = await publish({ agents: [agent({ items: [secondCode] })] }, own(), township);
    expect(JSON.stringify(inPerson.json())).toContain('须申请人本人到场，不能代办');
    expect((await publish({ agents: [agent()] }, own(), township)).statusCode).toBe(201);
    const shown = [
      { id: 'wang', node: village, phone: '0633-1234567', place: '村便民服务站', items: [{ code: itemCode }] },
    ];
    for (const node of [village, township, district]) {
      expect((await app.get(`${node}/agents`)).json().agents).toMatchObject(shown);
    }
    expect((await app.get(`${otherTownship}/agents`)).json()).toEqual({ agents: [] });
  });

  it('stand in the agency catalogue of the village', async () => {
    expect((await app.get(`${village}/agency-items`)).json()).toMatchObject({
      items: [{ code: itemCode, accept: township, departmentName: '社会事务办公室', agents: [{ name: '王秀兰' }] }],
    });
    expect((await app.get(`${township}/agency-items`)).json()).toEqual({ items: [] });
  });

  it('go when they are withdrawn', async () => {
    const gone = await own().send('POST', `${township}/catalogue/agent/wang/withdrawal`, { reason: '离任' });
    expect(gone.statusCode).toBe(201);
    expect((await app.get(`${village}/agents`)).json()).toEqual({ agents: [] });
  });
});
