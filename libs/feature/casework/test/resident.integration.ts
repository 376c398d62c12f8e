import { jest } from '@jest/globals';
import { items, Office, type Reply } from './office.js';

jest.setTimeout(60_000);

let office: Office;
let clerk: string;
let approver: string;

beforeAll(async () => {
  office = await Office.open('2026-03-02');
  clerk = office.person('clerk', 'window');
  approver = office.person('approver', 'chief');
});
afterAll(async () => {
  await office?.close();
});

const codeOf = ({ status, json }: Reply): unknown => (status < 300 ? status : json['code']);
const apply = async (token: string, channel = 'online') => {
  const submitted = await office.post(token, 'cases', { ...office.application(items.plain), channel });
  expect(submitted.status).toBe(201);
  return submitted.json as { record: string; number: string; queryCode: string };
};
const act = async (token: string, record: string, path: string, body: object = {}): Promise<unknown> =>
  codeOf(await office.post(token, `cases/${record}/${path}`, body));
const ownCases = async (token: string, query = ''): Promise<Record<string, unknown>[]> =>
  (await office.get(token, `own-cases${query}`)).json['cases'] as Record<string, unknown>[];

describe('my cases', () => {
  it('are those that I applied for with my login, and nobody else’s', async () => {
    const wang = office.person('resident', 'wang');
    const first = await apply(wang);
    const second = await apply(wang);
    await apply(office.person('resident', 'zhao'));
    await apply(clerk, 'window');
    const mine = await ownCases(wang);
    expect(mine.map(({ record }) => record).sort()).toEqual([first.record, second.record].sort());
    expect(mine[0]).toMatchObject({ item: { code: items.plain.code }, canWithdraw: true, canRate: false, missing: [] });
    expect(JSON.stringify(mine)).not.toContain('王秀英');
    expect(codeOf(await office.get(clerk, 'own-cases'))).toBe('jurisdiction.role');
  });

  it('come in pages, each once', async () => {
    const many = office.person('resident', 'many');
    const records: unknown[] = [];
    for (let index = 0; index < 3; index++) records.push((await apply(many)).record);
    const seen: unknown[] = [];
    let query = '?limit=2';
    for (let pages = 0; pages < records.length; pages++) {
      const { json } = await office.get(many, `own-cases${query}`);
      seen.push(...(json['cases'] as { record: string }[]).map(({ record }) => record));
      if (json['next'] === null) break;
      query = `?limit=2&cursor=${encodeURIComponent(String(json['next']))}`;
    }
    expect(seen.sort()).toEqual(records.sort());
  });

  it('say what is missing, and what can be done', async () => {
    const li = office.person('resident', 'li');
    const { record } = await apply(li);
    expect((await ownCases(li))[0]).toMatchObject({ record, status: '待受理', missing: [], canSupplement: false });
    const notice = { materials: ['M1'], text: '请补交申请书' };
    expect(await act(clerk, record, 'supplement-request', notice)).toBe(201);
    expect((await ownCases(li))[0]).toMatchObject({ status: '待补正', missing: ['M1'], canSupplement: true });
    expect(await act(li, record, 'withdrawal', { reasonCode: 'givenUp', reason: '不再办理' })).toBe(201);
    expect((await ownCases(li))[0]).toMatchObject({ status: '已办结', canWithdraw: false });
  });
});

describe('a rating by number and code', () => {
  const rate = (number: string, code: string, level = 'satisfied'): Promise<Reply> =>
    office.rateByCode(number, { code, level, channel: 'qrCode' });

  it('wants the code, a closed case, and is given once', async () => {
    const { record, number, queryCode } = await apply(clerk, 'window');
    const progress = async (): Promise<unknown> => (await office.progress(number, queryCode)).json['canRate'];
    expect(await progress()).toBe(false);
    expect(codeOf(await rate(number, queryCode))).toBe('case.state');
    await act(clerk, record, 'acceptance');
    await act(approver, record, 'decision', { outcome: 'approve', opinion: '同意' });
    await act(clerk, record, 'certificate');
    expect(await progress()).toBe(true);
    const wrong = queryCode === '000000' ? '000001' : '000000';
    expect(codeOf(await rate(number, wrong))).toBe('case.query-code');
    expect(codeOf(await rate('11', queryCode))).toBe('case.query-code');
    expect(codeOf(await rate(number, queryCode))).toBe(201);
    expect(await progress()).toBe(false);
    expect(codeOf(await rate(number, queryCode))).toBe('case.rated');
    const { json } = await office.get(clerk, `cases/${record}/entries`);
    const rated = (json['entries'] as { type: string; actorSubject: string }[]).filter(
      ({ type }) => type === 'case.rated',
    );
    expect(rated).toMatchObject([{ actorSubject: 'public', facts: { level: 'satisfied', channel: 'qrCode' } }]);
  });
});

describe('a record that is not one’s own', () => {
  const withdrawal = { reasonCode: 'givenUp', reason: '不再办理' };

  it('tells a stranger nothing of how far it has come, before and after its end', async () => {
    const { record } = await apply(office.person('resident', 'wu'));
    const stranger = office.person('resident', 'zheng');
    const asked: readonly (readonly [string, object])[] = [
      ['withdrawal', withdrawal],
      ['urging', {}],
      ['rating', { level: 'dissatisfied', channel: 'mobile' }],
    ];
    const tried = async (): Promise<unknown[]> => {
      const codes: unknown[] = [];
      for (const [path, body] of asked) codes.push(await act(stranger, record, path, body));
      return codes;
    };
    const refused = asked.map(() => 'jurisdiction.not-party');
    expect(await tried()).toEqual(refused);
    expect(await act(office.person('resident', 'wu'), record, 'withdrawal', withdrawal)).toBe(201);
    expect(await tried()).toEqual(refused);
  });

  it('that staff took in is acted on with its query code, and with nothing else', async () => {
    const resident = office.person('resident', 'wu');
    const { record, queryCode } = await apply(clerk, 'window');
    const wrong = queryCode === '000000' ? '000001' : '000000';
    const asked: readonly (readonly [string, object])[] = [
      ['formal-application', { attachments: [] }],
      ['rating', { level: 'dissatisfied', channel: 'mobile' }],
      ['withdrawal', withdrawal],
      ['urging', {}],
    ];
    const tried: unknown[] = [];
    for (const [path, body] of asked) {
      tried.push(await act(resident, record, path, body));
      tried.push(await act(resident, record, path, { ...body, code: wrong }));
    }
    expect(tried).toEqual(tried.map(() => 'jurisdiction.not-party'));
    // Staff have no code to bring, and are heard as before.
    expect(await act(clerk, record, 'urging', {})).toBe(201);
    expect(await act(resident, record, 'urging', { code: queryCode })).toBe(201);
    expect(await act(resident, record, 'withdrawal', { ...withdrawal, code: queryCode })).toBe(201);
    // With the code it is told what its owner says, without it still nothing.
    expect(await act(resident, record, 'withdrawal', { ...withdrawal, code: queryCode })).toBe('case.closed');
    expect(await act(resident, record, 'withdrawal', withdrawal)).toBe('jurisdiction.not-party');
  });

  it('of another class is unknown to the routes of cases, and is no fault', async () => {
    const granted = await office.post(office.person('agent', 'li'), 'mandates', {
      principal: { name: '王秀英', identityNumber: 'A9999999', phone: '13800138000' },
      ...{ items: [items.plain.code], powers: ['submit'], from: '2026-03-02', until: '2026-12-31' },
      evidence: { kind: 'signedPaper', digest: '9'.repeat(64) },
    });
    const mandate = String(granted.json['record']);
    expect(await act(clerk, mandate, 'acceptance')).toBe('case.unknown');
    expect(await act(office.person('resident', 'wu'), mandate, 'withdrawal', withdrawal)).toBe('case.unknown');
    const { record } = await apply(office.person('resident', 'wu'));
    const reason = { reasonCode: 'agentRenounced' };
    const revoked = await office.post(office.person('agent', 'li'), `mandates/${record}/revocation`, reason);
    expect(codeOf(revoked)).toBe('mandate.unknown');
  });
});
