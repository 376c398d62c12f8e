import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import { nodeCode, type NodeCode } from '@tongban/kernel';
import { FollowUps } from '../src/index.js';
import { city, district, Office, township, village, type Reply } from './office.js';

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
const file = (body: object, node: NodeCode = township, key?: string): Promise<Reply> =>
  office.send('POST', `nodes/${node}/feedback`, body, key === undefined ? {} : { key });
const filed = async (body: object): Promise<{ record: string; number: string; queryCode: string }> => {
  const reply = await file(body);
  expect(reply.status).toBe(201);
  return reply.json as { record: string; number: string; queryCode: string };
};
const progress = (number: string, code: string): Promise<Reply> =>
  office.send('GET', `feedback/${number}?code=${code}`);
const quiet = (): void => undefined;
const followUps = (): FollowUps => new FollowUps(office.tools, [city, district, township], quiet);

describe('a complaint', () => {
  it('is filed once for its key, answered in writing and rated', async () => {
    const key = randomUUID();
    const first = await file(complaint, township, key);
    expect(first).toMatchObject({ status: 201, json: { number: expect.stringMatching(/^TS371102001000/) } });
    expect((await file(complaint, township, key)).json).toEqual(first.json);
    expect(codeOf(await file({ ...complaint, text: '另一件' }, township, key))).toBe('request.key-reused');
    const { record, number, queryCode } = first.json as { record: string; number: string; queryCode: string };
    expect((await progress(number, queryCode)).json).toMatchObject({
      status: '待受理',
      due: '2026-03-03',
      answers: [],
    });
    const accepted = await act(clerk, record, 'acceptance', { complexity: 'general' });
    expect(accepted).toMatchObject({ status: 201, etag: '"2"' });
    const stale = await office.send(
      'POST',
      `nodes/${township}/feedback/${record}/investigation`,
      { finding: 'partly', text },
      {
        token: clerk,
        ifMatch: '"1"',
      },
    );
    expect([stale.status, stale.json['code']]).toEqual([412, 'request.stale']);
    expect(await done(clerk, record, 'investigation', { finding: 'partly', text })).toBe(201);
    expect(await done(clerk, record, 'answer', { text: '经查部分属实，已批评教育。' })).toBe(201);
    expect(await done(supervisor, record, 'review', { conclusion: 'return', text })).toBe(201);
    expect(await done(clerk, record, 'investigation', { finding: 'substantiated', text })).toBe(201);
    expect(await done(clerk, record, 'answer', { text: '经查属实，已处理。' })).toBe(201);
    expect(await done(supervisor, record, 'review', { conclusion: 'pass', text })).toBe(201);
    expect((await progress(number, queryCode)).json).toMatchObject({
      status: '已复核',
      answers: [{ number: `${number}-1` }, { number: `${number}-2`, text: '经查属实，已处理。' }],
    });
    expect(await done(clerk, record, 'closure', { satisfaction: 'anonymous' })).toBe('feedback.satisfaction');
    expect(await done(clerk, record, 'closure', { satisfaction: 'unreachable' })).toBe(201);
    const rating = { level: 'basicallySatisfied', code: queryCode };
    expect(codeOf(await office.send('POST', `feedback/${number}/rating`, rating))).toBe(201);
  });

  it('is kept from the person it is about, and readings are recorded', async () => {
    const { number } = await office.closedCase();
    const { record } = await filed({ ...complaint, caseNumber: number });
    expect(await feedbackOf(record)).toMatchObject({
      state: { complainedOf: ['window'], item: { name: '老年人优待证' } },
    });
    const own = office.person('clerk', 'window');
    expect(await done(own, record, 'acceptance', { complexity: 'general' })).toBe('feedback.party');
    const read = (token: string, node: NodeCode = township): Promise<Reply> =>
      office.send('GET', `nodes/${node}/feedback/${record}/dossier?full=true&purpose=办理投诉`, undefined, { token });
    expect(codeOf(await read(own))).toBe('feedback.party');
    const opened = await read(clerk);
    expect(JSON.stringify(opened.json)).toContain('跑了三趟');
    const above = office.person('supervisor', 'above', district);
    await office.eventually(async () => (await feedbackOf(record, district))['status'] === 'filed');
    expect(codeOf(await read(above, district))).toBe('dossier.not-recipient');
    const readings = await office.dataSource.query<{ subject: string; purpose: string }[]>(
      `select subject, purpose from feedback_read where record = '${record}' order by id`,
    );
    // Why somebody looked is sealed: it may name anybody.
    expect(readings).toEqual([{ subject: 'desk', purpose: expect.stringMatching(/^s1:1:[\w-]+$/) }]);
  });

  it('is shown masked unless a purpose is given', async () => {
    const contact = { name: '钱十一', phone: '13911112222', address: '山东省日照市东港区海曲东路9号' };
    const { record } = await filed({ ...complaint, text: '钱十一（13911112222）跑了三趟', contact });
    const read = (query: string): Promise<Reply> =>
      office.send('GET', `nodes/${township}/feedback/${record}/dossier${query}`, undefined, { token: clerk });
    const masked = await read('');
    expect(masked.json).toMatchObject({ masked: true });
    expect(JSON.stringify(masked.json)).toContain('跑了三趟');
    for (const secret of Object.values(contact)) expect(JSON.stringify(masked.json)).not.toContain(secret);
    expect(codeOf(await read('?full=true'))).toBe('request.invalid');
    expect((await read('?full=true&purpose=办理投诉')).json).toMatchObject({
      ...{ masked: false, parts: [{ content: { contact } }] },
    });
  });

  it('leaves no name, number or word of it in facts, views or links', async () => {
    const marked = { ...complaint, text: '独一无二的内容甲乙丙', contact: { name: '钱十一', phone: '13911112222' } };
    const { record } = await filed(marked);
    await act(clerk, record, 'acceptance', { complexity: 'complex', days: 7 });
    await act(clerk, record, 'investigation', { finding: 'partly', text: '独一无二的内容丁戊己' });
    const rows = await office.dataSource.query<{ text: string }[]>(
      `select facts::text as text from entry union all select row_to_json(v)::text from feedback_view v
       union all select row_to_json(d)::text from feedback_to_open d union all select row_to_json(c)::text from command c`,
    );
    expect(rows.length).toBeGreaterThan(10);
    expect(JSON.stringify(rows)).not.toMatch(/独一无二|钱十一|13911112222/);
  });

  it('may be anonymous, and be filed where nobody knows the case', async () => {
    const { contact: _contact, ...nameless } = complaint;
    expect(codeOf(await file(nameless))).toBe('request.invalid');
    const { record } = await filed({ ...nameless, anonymous: true });
    expect(await feedbackOf(record)).toMatchObject({ state: { anonymous: true, complainedOf: [] } });
    expect(codeOf(await file({ ...complaint, caseNumber: '37110200100020260302000011' }))).toBe('case.unknown');
    const byPhone = { token: clerk };
    const taken = await office.send(
      'POST',
      `nodes/${township}/feedback/intake`,
      { ...complaint, channel: 'hotline' },
      byPhone,
    );
    expect(taken.status).toBe(201);
    const resident = { token: office.person('resident', 'wang') };
    const refused = await office.send('POST', `nodes/${township}/feedback/intake`, complaint, resident);
    expect(codeOf(refused)).toBe('jurisdiction.role');
  });

  it('goes up to whom it is addressed, who can read it; rating from below travels as a request', async () => {
    const reply = await file({ ...complaint, to: district });
    const { record, number, queryCode } = reply.json as { record: string; number: string; queryCode: string };
    await office.eventually(async () => (await feedbackOf(record, district))['owner'] === district);
    const above = office.person('clerk', 'above', district);
    const read = await office.send(
      'GET',
      `nodes/${district}/feedback/${record}/dossier?full=true&purpose=办理`,
      undefined,
      {
        token: above,
      },
    );
    expect(JSON.stringify(read.json)).toContain('王秀英');
    await office.eventually(async () => (await feedbackOf(record))['owner'] === district);
    expect(await done(clerk, record, 'acceptance', { complexity: 'general' })).toBe(202);
    expect(await done(above, record, 'acceptance', { complexity: 'general' }, district)).toBe(201);
    expect(
      await done(above, record, 'forwarding', { to: city, reason: 'involved', note: '涉及本机关' }, district),
    ).toBe(201);
    await office.eventually(async () => (await feedbackOf(record, city))['owner'] === city);
    const atCity = office.person('clerk', 'city', city);
    const opened = await office.send(
      'GET',
      `nodes/${city}/feedback/${record}/dossier?full=true&purpose=办理`,
      undefined,
      {
        token: atCity,
      },
    );
    expect(JSON.stringify(opened.json)).toContain('跑了三趟');
    expect(await done(atCity, record, 'investigation', { finding: 'unsubstantiated', text }, city)).toBe(201);
    expect(await done(atCity, record, 'answer', { text: '经查不属实' }, city)).toBe(201);
    await office.eventually(async () => (await feedbackOf(record))['status'] === 'answered');
    // The place of filing opens the answer and takes the rating, which the owner writes.
    expect((await progress(number, queryCode)).json).toMatchObject({ answers: [{ text: '经查不属实' }] });
    const rating = { level: 'dissatisfied', code: queryCode };
    expect(codeOf(await office.send('POST', `feedback/${number}/rating`, rating))).toBe(202);
    await office.eventually(async () => (await progress(number, queryCode)).json['rated'] === true);
    expect(codeOf(await file({ ...complaint, to: nodeCode('371103000000') }))).toBe('request.invalid');
  });

  it('filed at a village point is handled by its township', async () => {
    const reply = await file(complaint, village);
    expect(reply).toMatchObject({ status: 201, json: { number: expect.stringMatching(/^TS371102001001/) } });
    const record = String(reply.json['record']);
    await office.eventually(async () => (await feedbackOf(record))['owner'] === township);
    const read = await office.send(
      'GET',
      `nodes/${township}/feedback/${record}/dossier?full=true&purpose=办理`,
      undefined,
      {
        token: clerk,
      },
    );
    expect(JSON.stringify(read.json)).toContain('跑了三趟');
    expect(await done(clerk, record, 'acceptance', { complexity: 'general' })).toBe(201);
  });

  it('is taken back with its code and not with another one', async () => {
    const { number, queryCode } = await filed(complaint);
    const other = queryCode === '00000000' ? '00000001' : '00000000';
    expect(codeOf(await progress(number, other))).toBe('feedback.query-code');
    const withdraw = (code: string): Promise<Reply> => office.send('POST', `feedback/${number}/withdrawal`, { code });
    expect(codeOf(await withdraw(other))).toBe('feedback.query-code');
    expect(codeOf(await withdraw(queryCode))).toBe(201);
    expect(codeOf(await withdraw(queryCode))).toBe('feedback.closed');
  });

  it('is unknown where it is not held, and not for other roles or places', async () => {
    const { record } = await filed(complaint);
    expect(await done(clerk, randomUUID(), 'acceptance', { complexity: 'general' })).toBe('feedback.unknown');
    expect(await done(approver, record, 'acceptance', { complexity: 'general' })).toBe('jurisdiction.role');
    const far = office.person('clerk', 'far', nodeCode('371103000000'));
    expect(await done(far, record, 'acceptance', { complexity: 'general' })).toBe('jurisdiction.division');
    expect(await done(clerk, record, 'acceptance', { complexity: 'complex', days: 16 })).toBe('feedback.terms');
    expect(codeOf(await office.send('GET', `nodes/${township}/feedback/${record}`))).toBe('identity.missing');
    const list = await office.send('GET', `nodes/${township}/feedback?limit=2`, undefined, { token: clerk });
    expect(list.json['feedback']).toHaveLength(2);
    const next = `nodes/${township}/feedback?limit=2&cursor=${String(list.json['next'])}`;
    const second = await office.send('GET', next, undefined, { token: clerk });
    const records = [list, second].flatMap(({ json }) =>
      (json['feedback'] as { record: string }[]).map((one) => one.record),
    );
    expect(new Set(records).size).toBe(4);
  });
});

describe('a consultation', () => {
  it('is answered and published without anybody in it', async () => {
    const { record, number } = await filed(question);
    await act(clerk, record, 'acceptance', { complexity: 'general' });
    expect(await done(clerk, record, 'answer', { text: '持身份证到任一窗口补办。' })).toBe(201);
    const personal = { question: '我是 13800138000', answer: '好' };
    expect(await done(clerk, record, 'publication', personal)).toBe('request.invalid');
    const published = { question: '优待证丢失如何补办？', answer: '持身份证到任一窗口补办。' };
    expect(await done(clerk, record, 'publication', published)).toBe(201);
    expect(await done(clerk, record, 'closure', { satisfaction: 'declined' })).toBe(201);
    const search = (words: string): Promise<Reply> =>
      office.send('GET', `nodes/${township}/answers?query=${encodeURIComponent(words)}`);
    expect((await search('优待证 补办')).json['answers']).toEqual([
      { ...published, number, item: null, on: '2026-03-02' },
    ]);
    expect((await search('护照')).json['answers']).toEqual([]);
  });
});

describe('clocks at work', () => {
  it('mark what is late once, by the machine, and list it', async () => {
    const { record } = await filed(question);
    const overdue = async (): Promise<string[]> => {
      const list = await office.send('GET', `nodes/${township}/feedback?overdue=true&limit=100`, undefined, {
        token: clerk,
      });
      return (list.json['feedback'] as { record: string }[]).map((one) => one.record);
    };
    expect(await overdue()).not.toContain(record);
    office.passDays(2);
    expect(await overdue()).toContain(record);
    await followUps().run();
    const { seq, state } = (await feedbackOf(record)) as { seq: number; state: { overdue: string[] } };
    expect(state.overdue).toEqual(['acceptance']);
    await followUps().run();
    expect((await feedbackOf(record))['seq']).toBe(seq);
    office.passDays(-2);
  });

  it('are longer after an extension by an approver', async () => {
    const { record } = await filed(complaint);
    await act(clerk, record, 'acceptance', { complexity: 'general' });
    expect(await done(clerk, record, 'extension', { days: 5, text })).toBe('jurisdiction.role');
    expect(await done(approver, record, 'extension', { days: 5, text })).toBe(201);
    expect(await done(approver, record, 'extension', { days: 5, text })).toBe('feedback.terms');
    expect(await feedbackOf(record)).toMatchObject({ due: { date: '2026-03-16' } });
  });
});

describe('codes', () => {
  it('are not for guessing', async () => {
    const { number } = await filed(question);
    const codes = [];
    for (let code = 0; code < 30; code++) codes.push(codeOf(await progress(number, String(code).padStart(8, '0'))));
    expect(codes).toContain('feedback.query-code');
    expect(codes.at(-1)).toBe('request.too-many');
  });
});
