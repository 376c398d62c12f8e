import { jest } from '@jest/globals';
import { district, items, Office, township, type Reply } from './office.js';

jest.setTimeout(60_000);

let office: Office;
let agent: string;
let clerk: string;
let approver: string;
const digest = '9'.repeat(64);
const principal = { name: '王秀英', identityNumber: 'A1111111', phone: '13800138000' };
const opponent = { name: '赵明', identityNumber: 'B2222222', phone: '13800138001' };

beforeAll(async () => {
  office = await Office.open('2026-03-02');
  agent = office.person('agent', 'li');
  clerk = office.person('clerk', 'window');
  approver = office.person('approver', 'chief');
});
afterAll(async () => {
  await office?.close();
});

const codeOf = ({ status, json }: Reply): unknown => (status < 300 ? status : json['code']);
const act = async (token: string, record: string, path: string, body: object = {}): Promise<unknown> =>
  codeOf(await office.post(token, `cases/${record}/${path}`, body));
const entrust = (token: string, person: object, changes: object = {}): Promise<Reply> =>
  office.post(token, 'mandates', {
    ...{
      principal: person,
      items: [items.plain.code, items.controlled.code],
      powers: ['submit', 'supplement', 'withdraw'],
    },
    ...{ from: '2026-03-02', until: '2026-12-31', evidence: { kind: 'signedPaper', digest } },
    ...changes,
  });
const apply = (token: string, mandate: unknown, changes: object = {}, item = items.plain): Promise<Reply> =>
  office.post(token, 'cases', {
    ...office.application(item),
    ...{ channel: 'agent', applicant: principal, mandate },
    ...changes,
  });
const dossier = (token: string, record: string): Promise<Reply> =>
  office.get(token, `cases/${record}/dossier?full=true&purpose=${encodeURIComponent('办理代办事项')}`);

describe('an agent', () => {
  let mandate: string;
  let record: string;
  let queryCode: string;

  it('carries an entrusted case through the seven steps', async () => {
    mandate = String((await entrust(agent, principal)).json['record']);
    const submitted = await apply(agent, mandate);
    [record, queryCode] = [String(submitted.json['record']), String(submitted.json['queryCode'])];
    await act(clerk, record, 'acceptance');
    await act(approver, record, 'decision', { outcome: 'approve', opinion: '同意' });
    await act(clerk, record, 'certificate');
    expect(await act(agent, record, 'filing')).toBe('case.undelivered');
    expect(await act(agent, record, 'call-back', { outcome: 'unreached' })).toBe(201);
    await act(agent, record, 'delivery', { method: 'village', recipient: '王秀英' });
    expect(await act(agent, record, 'filing')).toBe(201);
    expect(await act(office.person('agent', 'sun'), record, 'call-back', { outcome: 'satisfied' })).toBe(
      'jurisdiction.not-party',
    );
    expect(await act(agent, record, 'call-back', { outcome: 'satisfied', text: '很满意' })).toBe(201);
    expect(await act(agent, record, 'call-back', { outcome: 'satisfied' })).toBe('case.called-back');
    const steps = (await office.get(agent, `cases/${record}/agency`)).json['steps'] as { step: string; at: unknown }[];
    expect(steps.map(({ step, at }) => `${step} ${at === null ? 'open' : 'done'}`)).toEqual([
      ...['entrust done', 'accept done', 'handle done', 'deliver done', 'file done', 'report open', 'callBack done'],
    ]);
    const own = await office.take(items.plain);
    expect(codeOf(await office.get(agent, `cases/${own}/agency`))).toBe('case.not-entrusted');
  });

  it('reports the month once it is over, and what was reported stands', async () => {
    const report = (token: string): Promise<Reply> => office.post(token, 'agency-reports/2026-03');
    expect(codeOf(await report(agent))).toBe('case.not-due');
    office.passDays(31);
    const first = await report(agent);
    const figures = { submitted: 1, accepted: 1, closed: 1, approved: 1, delivered: 1, filed: 1, calledBack: 1 };
    expect(first.json).toMatchObject({ month: '2026-03', ...figures, satisfied: 1, principals: 1 });
    office.passDays(1);
    expect((await report(agent)).json).toEqual(first.json);
    expect((await report(office.person('agent', 'sun'))).json).toMatchObject({ submitted: 0, principals: 0 });
    const seen = await office.get(office.person('supervisor', 'watch', district), 'agency-reports/2026-03');
    expect(seen.json['agents']).toMatchObject([{ agent: 'li', node: township, ...figures }]);
    expect((await office.get(clerk, 'agency-reports/2026-13')).status).toBe(400);
    const steps = (await office.get(agent, `cases/${record}/agency`)).json['steps'];
    expect(steps).toContainEqual({ step: 'report', name: '上报', at: expect.any(String) });
    office.passDays(-32);
  });

  it('sees the papers of that case only, and not for ever; each look is written down and shown', async () => {
    expect(codeOf(await dossier(agent, record))).toBe(200);
    expect(codeOf(await dossier(office.person('agent', 'sun'), record))).toBe('jurisdiction.not-party');
    expect(codeOf(await office.get(agent, `cases/${record}/dossier?full=true`))).toBe('request.invalid');
    office.passDays(29);
    expect(codeOf(await dossier(agent, record))).toBe(200);
    office.passDays(2);
    expect(codeOf(await dossier(agent, record))).toBe('dossier.faded');
    expect(codeOf(await dossier(clerk, record))).toBe(200);
    const readings = async (token: string, query = ''): Promise<unknown> => {
      const answer = await office.get(token, `cases/${record}/readings${query}`);
      if (answer.status !== 200) return answer.json['code'];
      return (answer.json['readings'] as { reader: string; purpose: string }[]).map(
        (each) => `${each.reader} ${each.purpose}`,
      );
    };
    const all = ['window 办理代办事项', 'li 办理代办事项', 'li 办理代办事项'];
    expect(await readings(office.person('supervisor', 'watch'))).toEqual(all);
    expect(await readings(office.person('supervisor', 'above', district))).toEqual(all);
    const wang = office.person('resident', 'wang');
    expect(await readings(wang)).toBe('jurisdiction.not-party');
    expect(await readings(wang, `?code=${queryCode}`)).toEqual(all);
    expect(await readings(clerk)).toBe('jurisdiction.role');
    office.passDays(-31);
  });

  it('who looks and may not is not answered, and leaves no reading', async () => {
    const [{ count }] = (await office.dataSource.query(
      `select count(*)::int as count from dossier_read where subject = 'sun'`,
    )) as [{ count: number }];
    expect(count).toBe(0);
  });
});

describe('two sides', () => {
  const opposing = [{ name: opponent.name, identityNumber: opponent.identityNumber }];

  it('of one case are not one agent’s, whichever comes first', async () => {
    const mine = String((await entrust(agent, principal)).json['record']);
    const theirs = String((await entrust(agent, opponent)).json['record']);
    expect(codeOf(await apply(agent, mine, { opposing }))).toBe('mandate.two-sides');
    expect(
      await codeOf(await office.post(agent, `mandates/${theirs}/revocation`, { reasonCode: 'agentRenounced' })),
    ).toBe(201);
    const taken = await apply(agent, mine, { opposing });
    expect(taken.status).toBe(201);
    expect(codeOf(await entrust(agent, opponent))).toBe('mandate.two-sides');
    expect(codeOf(await entrust(office.person('agent', 'sun'), opponent))).toBe(201);
    expect(
      await act(agent, String(taken.json['record']), 'withdrawal', {
        mandate: mine,
        reasonCode: 'givenUp',
        reason: '不办了',
      }),
    ).toBe(201);
    expect(codeOf(await entrust(agent, opponent))).toBe(201);
    const self = [{ name: '王秀英', identityNumber: principal.identityNumber }];
    expect(codeOf(await apply(agent, mine, { opposing: self }))).toBe('request.invalid');
  });

  it('nor is a case carried on with another person’s mandate', async () => {
    const sun = office.person('agent', 'sun');
    const third = { name: '钱多', identityNumber: 'C3333333', phone: '13800138002' };
    const [mine, theirs] = [
      String((await entrust(sun, principal)).json['record']),
      String((await entrust(sun, third)).json['record']),
    ];
    const record = String((await apply(sun, mine, {}, items.controlled)).json['record']);
    const withdrawal = { reasonCode: 'givenUp', reason: '不办了' };
    expect(await act(sun, record, 'withdrawal', { ...withdrawal, mandate: theirs })).toBe('mandate.two-sides');
    expect(await act(sun, record, 'withdrawal', { ...withdrawal, mandate: mine })).toBe(201);
  });

  it('nor does a mandate reach into the case of somebody who applied alone', async () => {
    const sun = office.person('agent', 'sun');
    const identityNumber = 'D4444444';
    const applicant = { name: '孙芳', identityNumber, phone: '13800138003' };
    const wang = office.person('resident', 'fang');
    const application = { ...office.application(items.plain), channel: 'online', applicant };
    const record = String((await office.post(wang, 'cases', application)).json['record']);
    const [others, own] = [
      await entrust(sun, { ...principal, identityNumber: 'E5555555' }),
      await entrust(sun, applicant),
    ];
    const withdrawal = { reasonCode: 'givenUp', reason: '不办了' };
    const by = (mandate: unknown): Promise<unknown> => act(sun, record, 'withdrawal', { ...withdrawal, mandate });
    expect(await by(others.json['record'])).toBe('mandate.other-principal');
    expect(await by(own.json['record'])).toBe(201);
  });

  it('a telephone application is confirmed by the agent of that applicant alone, who then sees its papers', async () => {
    const sun = office.person('agent', 'sun');
    const applicant = { name: '周平', identityNumber: 'F6666666', phone: '13800138004' };
    const caller = { name: '周平', phone: '13800138004', relation: '本人' };
    const call = { ...office.application(items.plain), channel: 'phone', applicant, caller, callbackChecked: true };
    const record = String((await office.post(clerk, 'cases', call)).json['record']);
    const [others, own] = [
      await entrust(sun, { ...principal, identityNumber: 'G7777777' }),
      await entrust(sun, applicant),
    ];
    expect(codeOf(await dossier(sun, record))).toBe('jurisdiction.not-party');
    expect(await act(sun, record, 'confirmation', { mandate: others.json['record'] })).toBe('mandate.other-principal');
    expect(await act(sun, record, 'confirmation', { mandate: own.json['record'] })).toBe(201);
    expect(codeOf(await dossier(sun, record))).toBe(200);
  });

  it('leaves no name behind, only a keyed hash', async () => {
    const rows = await office.dataSource.query<{ text: string }[]>(
      `select party::text as text from opposing_party party`,
    );
    expect(rows.length).toBeGreaterThan(0);
    for (const { text } of rows) expect(text).not.toContain(opponent.identityNumber);
    const [{ facts }] = (await office.dataSource.query(`select string_agg(facts::text, ' ') as facts from entry`)) as [
      { facts: string },
    ];
    for (const word of ['赵明', opponent.identityNumber]) expect(facts).not.toContain(word);
  });
});
