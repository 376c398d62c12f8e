import { jest } from '@jest/globals';
import { district, items, Office, township, type Reply } from './office.js';

jest.setTimeout(60_000);

let office: Office;
let clerk: string;
let approver: string;
let resident: string;

beforeAll(async () => {
  office = await Office.open('2026-03-02');
  clerk = office.person('clerk', 'window');
  approver = office.person('approver', 'chief');
  resident = office.person('resident', 'wang');
  const card = { code: 'card', name: '居民身份证', source: 'government' } as const;
  office.book.materials.set(items.plain.code, [card, { code: 'sheet', name: '申请表', source: 'applicant' }]);
  office.book.materials.set(items.controlled.code, [
    { ...card, code: 'identity' },
    { code: 'proof', name: '居住证明', source: 'government' },
    { code: 'earlier', name: '证书', source: 'government' },
  ]);
});
afterAll(async () => {
  await office?.close();
});

const codeOf = ({ status, json }: Reply): unknown => (status < 300 ? status : json['code']);
const act = async (token: string, record: string, path: string, body: object, node = township): Promise<unknown> =>
  codeOf(await office.post(token, `cases/${record}/${path}`, body, node));
const caseOf = async (record: string): Promise<Record<string, unknown>> =>
  (await office.get(office.person('supervisor', 'watch'), `cases/${record}`)).json;
const decision = { outcome: 'approve', opinion: '同意' };
const submit = async (token: string, changes: object, item: (typeof items)[keyof typeof items] = items.plain) =>
  office.post(token, 'cases', { ...office.application(item), ...changes });
/** An upload as it is handed in. */
const file = (material: string, mark: string) => {
  const stored = { digest: mark.repeat(64), size: 10, mediaType: 'image/jpeg' };
  office.files.push(stored);
  return { ...stored, material, name: '身份证.jpg', key: `key-${mark}` };
};

describe('the form of the item', () => {
  const form = {
    type: 'object' as const,
    properties: {
      area: { type: 'number' as const, title: '面积', minimum: 1 },
      use: { type: 'string' as const, title: '用途', enum: ['自用', '出租'] },
    },
    required: ['area'],
  };
  beforeAll(() => void office.book.forms.set(items.plain.code, form));
  afterAll(() => void office.book.forms.delete(items.plain.code));

  it('is checked with the application, and with the papers of a pre-review, and says what is wrong where', async () => {
    for (const preReview of [false, true]) {
      const { status, json } = await submit(clerk, { preReview, form: { use: '借用', colour: '红' } });
      expect([status, json['code']]).toEqual([400, 'case.form']);
      expect(json['params']).toEqual({ fields: ['colour', 'area', 'use'] });
      expect(json['detail']).toBe('申请表填写有误：表单没有这一项；面积：必填；用途：应为：自用、出租');
    }
    expect(codeOf(await submit(clerk, { form: { area: 0.5 } }))).toBe('case.form');
    expect(codeOf(await submit(clerk, { form: { area: 60, use: '自用' } }))).toBe(201);
  });

  it('of many faults some are told, and all places', async () => {
    const wrong = Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`x${index}`, 1]));
    const { json } = await submit(clerk, { form: { area: 1, ...wrong } });
    expect((json['params'] as { fields: string[] }).fields).toHaveLength(9);
    expect(json['detail']).toMatch(/等 9 处$/);
  });

  it('that was refused may be sent again under the same key', async () => {
    const key = '01900000-0000-7000-8000-00000000f0f0';
    const application = office.application(items.plain);
    const bad = await office.post(clerk, 'cases', { ...application, form: {} }, township, key);
    expect(codeOf(bad)).toBe('case.form');
    const good = await office.post(clerk, 'cases', { ...application, form: { area: 2 } }, township, key);
    expect(codeOf(good)).toBe(201);
  });
});

describe('channels', () => {
  it('kiosk: the applicant begins, the window receives, and only then it is worked on', async () => {
    expect(codeOf(await submit(clerk, { channel: 'kiosk' }))).toBe('case.channel');
    const record = String((await submit(resident, { channel: 'kiosk' })).json['record']);
    expect(await act(clerk, record, 'acceptance', {})).toBe('case.not-received');
    expect(await act(approver, record, 'reception', {})).toBe('jurisdiction.role');
    expect(await act(office.person('clerk', 'above', district), record, 'reception', {})).toBe('jurisdiction.division');
    expect(await act(clerk, record, 'reception', {})).toBe(201);
    expect(await act(clerk, record, 'reception', {})).toBe('case.received');
    expect(await caseOf(record)).toMatchObject({ state: { received: { by: 'window', role: 'clerk' } } });
    expect(await act(clerk, record, 'acceptance', {})).toBe(201);
  });

  it('telephone: called back before, confirmed after, and only then decided', async () => {
    const caller = { name: '王敏', phone: '13900139000', relation: '女儿' };
    expect(codeOf(await submit(clerk, { channel: 'phone', caller }))).toBe('case.callback-unchecked');
    expect(codeOf(await submit(clerk, { channel: 'phone', callbackChecked: true }))).toBe('case.channel');
    const { json } = await submit(clerk, { channel: 'phone', caller, callbackChecked: true });
    const record = String(json['record']);
    expect(await act(clerk, record, 'acceptance', {})).toBe(201);
    expect(await act(approver, record, 'decision', decision)).toBe('case.unconfirmed');
    expect(await act(resident, record, 'confirmation', { queryCode: '000000' })).toBe('case.query-code');
    expect(await act(office.person('agent', 'li'), record, 'confirmation', {})).toBe('mandate.required');
    expect(await act(resident, record, 'confirmation', { queryCode: json['queryCode'] })).toBe(201);
    expect(await act(resident, record, 'confirmation', { queryCode: json['queryCode'] })).toBe('case.confirmed');
    expect(await act(approver, record, 'decision', decision)).toBe(201);
    const [row] = await office.dataSource.query<{ facts: string }[]>(
      `select string_agg(facts::text, ' ') as facts from entry where record = $1`,
      [record],
    );
    for (const word of ['王敏', '13900139000', '女儿']) expect(row!.facts).not.toContain(word);
  });

  it('telephone: confirmed below while it lies above, as a request to its owner', async () => {
    const caller = { name: '王敏', phone: '13900139000', relation: '女儿' };
    const call = { channel: 'phone', caller, callbackChecked: true };
    const { json } = await submit(clerk, call, items.chargedAbove);
    const record = String(json['record']);
    await act(clerk, record, 'acceptance', {});
    expect(await act(clerk, record, 'hand-over', { to: district, reason: 'toDecide' })).toBe(201);
    await office.eventually(async () => (await caseOf(record))['owner'] === district);
    expect(await act(resident, record, 'confirmation', { queryCode: json['queryCode'] })).toBe(202);
    const confirmed = async (): Promise<boolean> =>
      ((await caseOf(record))['state'] as { confirmed: object | null }).confirmed !== null;
    await office.eventually(confirmed);
  });

  it('an item that needs presence is not taken by telephone or from an agent', async () => {
    office.book.presence.add(items.controlled.code);
    const caller = { name: '王敏', phone: '13900139000', relation: '本人' };
    const asked = await submit(clerk, { channel: 'phone', caller, callbackChecked: true }, items.controlled);
    expect(codeOf(asked)).toBe('mandate.presence-required');
    expect(codeOf(await submit(office.person('agent', 'li'), { channel: 'agent' }, items.controlled))).toBe(
      'mandate.presence-required',
    );
    office.book.presence.clear();
  });

  it('of an application made long ago is no channel at all', async () => {
    const occurredAt = new Date(office.time.at - 8 * 24 * 3_600_000).toISOString();
    expect(codeOf(await submit(resident, { channel: 'online', occurredAt }))).toBe('case.back-dated');
  });
});

describe('pre-review', () => {
  it('looks at the papers before they are an application, and holds what passed', async () => {
    const [card, sheet] = [file('card', 'a'), file('sheet', 'b')];
    const asked = await submit(resident, { channel: 'online', preReview: true, attachments: [card, sheet] });
    const record = String(asked.json['record']);
    office.passDays(20);
    await office.duties.round();
    expect(await caseOf(record)).toMatchObject({ status: 'preReview', clock: { color: 'idle', step: null } });
    expect(await act(clerk, record, 'acceptance', {})).toBe('case.state');
    const faults = [{ material: 'sheet', fault: 'unclear' }];
    const answer = { outcome: 'notPass', faults, text: '申请表第二页不清晰' };
    expect(await act(resident, record, 'pre-review', answer)).toBe('jurisdiction.role');
    expect(await act(clerk, record, 'pre-review', { ...answer, faults: [] })).toBe('request.invalid');
    expect(await act(clerk, record, 'pre-review', answer)).toBe(201);
    expect(await act(clerk, record, 'pre-review', answer)).toBe('case.pre-reviewed');
    const listed = await office.get(clerk, 'cases?status=preReview');
    expect(listed.json['cases']).toHaveLength(1);
    const other = file('card', 'c');
    const stranger = office.person('resident', 'zhang');
    expect(await act(stranger, record, 'formal-application', { attachments: [] })).toBe('jurisdiction.not-party');
    expect(await act(resident, record, 'formal-application', { attachments: [other] })).toBe('case.pre-review-pinned');
    expect(await act(resident, record, 'formal-application', { attachments: [file('sheet', 'd')] })).toBe(201);
    const state = (await caseOf(record))['state'] as { materials: { digest: string }[] };
    expect(state.materials.map(({ digest }) => digest[0])).toEqual(['a', 'd']);
    expect(await act(clerk, record, 'acceptance', {})).toBe(201);
    expect(await caseOf(record)).toMatchObject({ state: { violations: [] } });
    office.passDays(-20);
  });
});

describe('special service', () => {
  it('is granted for a reason, shown in the list and found by it', async () => {
    const record = await office.take(items.plain);
    const other = await office.take(items.plain);
    const mark = { mark: 'greenChannel', granted: true, reason: '行动不便' };
    expect(await act(resident, record, 'service-mark', mark)).toBe('jurisdiction.role');
    expect(await act(clerk, record, 'service-mark', { ...mark, reason: '' })).toBe('case.reason-required');
    expect(await act(clerk, record, 'service-mark', mark)).toBe(201);
    expect(await act(clerk, record, 'service-mark', { ...mark, mark: 'overtime' })).toBe(201);
    const recordsOf = async (query: string): Promise<string[]> =>
      ((await office.get(clerk, `cases?${query}`)).json['cases'] as { record: string; marks: string[] }[]).map(
        (each) => `${each.record} ${each.marks.join()}`,
      );
    expect(await recordsOf('mark=greenChannel')).toEqual([`${record} greenChannel,overtime`]);
    expect(await recordsOf('mark=doorToDoor')).toEqual([]);
    expect(await recordsOf('limit=50')).toContain(`${other} `);
    expect((await office.get(clerk, 'cases?mark=blue')).status).toBe(400);
    expect(await act(clerk, record, 'service-mark', { ...mark, granted: false })).toBe(201);
    expect(await recordsOf('mark=greenChannel')).toEqual([]);
    const { marks } = (await caseOf(record))['state'] as { marks: object[] };
    expect(marks).toMatchObject([{ mark: 'overtime', by: 'window', role: 'clerk' }]);
  });
});

describe('materials already known', () => {
  const identityNumber = 'K7654321';
  const asked = { item: items.controlled.code, identityType: 'passport', identityNumber };
  const applicant = { name: '王秀英', identityNumber, phone: '13800138000' };
  type Known = { material: string; trust: string; reusable: boolean; certificateNumber: string | null };
  const knownTo = async (token: string, body: object = asked): Promise<unknown> => {
    const answer = await office.post(token, 'known-materials', body);
    return answer.status === 200
      ? (answer.json['materials'] as Known[]).map(({ material, trust, reusable }) => [material, trust, reusable])
      : answer.json['code'];
  };

  it('are offered from earlier cases, taken over, and not asked for again', async () => {
    expect(await knownTo(clerk)).toEqual([]);
    const first = await submit(clerk, { applicant, attachments: [file('card', 'e'), file('sheet', 'f')] });
    const record = String(first.json['record']);
    expect(await knownTo(clerk)).toEqual([]);
    await act(clerk, record, 'acceptance', {});
    await act(approver, record, 'decision', decision);
    await act(clerk, record, 'certificate', {});
    expect(await knownTo(clerk)).toEqual([
      ['identity', 'B', true],
      ['earlier', 'A', false],
    ]);
    const second = { applicant, attachments: [] };
    expect(codeOf(await submit(clerk, { ...second, reuse: ['proof'] }, items.controlled))).toBe(
      'case.material-not-offered',
    );
    office.book.required.set(items.controlled.code, ['identity', 'earlier']);
    const taken = String((await submit(clerk, { ...second, reuse: ['identity'] }, items.controlled)).json['record']);
    expect(await caseOf(taken)).toMatchObject({
      state: { materials: [{ material: 'identity', digest: 'e'.repeat(64) }], known: [{ trust: 'B' }, { trust: 'A' }] },
    });
    const request = { text: '请补交', materials: ['identity'] };
    expect(await act(clerk, taken, 'supplement-request', request)).toBe('case.material-known');
    expect(await act(clerk, taken, 'supplement-request', { ...request, materials: ['earlier', 'proof'] })).toBe(
      'case.material-known',
    );
    expect(await act(clerk, taken, 'acceptance', {})).toBe(201);
    // The file opens with the second case, and the first one shows that it was looked at.
    const parts = (
      await office.get(clerk, `cases/${taken}/dossier?full=true&purpose=${encodeURIComponent('审查材料')}`)
    ).json;
    expect(JSON.stringify(parts)).toContain('key-e');
    const readings = (await office.get(office.person('supervisor', 'watch'), `cases/${record}/readings`)).json;
    expect(readings['readings']).toMatchObject([{ reader: 'window', role: 'clerk', what: 'e'.repeat(64) }]);
    office.book.required.clear();
  });

  it('are told to nobody who only knows a number', async () => {
    expect(await knownTo(resident)).toEqual([]);
    expect(await knownTo(office.person('agent', 'li'))).toBe('mandate.required');
    expect(await knownTo(office.person('clerk', 'far', district))).toBe('jurisdiction.division');
    expect(await knownTo(clerk, { ...asked, identityNumber: 'K0000000' })).toEqual([]);
    const rows = await office.dataSource.query<{ text: string }[]>(
      `select string_agg(a::text, ' ') || (select string_agg(c.state::text, ' ') from case_view c) as text
         from applicant_case a`,
    );
    expect(rows[0]!.text).not.toContain(identityNumber);
  });
});

describe('another version of the item', () => {
  it('takes the running cases that were chosen, each with its new limits', async () => {
    office.book.versions.push({ ...items.plain, version: 2, promisedDays: 3 });
    const [first, second] = [await office.take(items.plain), await office.take(items.plain)];
    const body = { version: 2, reason: '压缩时限' };
    expect(await act(clerk, first, 'item-version', body)).toBe('jurisdiction.role');
    expect(await act(approver, first, 'item-version', { ...body, version: 9 })).toBe('item.version-not-held');
    expect(await act(approver, first, 'item-version', { ...body, reason: ' ' })).toBe('case.reason-required');
    expect(await caseOf(first)).toMatchObject({ promisedDue: { date: '2026-03-09' } });
    expect(await act(approver, first, 'item-version', body)).toBe(201);
    expect(await caseOf(first)).toMatchObject({
      item: { version: 2 },
      promisedDue: { date: '2026-03-05' },
      clock: { promised: { due: { date: '2026-03-05' } } },
    });
    const unknown = '01890000-0000-7000-8000-00000000dead';
    const all = await office.post(approver, 'repins', { ...body, records: [first, second, unknown] });
    expect(all.json).toEqual({
      cases: [
        { record: first, state: 'refused', code: 'case.version' },
        { record: second, state: 'done', code: null },
        { record: unknown, state: 'refused', code: 'case.unknown' },
      ],
    });
    expect(await caseOf(second)).toMatchObject({ item: { version: 2 } });
  });
});

describe('what the province sent back', () => {
  it('stands on the list of the owner, and of nobody else, until it is taken; the gateway is not asked', async () => {
    const record = await office.take(items.plain);
    const returns = async (node = township): Promise<unknown[]> =>
      (await office.get(office.person('clerk', 'window', node), 'cases?returned=true', node)).json[
        'cases'
      ] as unknown[];
    expect(await returns()).toEqual([]);
    await office.report(record, township, 'rejected', 1);
    expect(await returns()).toMatchObject([
      { record, reports: { 'national-json': { outcome: 'rejected', problems: [{ field: 'applyer_page_type' }] } } },
    ]);
    expect(await returns(district)).toEqual([]);
    await office.report(record, township, 'acknowledged', 2);
    expect(await returns()).toEqual([]);
    expect((await office.get(clerk, 'cases?returned=perhaps')).status).toBe(400);
  });
});
