import { jest } from '@jest/globals';
import type { Delegation } from '@tongban/domain/delegation';
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

let app: TestApp;
let manager: Caller;
const publish = (...delegations: Delegation[]) => publishByTwo(app, manager, city, { delegations });
const authority = async (node: string) => (await app.get(`${node}/items/${itemCode}/authority`)).json();
const revoke = (id: string, body: object, by = manager, node: string = city) =>
  by.send('POST', `${node}/delegations/${id}/revocation`, body);
const path = (id: string) => `${city}/catalogue/delegation/${id}/withdrawal`;

beforeAll(async () => {
  app = await openTestApp([city, district, township, otherTownship, village]);
  manager = app.as('catalogue-manager', city);
  const seal = { owner: 'giver', name: '区民政局审批专用章' } as const;
  const whole = {
    departments: [aDepartment()],
    items: [anItem()],
    delegations: [
      aDelegation({ seal, quota: { cases: 30, per: 'month' }, document: '区政授〔2026〕3号' }),
      aDelegation({ id: 'by-agents', from: 'township', to: 'village', powers: ['submit'], form: 'agency' }),
    ],
  };
  expect((await manager.send('POST', `${city}/catalogue`, whole)).statusCode).toBe(201);
});
afterAll(() => app?.close());

describe('what a node may do here, now', () => {
  it('is told with the delegation, its seal and quota, and who does the rest', async () => {
    expect(await authority(township)).toMatchObject({
      on: '2026-03-02',
      item: { code: itemCode, version: 1 },
      competent: district,
      byRight: false,
      upTo: 'accept',
      summary: `本级可办到受理，审核、制证由 ${district} 办理`,
      steps: expect.arrayContaining([
        expect.objectContaining({
          power: 'decide',
          here: true,
          grants: [
            {
              delegation: 'allowance-to-townships',
              publisher: city,
              giver: district,
              form: 'devolved',
              formName: '下放',
              validFrom: '2026-01-01',
              seal: { owner: 'giver', name: '区民政局审批专用章' },
              quota: { cases: 30, per: 'month' },
              document: '区政授〔2026〕3号',
            },
          ],
        }),
        expect.objectContaining({ power: 'certify', here: false, node: district }),
      ]),
      ending: [],
    });
    expect(await authority(village)).toMatchObject({ upTo: 'submit', upToName: '收件' });
    expect(await authority(district)).toMatchObject({ byRight: true, summary: '本级主管该事项，各环节均可在本级办理' });
    expect(await authority(city)).toMatchObject({ status: 409, code: 'delegation.intake-above' });
  });

  it('lists what was given and what was received', async () => {
    const { given, received } = (await app.get(`${township}/delegations`)).json();
    expect(given).toMatchObject([{ id: 'by-agents', publisher: city, formName: '代办' }]);
    expect(received).toMatchObject([{ id: 'allowance-to-townships', to: 'township' }]);
  });
});

describe('bad delegations', () => {
  it.each([
    ['of a power that the giver does not hold', { from: 'township', to: 'village', powers: ['certify'] }, '不具有权限'],
    ['in a circle', { from: 'township', to: district, powers: ['accept'] }, '只能授予下级'],
    [
      'handing running cases to nobody',
      { revokedOn: '2026-05-01', revocation: { runningCases: 'handOver', reason: '调整' } },
      '须指定接收单位',
    ],
  ])('are refused: %s', async (_, parts, message) => {
    const refused = await publish(aDelegation({ id: 'bad', ...(parts as Partial<Delegation>) }));
    expect([refused.statusCode, refused.json().code]).toEqual([400, 'delegation.invalid']);
    expect(JSON.stringify(refused.json())).toContain(message);
  });
});

describe('revocation', () => {
  const body = { revokedOn: '2026-03-10', runningCases: 'handOver', handTo: district, reason: '乡镇机构改革' };

  it.each([
    ['an unknown delegation', 'nothing', body, 'delegation.unknown'],
    ['a day that has passed', 'allowance-to-townships', { ...body, revokedOn: '2026-03-01' }, 'delegation.invalid'],
    ['a hand-over to nobody', 'allowance-to-townships', { ...body, handTo: undefined }, 'delegation.invalid'],
    ['no reason', 'allowance-to-townships', { ...body, reason: ' ' }, 'request.invalid'],
  ])('is refused for %s', async (_, id, payload, code) => {
    expect((await revoke(id, payload)).json()).toMatchObject({ code });
  });

  it('is for the node that published it', async () => {
    const below = app.as('catalogue-manager', district);
    expect((await revoke('allowance-to-townships', body, below)).json()).toMatchObject({
      code: 'jurisdiction.division',
    });
    expect((await revoke('allowance-to-townships', body, below, district)).json()).toMatchObject({
      code: 'delegation.unknown',
    });
  });

  it('has a date and a rule for running cases, and tells what stands on it', async () => {
    app.running.set(itemCode, [
      { node: township, version: 1, running: 4 },
      { node: district, version: 1, running: 2 },
    ]);
    const done = await revoke('allowance-to-townships', body);
    expect([done.statusCode, done.json()]).toMatchObject([
      201,
      {
        version: 2,
        revokedOn: '2026-03-10',
        dependents: [{ id: 'by-agents' }],
        cases: [{ node: township, running: 4 }],
        casesCounted: true,
      },
    ]);
    expect(await authority(township)).toMatchObject({
      upTo: 'accept',
      steps: expect.arrayContaining([
        expect.objectContaining({ power: 'decide', grants: [expect.objectContaining({ lastDay: '2026-03-09' })] }),
      ]),
      ending: [{ revokedOn: '2026-03-10', rule: 'handOver', to: district, ruleName: '移交指定单位办理' }],
    });
    expect(app.host.view.powers(township, anItem(), '2026-03-09')).toContain('decide');
    expect(app.host.view.powers(township, anItem(), '2026-03-10')).toEqual([]);
    expect(app.host.view.powers(village, anItem(), '2026-03-10')).toEqual([]);
    expect(app.host.view.endings(township, itemCode, '2026-03-10')).toMatchObject([{ rule: 'handOver', to: district }]);
    const rows = await app.parts.transactor.run((sql) =>
      sql.query<{ version: number; applies: string }>(
        `select version, applies::text from catalogue_period where key = 'allowance-to-townships'`,
      ),
    );
    expect(rows).toEqual([{ version: 2, applies: '[2026-01-01,2026-03-10)' }]);
  });

  it('goes back to the giver or stays, as the rule says', async () => {
    for (const [index, rule] of (['finishHere', 'handBack'] as const).entries()) {
      const id = `single-${index}`;
      await publish(aDelegation({ id, to: otherTownship }));
      await revoke(id, { revokedOn: '2026-03-02', runningCases: rule, reason: '试点结束' });
    }
    const endings = app.host.view.endings(otherTownship, itemCode, '2026-03-02');
    const single = endings.filter(({ id }) => id.includes('single'));
    expect(single.map(({ rule, to }) => [rule, to])).toEqual([
      ['finishHere', undefined],
      ['handBack', district],
    ]);
    const again = { revokedOn: '2026-03-05', runningCases: 'handBack', reason: '再撤' };
    expect((await revoke('single-0', again)).json()).toMatchObject({ code: 'delegation.revoked' });
  });

  it('is not a withdrawal: that is refused while anything stands on it', async () => {
    const refused = await manager.send('POST', path('allowance-to-townships'), { reason: '误发' });
    expect(refused.json()).toMatchObject({ code: 'catalogue.in-use' });
    expect(JSON.stringify(refused.json())).toContain('授权 by-agents');
    app.running.clear();
    const agents = await manager.send('POST', path('by-agents'), { reason: '误发' });
    expect([agents.statusCode, agents.json()]).toMatchObject([201, { kind: 'delegation', version: 2 }]);
    expect((await manager.send('POST', path('by-agents'), { reason: '误发' })).json()).toMatchObject({
      code: 'catalogue.unknown',
    });
  });
});
