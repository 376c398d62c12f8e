import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { jest } from '@jest/globals';
import { checkChain, makeEscrow, readEntries, Sealer } from '@tongban/journal';
import type { NodeCode } from '@tongban/kernel';
import type { Caller } from '@tongban/testkit';
import {
  at,
  city,
  district,
  itemCode,
  openPrintingOffice,
  shortWayRound,
  submit,
  township,
  type PrintingOffice,
  type SubmittedCase,
} from './printing-office.js';

jest.setTimeout(120_000);

const waitTimeoutMs = 20_000;
const pollMs = 25;
const planted = {
  name: '欧阳罕见笙',
  identityNumber: 'P99887766',
  phone: '13900139000',
  address: '山东省日照市东港区海曲东路9号',
};
const secretsOf = Object.values(planted);

let office: PrintingOffice;
let clerk: Caller;
let approver: Caller;
let resident: Caller;
let stranger: Caller;

interface Reply {
  readonly status: number;
  readonly code?: string;
  readonly text: string;
  json(): Record<string, unknown>;
}
async function reply(answer: ReturnType<Caller['get']>): Promise<Reply> {
  const { statusCode: status, body: text } = await answer;
  const { code } = text === '' ? { code: undefined } : (JSON.parse(text) as { code?: string });
  return {
    status,
    text,
    json: () => JSON.parse(text) as Record<string, unknown>,
    ...(code === undefined ? {} : { code }),
  };
}
const get = (who: Caller, path: string) => reply(who.get(`${township}/${path}`));
const post = (who: Caller, path: string, body: object, key: string = randomUUID()) =>
  reply(who.send('POST', `${township}/${path}`, body, { key }));
const purpose = (text: string) => `purpose=${encodeURIComponent(text)}`;

let applicants = 0;
/** An application by the resident's own login, for a number under which nothing is open. */
async function apply(identityNumber = `P9988770${++applicants}`): Promise<string> {
  const sent = await post(resident, 'cases', {
    ...{ item: itemCode, channel: 'online', applicantType: 'naturalPerson', identityType: 'passport' },
    ...{ applicant: { ...planted, identityNumber }, form: {}, attachments: [] },
  });
  if (sent.status !== 201) throw new Error(sent.text);
  return String(sent.json()['record']);
}
async function withdraw(record: string): Promise<void> {
  const sent = await post(resident, `cases/${record}/withdrawal`, {
    reasonCode: 'givenUp',
    reason: planted.name,
  });
  if (sent.status !== 201) throw new Error(sent.text);
}
const entriesAt = (node: NodeCode, record: string) =>
  office.parts.transactor.run((sql) => readEntries(sql, node, record));
async function until(what: string, condition: () => Promise<boolean>): Promise<void> {
  for (let waitedMs = 0; waitedMs < waitTimeoutMs; waitedMs += pollMs) {
    if (await condition()) return;
    await sleep(pollMs);
  }
  throw new Error(`${what} was not seen within ${waitTimeoutMs} ms`);
}
const isErased = (sealed: string | undefined): boolean =>
  sealed !== undefined && (JSON.parse(sealed) as { recipients: unknown[] }).recipients.length === 0;

beforeAll(async () => {
  office = await openPrintingOffice(shortWayRound());
  clerk = at(office, 'clerk', township, 'li');
  approver = at(office, 'approver', township, 'chief');
  resident = office.as('resident', township, 'ouyang');
  stranger = office.as('resident', township, 'somebody');
});
afterAll(() => office?.close());

describe('least sight', () => {
  let record: string;
  beforeAll(async () => {
    record = await apply(planted.identityNumber);
  });
  afterAll(() => withdraw(record));

  it('shows the dossier masked unless a purpose is given', async () => {
    const masked = await get(clerk, `cases/${record}/dossier`);
    expect(masked.json()).toMatchObject({
      masked: true,
      parts: [{ content: { applicant: { name: '欧***笙', identityNumber: 'P998*7766', phone: '139****9000' } } }],
    });
    for (const secret of secretsOf) expect(masked.text).not.toContain(secret);
    const blind = await get(clerk, `cases/${record}/dossier?full=true`);
    expect([blind.status, blind.code]).toEqual([400, 'request.invalid']);
    const full = await get(
      clerk,
      `cases/${record}/dossier?full=true&${purpose(`核对${planted.name}身份，电话${planted.phone}`)}`,
    );
    expect(full.json()).toMatchObject({ masked: false, parts: [{ content: { applicant: planted } }] });
  });

  it('keeps what was seen, masked or in full, for the person to see', async () => {
    const { accesses } = (await get(resident, `cases/${record}/privacy/accesses`)).json();
    expect(accesses).toMatchObject([
      { reader: 'li', role: 'clerk', purpose: '核对欧***笙身份，电话139****9000', what: 'dossier' },
      { reader: 'li', role: 'clerk', what: 'masked' },
    ]);
  });

  it('shows nothing personal in lists', async () => {
    for (const path of ['cases', `cases/${record}`, `cases/${record}/entries`, 'privacy/requests']) {
      const { status, text } = await get(approver, path);
      expect([path, status]).toEqual([path, 200]);
      for (const secret of secretsOf) expect([path, text.includes(secret)]).toEqual([path, false]);
    }
  });
});

describe('why somebody looked', () => {
  /** Nobody's own papers name this one: masking cannot know it. */
  const bystander = '司徒旁观溪';
  let record: string;
  let guard: Caller;
  const reasons = () =>
    office.parts.transactor.run((sql) =>
      sql.query<{ purpose: string }>('select purpose from dossier_read where node = $1 order by id', [township]),
    );
  const told = async (): Promise<unknown> =>
    (await get(resident, `cases/${record}/privacy/accesses`)).json()['accesses'] as unknown;
  const step = (key: string, cursor: unknown = null) =>
    post(guard, `key-rotations${typeof cursor === 'string' ? `?cursor=${cursor}` : ''}`, {}, key);
  /** Steps of one rotation to its end: the number of the key, and how many lines were sealed again. */
  async function rotate(key: string): Promise<{ key: unknown; resealed: number }> {
    let resealed = 0;
    let cursor: unknown = null;
    for (let steps = 0; steps < 20; steps++) {
      const done = await step(key, cursor);
      expect(done.status).toBe(200);
      resealed += Number(done.json()['resealed']);
      cursor = done.json()['next'];
      if (cursor === null) return { key: done.json()['key'], resealed };
    }
    throw new Error('the rotation does not end');
  }

  beforeAll(async () => {
    guard = office.as('security-administrator', township, 'guard');
    record = await apply();
    const looked = await get(clerk, `cases/${record}/dossier?full=true&${purpose(`${bystander}来电询问`)}`);
    expect(looked.status).toBe(200);
  });
  afterAll(() => withdraw(record));

  it('is sealed in the database and opens for the person', async () => {
    expect(await told()).toMatchObject([{ purpose: `${bystander}来电询问` }]);
    for (const { purpose: kept } of await reasons()) expect(kept).toMatch(/^s1:1:[\w-]+$/);
    const { texts } = new Sealer(office.parts.directory, office.parts.keystore);
    const moved = office.parts.transactor.run(async (sql) =>
      texts.open(sql, township, `dossier_read ${randomUUID()}`, (await reasons())[0]!.purpose),
    );
    await expect(moved).rejects.toThrow();
  });

  it('is sealed again under another key in bounded steps, also what was written before columns were sealed', async () => {
    await office.parts.transactor.run((sql) =>
      sql.query(
        `insert into dossier_read (node, record, subject, role, purpose, what, read_at)
         select $1, $2, 'li', 'clerk', '核对' || n, 'dossier', now() from generate_series(1, 450) n`,
        [township, record],
      ),
    );
    const before = await told();
    expect((await post(clerk, 'key-rotations', {})).code).toBe('jurisdiction.role');
    const first = randomUUID();
    const lines = (await reasons()).length;
    expect(await rotate(first)).toEqual({ key: 2, resealed: lines });
    for (const { purpose: kept } of await reasons()) expect(kept).toMatch(/^s1:2:/);
    expect(await told()).toEqual(before);
    expect(await rotate(first)).toEqual({ key: 2, resealed: 0 });
  });

  it('keeps the key before for what is under way, and destroys it an hour later', async () => {
    const keys = () =>
      office.parts.transactor.run((sql) =>
        sql.query<{ id: number }>('select id from data_key where node = $1 order by id', [township]),
      );
    const key = randomUUID();
    await rotate(key);
    expect(await keys()).toEqual([{ id: 1 }, { id: 2 }, { id: 3 }]);
    await office.parts.transactor.run((sql) =>
      sql.query(`update data_key set made_at = made_at - interval '61 minutes' where node = $1`, [township]),
    );
    expect(await rotate(key)).toEqual({ key: 3, resealed: 0 });
    expect(await keys()).toEqual([{ id: 3 }]);
    expect(await told()).toMatchObject({ length: 451 });
  });

  it('is changed by nothing but sealing again', async () => {
    const call = (table: string, becomes: string) =>
      office.parts.transactor.run((sql) =>
        sql.query('select reseal_purpose($1, $2, $3, $4, $5)', [table, township, '1', 'x', becomes]),
      );
    await expect(call('dossier_read', '随便')).rejects.toThrow('sealed or not written');
    await expect(call('entry', 's1:1:abc')).rejects.toThrow('no sealed reasons');
  });
});

describe('the person whose data it is', () => {
  let record: string;
  beforeAll(async () => {
    record = await apply();
  });

  it('gets a copy, which is an access of its own', async () => {
    const copy = await get(resident, `cases/${record}/privacy/copy`);
    expect(copy.json()).toMatchObject({
      ...{ format: 'tongban-personal-data-copy-1', node: township, record },
      parts: [
        {
          content: {
            applicant: { name: planted.name, phone: planted.phone },
          },
        },
      ],
      accesses: [{ reader: 'ouyang', role: 'resident', what: 'dossier' }],
    });
    expect(String(copy.json()['watermark'])).toMatch(/ouyang \d{4}-\d\d-\d\dT/);
  });

  it('gets it at the counter, and nobody else gets it', async () => {
    expect((await get(clerk, `cases/${record}/privacy/copy`)).status).toBe(200);
    for (const path of ['copy', 'accesses', 'requests']) {
      const refused = await get(stranger, `cases/${record}/privacy/${path}`);
      expect([path, refused.code]).toEqual([path, 'jurisdiction.not-party']);
    }
    expect((await get(approver, `cases/${record}/privacy/copy`)).code).toBe('jurisdiction.role');
    expect((await get(resident, `cases/${randomUUID()}/privacy/copy`)).code).toBe('case.unknown');
    expect((await post(stranger, `cases/${record}/privacy/requests`, { kind: 'deletion', text: '删除' })).code).toBe(
      'jurisdiction.not-party',
    );
  });

  it('with the query code sees who looked, but gets no copy of a case applied for at a window', async () => {
    const taken: SubmittedCase = await submit(office, clerk, '王秀英');
    const path = (what: string) => `cases/${taken.record}/privacy/${what}`;
    expect((await get(stranger, `${path('accesses')}?code=${taken.queryCode}`)).status).toBe(200);
    const wrong = taken.queryCode === '000000' ? '000001' : '000000';
    expect((await get(stranger, `${path('accesses')}?code=${wrong}`)).code).toBe('jurisdiction.not-party');
    expect((await get(stranger, path('copy'))).code).toBe('jurisdiction.not-party');
  });

  it('asks for correction, restriction, objection: recorded with a date, answered once with reasons', async () => {
    const requests = `cases/${record}/privacy/requests`;
    for (const kind of ['correction', 'restriction', 'objection']) {
      const key = randomUUID();
      const body = { kind, text: `${planted.name}的电话有误` };
      const asked = await post(resident, requests, body, key);
      expect(asked.status).toBe(201);
      expect((await post(resident, requests, body, key)).json()).toEqual(asked.json());
      expect((await post(resident, requests, { kind, text: '再次请求' })).code).toBe('privacy.pending');
    }
    const mine = (await get(resident, requests)).json()['requests'] as {
      readonly request: string;
      readonly kind: string;
    }[];
    expect(mine.toSorted((left, right) => left.kind.localeCompare(right.kind))).toMatchObject(
      ['correction', 'objection', 'restriction'].map((kind) => ({ kind, answerBy: '2026-04-01', answer: null })),
    );
    const waiting = (await get(approver, 'privacy/requests?limit=2')).json();
    expect(waiting['requests']).toHaveLength(2);
    const rest = (await get(approver, `privacy/requests?limit=2&cursor=${String(waiting['next'])}`)).json();
    expect([...(waiting['requests'] as object[]), ...(rest['requests'] as object[])]).toHaveLength(3);
    const [first, second] = mine;
    expect((await get(approver, `privacy/requests/${first!.request}`)).json()).toMatchObject({
      ...{ asked: `${planted.name}的电话有误`, answered: null },
    });
    const answerPath = `privacy/requests/${first!.request}/answer`;
    expect((await post(clerk, answerPath, { outcome: 'granted', text: '已更正' })).code).toBe('jurisdiction.role');
    expect((await post(approver, answerPath, { outcome: 'granted', text: '已更正' })).status).toBe(201);
    expect((await post(approver, answerPath, { outcome: 'granted', text: '已更正' })).code).toBe('privacy.answered');
    const refusal = { outcome: 'refused', text: '办理所必需' };
    expect((await post(approver, `privacy/requests/${second!.request}/answer`, refusal)).code).toBe('request.invalid');
    const founded = { ...refusal, legalBasis: '个人信息保护法第十三条第一款第三项' };
    expect((await post(approver, `privacy/requests/${second!.request}/answer`, founded)).status).toBe(201);
    expect((await post(approver, `privacy/requests/${randomUUID()}/answer`, founded)).code).toBe('privacy.unknown');
  });
});

describe('deleting', () => {
  it('is refused with the law’s reason while the case is open and while its papers must be kept', async () => {
    const open = await apply();
    const body = { kind: 'deletion', text: '请删除我的资料' };
    expect((await post(resident, `cases/${open}/privacy/requests`, body)).code).toBe('privacy.case-open');
    expect((await post(clerk, `cases/${open}/acceptance`, {})).status).toBe(201);
    expect((await post(approver, `cases/${open}/decision`, { outcome: 'approve', opinion: '同意' })).status).toBe(201);
    expect((await post(clerk, `cases/${open}/certificate`, {})).status).toBe(201);
    const refused = await post(resident, `cases/${open}/privacy/requests`, body);
    expect([refused.status, refused.code]).toEqual([409, 'privacy.retention']);
    expect(refused.text).toContain('国家档案局令第8号');
    expect(refused.text).toContain('2036-');
  });

  it('destroys the keys at every node that holds the case, and the journal goes on being provable', async () => {
    const record = await apply();
    await withdraw(record);
    const sealedOf = async (node: NodeCode) => (await entriesAt(node, record)).map(({ sealed }) => sealed);
    const holders = [township, district, city];
    await until('the case above', async () => (await sealedOf(city)).length === 2);
    const before = await entriesAt(township, record);
    const asked = await post(resident, `cases/${record}/privacy/requests`, {
      kind: 'deletion',
      text: '请删除我的资料',
    });
    expect(asked.status).toBe(201);
    expect((await sealedOf(township)).some(isErased)).toBe(false);
    await until(
      'the request above',
      async () => (await entriesAt(district, String(asked.json()['request']))).length === 1,
    );
    const above = resident.send('POST', `${district}/cases/${record}/privacy/requests`, {
      kind: 'deletion',
      text: '删除',
    });
    expect((await above).json()).toMatchObject({ code: 'privacy.at-intake', params: { node: township } });
    const request = String(asked.json()['request']);
    const granted = { outcome: 'granted', text: '资料已删除' };
    expect((await post(approver, `privacy/requests/${request}/answer`, granted)).status).toBe(201);
    for (const node of holders)
      await until(`erasing at ${node}`, async () =>
        (await sealedOf(node)).every((sealed) => sealed === undefined || isErased(sealed)),
      );
    expect((await get(clerk, `cases/${record}/dossier?full=true&${purpose('核对')}`)).code).toBe('dossier.erased');
    expect((await get(resident, `cases/${record}/privacy/copy`)).code).toBe('dossier.erased');
    const after = await entriesAt(township, record);
    expect(after.map(({ hash }) => hash)).toEqual(before.map(({ hash }) => hash));
    expect(checkChain(office.parts.directory, after)).toMatchObject({ sound: after.length });
    const state = (await get(resident, `cases/${record}/privacy/requests`)).json();
    expect(state['requests']).toMatchObject([{ kind: 'deletion', answer: { outcome: 'granted', erased: true } }]);
  });

  it('happens to no case for which it was not granted', async () => {
    const record = await apply();
    const erase = office.parts.transactor.run((sql) =>
      sql.query('select erase_sealed_parts($1, $2)', [township, record]),
    );
    await expect(erase).rejects.toThrow('no erasing');
    expect((await entriesAt(township, record)).some(({ sealed }) => isErased(sealed))).toBe(false);
    await withdraw(record);
  });
});

describe('the escrow', () => {
  it('gets sealed parts only with a reason, which the person sees', async () => {
    const record = await apply();
    const administrator = office.as('security-administrator', township, 'operator');
    const path = `cases/${record}/escrow-openings`;
    expect((await post(administrator, path, {})).code).toBe('request.invalid');
    expect((await post(clerk, path, { reason: '人民法院调查令（2026）鲁1102民初1号' })).code).toBe('jurisdiction.role');
    const machines = office.as('administrator', township, 'machines');
    expect((await post(machines, path, { reason: '例行检查' })).code).toBe('jurisdiction.role');
    const released = await post(administrator, path, { reason: '人民法院调查令（2026）鲁1102民初1号' });
    expect(released.json()).toMatchObject({ parts: [{ seq: 1, type: 'case.submitted' }] });
    for (const secret of secretsOf) expect(released.text).not.toContain(secret);
    const { accesses } = (await get(resident, `cases/${record}/privacy/accesses`)).json();
    expect(accesses).toMatchObject([
      { reader: 'operator', what: 'escrow', purpose: '人民法院调查令（2026）鲁1102民初1号' },
    ]);
    expect(makeEscrow('x').shares).toHaveLength(2);
    await withdraw(record);
  });
});

describe('at rest', () => {
  it('no table holds a name, a number or an address in the clear', async () => {
    const columns = await office.parts.transactor.run((sql) =>
      sql.query<{ table: string; column: string }>(
        `select table_name as table, column_name as column from information_schema.columns
          where table_schema = current_schema() and table_name in
            (select table_name from information_schema.tables where table_type = 'BASE TABLE')`,
      ),
    );
    expect(columns.length).toBeGreaterThan(100);
    const found: string[] = [];
    for (const { table, column } of columns)
      for (const secret of secretsOf) {
        const [row] = await office.parts.transactor.run((sql) =>
          sql.query<{ count: number }>(
            `select count(*)::int as count from "${table}"
              where position($1 in "${column}"::text) > 0 or position($2 in "${column}"::text) > 0`,
            [secret, Buffer.from(secret).toString('hex')],
          ),
        );
        if (row!.count > 0) found.push(`${table}.${column}`);
      }
    expect(found).toEqual([]);
  });
});
