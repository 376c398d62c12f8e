import { jest } from '@jest/globals';
import { district, items, Office, township, type Reply } from './office.js';

jest.setTimeout(60_000);

let office: Office;
let clerk: string;
let approver: string;

beforeEach(async () => {
  office = await Office.open('2026-03-02');
  clerk = office.person('clerk', 'window');
  approver = office.person('approver', 'chief');
});
afterEach(async () => {
  await office?.close();
});

const codeOf = ({ status, json }: Reply): unknown => (status < 300 ? status : json['code']);
const act = async (token: string, record: string, path: string, body: object = {}, node = township): Promise<unknown> =>
  codeOf(await office.post(token, `cases/${record}/${path}`, body, node));
const caseOf = async (record: string, node = township): Promise<Record<string, unknown>> =>
  (await office.get(office.person('supervisor', 'watch', node), `cases/${record}`, node)).json;
const kindsOf = async (record: string): Promise<string[]> => {
  const { violations } = (await caseOf(record))['state'] as { violations: { kind: string }[] };
  return violations.map(({ kind }) => kind);
};
const entriesOf = async (record: string): Promise<string[]> => {
  const rows = await office.dataSource.query<{ type: string }[]>(
    'select type from entry where node = $1 and record = $2 order by seq',
    [township, record],
  );
  return rows.map(({ type }) => type);
};
const decision = { outcome: 'approve', opinion: '同意' };

describe('by itself', () => {
  it('a case is accepted when five working days have gone by in silence, once', async () => {
    const record = await office.take(items.plain, false);
    office.passDays(7);
    expect(await office.duties.round()).toEqual({ looked: 0, done: 0 });
    office.passDays(1);
    expect(await office.duties.round()).toEqual({ looked: 1, done: 1 });
    expect(await caseOf(record)).toMatchObject({
      status: 'accepted',
      promisedDue: { date: '2026-03-09' },
      state: { acceptedOn: '2026-03-02', handlers: { accepted: { subject: 'duties', role: 'system' } } },
    });
    expect(await kindsOf(record)).toEqual(['deemedAccepted']);
    // The promised time has run out as well: that is the next thing to write, and then there is nothing.
    expect(await office.duties.round()).toEqual({ looked: 1, done: 1 });
    expect(await kindsOf(record)).toEqual(['deemedAccepted', 'promisedOverdue']);
    expect(await office.duties.round()).toEqual({ looked: 0, done: 0 });
    expect(await act(approver, record, 'decision', decision)).toBe(201);
    expect(await kindsOf(record)).toEqual(['deemedAccepted', 'promisedOverdue']);
  });

  it('a breach is written on its day and the time that a special procedure gives is given', async () => {
    const [late, paused] = [await office.take(items.plain), await office.take(items.plain)];
    const survey = { procedure: 'siteSurvey', legalBasis: '行政许可法第四十五条', workingDays: 20, text: '须勘验' };
    await act(clerk, paused, 'special-procedure', survey);
    office.passDays(8);
    expect(await office.duties.round()).toEqual({ looked: 2, done: 1 });
    expect([await kindsOf(late), await kindsOf(paused)]).toEqual([['promisedOverdue'], []]);
    expect(await office.duties.round()).toEqual({ looked: 0, done: 0 });
  });

  it('a second notice is a breach, and no notice after the five days is possible', async () => {
    const record = await office.take(items.plain, false);
    const notice = { materials: ['M1'], text: '请补交申请书' };
    const stored = { digest: 'a'.repeat(64), size: 10, mediaType: 'image/jpeg' };
    office.files.push(stored);
    await act(clerk, record, 'supplement-request', notice);
    const attachments = [{ ...stored, material: 'M1', name: '1.jpg', key: 'k' }];
    expect(await act(clerk, record, 'supplement', { attachments })).toBe(201);
    expect(await act(clerk, record, 'supplement-request', notice)).toBe(201);
    expect(await kindsOf(record)).toEqual(['secondNotice']);
    const silent = await office.take(items.plain, false);
    office.passDays(8);
    expect(await act(clerk, silent, 'supplement-request', notice)).toBe('case.deemed-accepted');
  });

  it('what nobody rated is rated by default after the days that the region sets', async () => {
    const record = await office.take(items.plain);
    await act(approver, record, 'decision', decision);
    await act(clerk, record, 'certificate');
    await act(clerk, record, 'delivery', { method: 'window', recipient: '王秀英' });
    office.passDays(21);
    expect(await office.duties.round()).toMatchObject({ done: 0 });
    office.passDays(1);
    expect(await office.duties.round()).toMatchObject({ done: 1 });
    expect(await caseOf(record)).toMatchObject({
      state: { ratings: [{ level: 'basicallySatisfied', channel: 'systemDefault' }] },
    });
    expect(await office.duties.round()).toEqual({ looked: 0, done: 0 });
  });

  it('a case that an earlier release stored is looked at once', async () => {
    const record = await office.take(items.plain, false);
    await office.dataSource.query(`update case_view set duty_at = 'epoch' where record = $1`, [record]);
    expect(await office.duties.round()).toEqual({ looked: 1, done: 0 });
    expect(await office.duties.round()).toEqual({ looked: 0, done: 0 });
    office.passDays(8);
    expect(await office.duties.round()).toEqual({ looked: 1, done: 1 });
  });

  it('a round is bounded, and what is over waits for the next one', async () => {
    const record = await office.take(items.plain, false);
    // Copies that no journal knows: each is refused, and tried again later.
    await office.dataSource.query(
      `insert into case_view select node, gen_random_uuid(), number || copy, item_code, item_name, status, closing, owner,
         seq, head_hash, promised_due, submitted_at, changed_at, state, marks, duty_at
         from case_view, generate_series(1, 204) as copy where node = $1 and record = $2`,
      [township, record],
    );
    office.passDays(8);
    expect((await office.duties.round()).looked).toBe(200);
    expect((await office.duties.round()).looked).toBeGreaterThanOrEqual(5);
    expect(await caseOf(record)).toMatchObject({ status: 'accepted' });
  });

  it('one that cannot be acted on is tried again later and does not hold up the others', async () => {
    const [moving, waiting] = [await office.take(items.plain, false), await office.take(items.plain, false)];
    // As while the node above cannot be reached.
    await office.dataSource.query(
      `update case_view set state = jsonb_set(state::jsonb, '{pendingOffer}', $2)::json where record = $1`,
      [moving, JSON.stringify({ to: district, reason: 'jurisdiction', offeredAt: office.time.at })],
    );
    office.passDays(8);
    expect(await office.duties.round()).toEqual({ looked: 2, done: 1 });
    expect([(await caseOf(moving))['status'], (await caseOf(waiting))['status']]).toEqual(['submitted', 'accepted']);
    expect(await office.duties.round()).toMatchObject({ looked: 1 });
    office.time.at += 10 * 60_000;
    expect(await office.duties.round()).toMatchObject({ looked: 1, done: 0 });
  });
});

describe('a node that ends', () => {
  const end = (): Promise<unknown> =>
    office.dataSource.query(
      `insert into node_retirement (node, successor, ends_on, basis) values ($1, $2, '2026-03-02', '撤并批复')`,
      [township, district],
    );
  const isAbove = async (record: string): Promise<boolean> => (await caseOf(record, district))['owner'] === district;

  it('hands its open cases with their papers to its successor, once, and keeps what it has closed', async () => {
    const [submitted, accepted, closed] = [
      await office.take(items.plain, false),
      await office.take(items.plain),
      await office.take(items.plain),
    ];
    await act(approver, closed, 'decision', decision);
    await act(clerk, closed, 'certificate');
    expect(await office.duties.retirements()).toBe(0);
    await end();
    await Promise.all([office.duties.retirements(), office.duties.retirements()]);
    for (const record of [submitted, accepted]) await office.eventually(() => isAbove(record));
    await office.eventually(async () => (await caseOf(accepted))['owner'] === district);
    expect(await office.duties.retirements()).toBe(0);
    expect(await entriesOf(accepted)).toEqual([
      ...['case.submitted', 'case.accepted', 'case.rerouted', 'record.offered', 'record.taken'],
    ]);
    const [{ version }] = await office.dataSource.query<[{ version: number }]>(
      `select version from entry where node = $1 and record = $2 and type = 'case.rerouted'`,
      [township, accepted],
    );
    expect(version).toBe(2);
    expect(await caseOf(accepted, district)).toMatchObject({
      state: { route: { decide: district, certify: district }, reroutes: [{ cause: 'divisionEnded', to: district }] },
    });
    const above = office.person('clerk', 'above', district);
    const chief = office.person('approver', 'director', district);
    const purpose = encodeURIComponent('承接撤并乡镇的办件');
    const papers = await office.get(above, `cases/${submitted}/dossier?full=true&purpose=${purpose}`, district);
    expect(papers.json['parts']).toMatchObject([{ seq: 1, content: { applicant: { name: '王秀英' } } }, { seq: 2 }]);
    expect(await act(above, submitted, 'acceptance', {}, district)).toBe(201);
    expect(await act(chief, accepted, 'decision', decision, district)).toBe(201);
    expect(await caseOf(closed)).toMatchObject({ owner: township, status: 'closed' });
  });
});

describe('a delegation that ends', () => {
  const ending = { node: township, item: items.plain.code, id: `${district}/plain`, revokedOn: '2026-03-03' };
  const powers = ['accept', 'decide', 'certify'] as const;
  const isAt = async (record: string): Promise<boolean> => (await caseOf(record, district))['owner'] === district;

  it('hands running cases back with their papers, once, and new ones go to the giver', async () => {
    const [submitted, accepted] = [await office.take(items.plain, false), await office.take(items.plain)];
    const untouched = await office.take(items.controlled);
    office.book.ended.push({ ...ending, powers, rule: 'handBack', to: district });
    expect(await office.duties.delegations()).toBe(0);
    office.passDays(1);
    expect(await office.duties.delegations()).toBe(2);
    for (const record of [submitted, accepted]) await office.eventually(() => isAt(record));
    // The township learns of it a moment after the district.
    await office.eventually(async () => (await caseOf(accepted))['owner'] === district);
    expect(await office.duties.delegations()).toBe(0);
    expect((await caseOf(untouched))['owner']).toBe(township);
    expect(await entriesOf(accepted)).toEqual([
      ...['case.submitted', 'case.accepted', 'case.rerouted', 'record.offered', 'record.taken'],
    ]);
    const above = office.person('clerk', 'above', district);
    const chief = office.person('approver', 'director', district);
    // Sealed for the township alone when it was written: the papers came along.
    const purpose = encodeURIComponent('审查移交办件');
    const papers = await office.get(above, `cases/${accepted}/dossier?full=true&purpose=${purpose}`, district);
    expect(papers.json['parts']).toMatchObject([
      { seq: 1, type: 'case.submitted', content: { applicant: { name: '王秀英' } } },
      { seq: 2, type: 'case.accepted' },
      { seq: 3, type: 'case.rerouted' },
    ]);
    expect(await act(above, submitted, 'acceptance', {}, district)).toBe(201);
    expect(await act(chief, accepted, 'decision', decision, district)).toBe(201);
    expect(await act(above, accepted, 'certificate', {}, district)).toBe(201);
    const fresh = await office.take(items.plain, false);
    await office.eventually(() => isAt(fresh));
  });

  it('leaves them to be finished where they are, when that is its rule', async () => {
    const record = await office.take(items.plain);
    office.book.ended.push({ ...ending, powers, rule: 'finishHere' });
    office.passDays(1);
    expect(await office.duties.delegations()).toBe(1);
    expect(await office.duties.delegations()).toBe(0);
    expect(await caseOf(record)).toMatchObject({ owner: township, state: { reroutes: [{ rule: 'finishHere' }] } });
    expect(await act(approver, record, 'decision', decision)).toBe(201);
  });

  it('goes on where it was after a death anywhere: what is done is read off the cases', async () => {
    const records = [await office.take(items.plain), await office.take(items.plain), await office.take(items.plain)];
    office.book.ended.push({ ...ending, powers: ['certify'], rule: 'handOver', to: district });
    office.passDays(1);
    // Two rounds at the same time, as by a process that was thought dead.
    await Promise.all([office.duties.delegations(), office.duties.delegations()]);
    expect(await office.duties.delegations()).toBe(0);
    for (const record of records) {
      const types = await entriesOf(record);
      expect(types.filter((type) => type === 'case.rerouted')).toHaveLength(1);
      expect(await caseOf(record)).toMatchObject({
        owner: township,
        state: { route: { decide: township, certify: district } },
      });
    }
    await act(approver, records[0]!, 'decision', decision);
    expect(await act(clerk, records[0]!, 'hand-over', { to: district, reason: 'toCertify' })).toBe(201);
  });
});

describe('a quota', () => {
  const limit = { node: township, item: items.plain.code, delegation: `${district}/plain`, giver: district };
  const powers = ['submit', 'accept', 'decide', 'certify'] as const;
  const acceptsOf = async (record: string): Promise<unknown> =>
    ((await caseOf(record))['state'] as { route: { accept: string } }).route.accept;

  it('that is used up sends what comes next upwards, until the next period', async () => {
    office.book.limited.push({ ...limit, powers, cases: 2, since: '2026-03-01' });
    const records: string[] = [];
    for (let count = 0; count < 3; count++) records.push(await office.take(items.plain, false));
    expect(await Promise.all(records.map(acceptsOf))).toEqual([township, township, district]);
    expect(await office.duties.delegations()).toBe(0);
    office.book.limited[0] = { ...limit, powers, cases: 2, since: '2026-04-01' };
    office.passDays(31);
    expect(await acceptsOf(await office.take(items.plain, false))).toBe(township);
  });

  it('of an agency refuses with its code', async () => {
    office.book.limited.push({ ...limit, powers: ['submit'], cases: 1, since: '2026-03-01' });
    await office.take(items.plain, false);
    expect(codeOf(await office.post(clerk, 'cases', office.application(items.plain)))).toBe('delegation.quota-used');
    expect((await office.post(clerk, 'cases', office.application(items.controlled))).status).toBe(201);
  });

  it('holds when two take at the same moment', async () => {
    office.book.limited.push({ ...limit, powers, cases: 1, since: '2026-03-01' });
    const both = await Promise.all([office.take(items.plain, false), office.take(items.plain, false)]);
    expect((await Promise.all(both.map(acceptsOf))).sort()).toEqual([district, township]);
  });

  it('that is lowered, or overrun by papers from below, sends the newest ones on', async () => {
    const records: string[] = [];
    for (let count = 0; count < 3; count++) {
      records.push(await office.take(items.plain, false));
      office.time.at += 1000;
    }
    office.book.limited.push({ ...limit, powers, cases: 2, since: '2026-03-01' });
    expect(await office.duties.delegations()).toBe(1);
    await office.eventually(async () => (await caseOf(records[2]!, district))['owner'] === district);
    expect(await office.duties.delegations()).toBe(0);
    expect(await Promise.all(records.map(acceptsOf))).toEqual([township, township, district]);
    expect(await caseOf(records[2]!)).toMatchObject({ state: { reroutes: [{ cause: 'quotaUsed', to: district }] } });
  });
});
