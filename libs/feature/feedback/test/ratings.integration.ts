import { jest } from '@jest/globals';
import type { NodeCode } from '@tongban/kernel';
import { FollowUps, followUpOf } from '../src/index.js';
import { city, district, Office, township, type Reply } from './office.js';

jest.setTimeout(60_000);

let office: Office;
let clerk: string;
let approver: string;
let supervisor: string;
beforeAll(async () => {
  office = await Office.open('2026-03-02');
  clerk = office.person('clerk', 'desk');
  approver = office.person('approver', 'chief');
  supervisor = office.person('supervisor', 'watch');
});
afterAll(async () => {
  await office?.close();
});

const codeOf = ({ status, json }: Reply): unknown => (status < 300 ? status : json['code']);
const text = '情况说明';
const act = (token: string, record: string, path: string, body: object, node: NodeCode = township): Promise<Reply> =>
  office.send('POST', `nodes/${node}/feedback/${record}/${path}`, body, { token });
const done = async (token: string, record: string, path: string, body: object, node?: NodeCode): Promise<unknown> =>
  codeOf(await act(token, record, path, body, node));
const feedbackOf = async (record: string, node: NodeCode = township): Promise<Record<string, unknown>> =>
  (
    await office.send('GET', `nodes/${node}/feedback/${record}`, undefined, {
      token: office.person('supervisor', 'seer', node),
    })
  ).json;
const complaint = {
  ...{ kind: 'complaint', channel: 'web', anonymous: false, text: '窗口人员态度生硬，让我跑了三趟' },
  contact: { name: '王秀英', phone: '13800138000' },
};
const question = { ...complaint, kind: 'consultation', text: '优待证丢了怎么补？' };
const filed = async (body: object): Promise<{ record: string; number: string; queryCode: string }> => {
  const reply = await office.send('POST', `nodes/${township}/feedback`, body);
  expect(reply.status).toBe(201);
  return reply.json as { record: string; number: string; queryCode: string };
};
const progress = (number: string, code: string): Promise<Reply> =>
  office.send('GET', `feedback/${number}?code=${code}`);
const quiet = (): void => undefined;
const followUps = (changes: Partial<Office['tools']> = {}): FollowUps =>
  new FollowUps({ ...office.tools, ...changes }, [city, district, township], quiet);

describe('a bad rating', () => {
  it('opens one follow-up at the owner of the case, however often the machine looks', async () => {
    const bad = await office.closedCase('dissatisfied');
    const { record: rated } = bad;
    await office.closedCase('satisfied');
    await office.closedCase();
    // Cut off after the follow-up was written and before it was noted as open.
    const { execute } = { execute: office.tools.commands.execute.bind(office.tools.commands) };
    const cut = Object.assign(Object.create(office.tools.commands) as typeof office.tools.commands, {
      execute: async (input: Parameters<typeof execute>[0]) => {
        await execute(input);
        throw new Error('killed');
      },
    });
    await expect(followUps({ commands: cut }).run()).rejects.toThrow('killed');
    await followUps().run();
    await Promise.all([followUps().run(), followUps().run()]);
    const record = followUpOf(rated, 'hallTablet');
    const list = await office.send('GET', `nodes/${township}/feedback?kind=ratingFollowUp`, undefined, {
      token: clerk,
    });
    expect((list.json['feedback'] as object[]).length).toBe(1);
    expect(await feedbackOf(record)).toMatchObject({
      ...{ status: 'handling', case: rated, department: 'civil-affairs', due: { date: '2026-03-09' } },
      state: { complainedOf: ['window'], rating: { level: 'dissatisfied', channel: 'hallTablet' } },
    });
    const [waiting] = await office.dataSource.query<{ count: string }[]>(
      'select count(*) from feedback_to_open where opened_at is null',
    );
    expect(waiting?.count).toBe('0');
    // A second bad word through another channel is followed up of its own.
    await office.rate(bad, 'veryDissatisfied', 'sms');
    await followUps().run();
    expect(await feedbackOf(followUpOf(rated, 'sms'))).toMatchObject({ status: 'handling' });
  });

  it('is followed up step by step, and seen from above', async () => {
    const { record: rated, number, queryCode } = await office.closedCase('veryDissatisfied');
    await followUps().run();
    const record = followUpOf(rated, 'hallTablet');
    expect(await done(clerk, record, 'classification', { classification: 'reasonable', text })).toBe('feedback.state');
    expect(await done(clerk, record, 'call-back', { outcome: 'verified', text })).toBe(201);
    const own = office.person('clerk', 'window');
    expect(await done(own, record, 'classification', { classification: 'mistaken', text })).toBe('feedback.party');
    expect(await done(clerk, record, 'classification', { classification: 'reasonable', text })).toBe(201);
    expect(await done(own, record, 'rectification', { text })).toBe(201);
    expect(await done(clerk, record, 'answer', { text: '已道歉并整改' })).toBe(201);
    expect(await done(clerk, record, 'closure', { satisfaction: 'declined' })).toBe('feedback.state');
    expect(await done(approver, record, 'review', { conclusion: 'pass', text })).toBe('jurisdiction.role');
    expect(await done(supervisor, record, 'review', { conclusion: 'pass', text })).toBe(201);
    // The resident rates again with number and code of the case.
    expect((await progress(number, queryCode)).json).toMatchObject({
      ...{ kind: '差评整改', status: '已复核', answers: [{ text: '已道歉并整改' }], rated: false },
    });
    const rating = { level: 'satisfied', code: queryCode };
    expect(codeOf(await office.send('POST', `feedback/${number}/rating`, rating))).toBe(201);
    expect(codeOf(await office.send('POST', `feedback/${number}/rating`, rating))).toBe('feedback.rated');
    expect(await done(clerk, record, 'closure', { satisfaction: 'given' })).toBe(201);
    expect(await done(clerk, record, 'closure', { satisfaction: 'given' })).toBe('feedback.closed');
    await office.eventually(async () => (await feedbackOf(record, city))['status'] === 'closed');
    expect(await feedbackOf(record, district)).toMatchObject({ closing: 'done', owner: township });
  });

  it('is excluded by a second person only', async () => {
    const { record: rated } = await office.closedCase('dissatisfied');
    await followUps().run();
    const record = followUpOf(rated, 'hallTablet');
    await act(clerk, record, 'call-back', { outcome: 'unreachable', text });
    await act(clerk, record, 'classification', { classification: 'malicious', text });
    expect(await done(approver, record, 'exclusion', { conclusion: 'agree', text })).toBe('jurisdiction.role');
    expect(await done(supervisor, record, 'exclusion', { conclusion: 'agree', text: ' ' })).toBe('request.invalid');
    const elsewhere = office.person('supervisor', 'above', district);
    expect(await done(elsewhere, record, 'exclusion', { conclusion: 'agree', text })).toBe('jurisdiction.division');
    expect(await done(supervisor, record, 'exclusion', { conclusion: 'agree', text })).toBe(201);
    expect(await feedbackOf(record)).toMatchObject({ status: 'closed', closing: 'excluded' });
  });
});

describe('figures', () => {
  const period = 'from=2026-04-01&to=2026-04-30';
  it('count coverage, bad ratings, follow-ups and punctuality by SQL', async () => {
    const start = office.time.at;
    office.time.at = Date.parse('2026-04-13T02:00:00Z');
    const bad = [await office.closedCase('dissatisfied'), await office.closedCase('veryDissatisfied')];
    await office.closedCase('satisfied');
    await office.closedCase();
    await followUps().run();
    const [first, second] = bad.map(({ record }) => followUpOf(record, 'hallTablet')) as [string, string];
    await act(clerk, first, 'call-back', { outcome: 'verified', text });
    await act(clerk, first, 'classification', { classification: 'noBasis', text });
    await act(clerk, first, 'explanation', { text });
    await act(clerk, first, 'answer', { text });
    await act(clerk, second, 'call-back', { outcome: 'verified', text });
    await act(clerk, second, 'classification', { classification: 'mistaken', text });
    await act(supervisor, second, 'exclusion', { conclusion: 'agree', text });
    const { record } = await filed(question);
    await act(clerk, record, 'acceptance', { complexity: 'general' });
    office.passDays(3);
    await act(clerk, record, 'answer', { text });
    await filed(complaint);
    const read = async (by: string, token = supervisor): Promise<Record<string, unknown>[]> =>
      (await office.send('GET', `nodes/${township}/feedback-figures?by=${by}&${period}`, undefined, { token })).json[
        'figures'
      ] as Record<string, unknown>[];
    expect(await read('node')).toEqual([
      {
        ...{
          group: township,
          closedCases: 4,
          ratedCases: 3,
          defaultCases: 0,
          badCases: 2,
          coverage: 0.75,
          badRate: 0.3333,
        },
        ...{
          followUps: 2,
          excluded: 1,
          calledBackRate: 1,
          rectifiedRate: 1,
          complaints: 1,
          complaintsSubstantiated: 0,
        },
        ...{ consultations: 1, suggestions: 0, answered: 2, overdue: 1, onTimeRate: 0.5 },
      },
    ]);
    expect((await read('department')).map(({ group, ratedCases }) => [group, ratedCases])).toEqual([
      ['', 0],
      ['civil-affairs', 3],
    ]);
    expect((await read('item')).map(({ group }) => group)).toEqual(['', '370500013003']);
    await office.eventually(async () => {
      const above = office.person('supervisor', 'above', district);
      const { json } = await office.send('GET', `nodes/${district}/feedback-figures?by=node&${period}`, undefined, {
        token: above,
      });
      const [row] = json['figures'] as { closedCases: number; answered: number }[];
      return row?.closedCases === 4 && row.answered === 2;
    });
    const refused = await office.send('GET', `nodes/${township}/feedback-figures?by=node&${period}`, undefined, {
      token: clerk,
    });
    expect(codeOf(refused)).toBe('jurisdiction.role');
    office.time.at = start;
  });

  it('fill in the cases that were closed before they were counted', async () => {
    const before = await office.dataSource.query<object[]>('select * from rated_case order by node, record');
    await office.dataSource.query('delete from rated_case');
    const { feedbackMigrations } = await import('../src/index.js');
    await office.dataSource.query(feedbackMigrations.at(-1)!.sql);
    expect(await office.dataSource.query<object[]>('select * from rated_case order by node, record')).toEqual(before);
  });
});
