import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import { maxOpenPerPerson } from '@tongban/domain/hall';
import { definition, district, Office, type Reply } from './office.js';

jest.setTimeout(60_000);

let office: Office;
beforeAll(async () => {
  office = await Office.open('2026-03-02');
});
afterAll(async () => {
  await office?.close();
});
beforeEach(() => office.at('2026-03-02T09:00:00'));

const codeOf = ({ status, json }: Reply): unknown => (status < 300 ? status : json['code']);
const take = async (hall: string, group = 'social', more: object = {}): Promise<{ ticket: string; number: string }> => {
  office.time.at += 1_000;
  const taken = await office.send('POST', 'tickets', { hall, group, ...more });
  expect(taken.status).toBe(201);
  return taken.json as { ticket: string; number: string };
};
const call = (hall: string, window: string, key?: string): Promise<Reply> =>
  office.send('POST', `halls/${hall}/windows/${window}/call`, undefined, {
    ...office.clerk(hall, window),
    ...(key === undefined ? {} : { key }),
  });
const act = (hall: string, window: string, ticket: unknown, path: string, body?: object): Promise<Reply> =>
  office.send('POST', `tickets/${String(ticket)}/${path}`, body, office.clerk(hall, window));
const ticketOf = async (ticket: unknown): Promise<Record<string, unknown>> =>
  (await office.send('GET', `tickets/${String(ticket)}`)).json;

describe('an appointment', () => {
  const booking = (identityNumber: string, more: object = {}): object => ({
    ...{ hall: 'booked', group: 'social', day: '2026-03-03', start: '09:30', identityNumber },
    ...more,
  });
  const book = (identityNumber: string, more: object = {}, key?: string): Promise<Reply> =>
    office.send('POST', 'appointments', booking(identityNumber, more), key === undefined ? {} : { key });

  beforeAll(() => office.openHall('booked'));

  it('takes places until the slot is full, and gives them back when cancelled', async () => {
    const key = randomUUID();
    const first = await book('E1000001', {}, key);
    expect(first).toMatchObject({ status: 201, json: { number: expect.stringMatching(/^YY20260302\d{5}$/) } });
    expect(await book('E1000001', {}, key)).toEqual(first);
    const slot = async (): Promise<unknown> => {
      const { json } = await office.send('GET', 'halls/booked/slots?day=2026-03-03&group=social');
      return (json['slots'] as { start: string; free: number }[]).find(({ start }) => start === '09:30')?.free;
    };
    expect(await slot()).toBe(1);
    const rush = await Promise.all(['E1000002', 'E1000003', 'E1000004'].map((person) => book(person)));
    expect(rush.map(codeOf).sort()).toEqual([201, 'appointment.full', 'appointment.full']);
    expect(await slot()).toBe(0);
    const { number, code } = first.json as { number: string; code: string };
    expect(
      codeOf(await office.send('GET', `appointments/${number}?code=${code === '000000' ? '000001' : '000000'}`)),
    ).toBe('appointment.unknown');
    expect((await office.send('GET', `appointments/${number}?code=${code}`)).json['state']).toBe('booked');
    expect(codeOf(await office.send('POST', `appointments/${number}/cancellation`, { code }))).toBe(200);
    expect(codeOf(await office.send('POST', `appointments/${number}/cancellation`, { code }))).toBe(
      'appointment.state',
    );
    expect(await slot()).toBe(1);
    expect((await office.send('GET', 'halls/booked/slots?day=2026-03-07&group=social')).json['slots']).toEqual([]);
  });

  it('is bounded per person, who is kept as a keyed hash alone', async () => {
    const days = ['2026-03-04', '2026-03-05', '2026-03-06', '2026-03-09'];
    const codes = [];
    for (const day of days) codes.push(codeOf(await book('e2000001', { day })));
    expect(codes).toEqual([...Array<number>(maxOpenPerPerson).fill(201), 'appointment.person']);
    expect(codeOf(await book('E2000001', { day: '2026-03-10' }))).toBe('appointment.person');
    const rush = await Promise.all(
      ['2026-03-04', '2026-03-05', '2026-03-06', '2026-03-09', '2026-03-10', '2026-03-11'].map((day) =>
        book('E2000002', { day, start: '14:00' }),
      ),
    );
    expect(rush.filter(({ status }) => status === 201)).toHaveLength(maxOpenPerPerson);
    expect(new Set(rush.map(codeOf))).toEqual(new Set([201, 'appointment.person']));
    const tables = await office.dataSource.query<{ text: string }[]>(
      `select row_to_json(a)::text as text from appointment a union all select row_to_json(e)::text from hall_event e`,
    );
    expect(JSON.stringify(tables)).not.toMatch(/2000001/);
  });

  it('becomes a number in its time, waits from its slot on, and is a no-show after it', async () => {
    const { number, code } = (await book('E3000001', { day: '2026-03-03', start: '10:00' })).json;
    const late = (await book('E3000002', { day: '2026-03-03', start: '10:00' })).json;
    const checkIn = (): Promise<Reply> => office.send('POST', `appointments/${String(number)}/check-in`, { code });
    office.at('2026-03-03T09:29:00');
    expect(codeOf(await checkIn())).toBe('appointment.time');
    office.at('2026-03-03T09:45:00');
    const arrived = await checkIn();
    expect(arrived.status).toBe(201);
    expect(codeOf(await checkIn())).toBe('appointment.state');
    expect(await ticketOf(arrived.json['ticket'])).toMatchObject({ lane: 'appointment', state: 'waiting' });
    office.at('2026-03-03T10:45:00');
    const query = `appointments/${String(late['number'])}?code=${String(late['code'])}`;
    expect((await office.send('GET', query)).json['state']).toBe('noShow');
    expect(
      codeOf(await office.send('POST', `appointments/${String(late['number'])}/check-in`, { code: late['code'] })),
    ).toBe('appointment.time');
    const clerk = office.clerk('booked', '1');
    const listed = await office.send('GET', 'halls/booked/appointments?day=2026-03-03', undefined, clerk);
    expect((listed.json['appointments'] as { state: string }[]).map(({ state }) => state)).toContain('noShow');
    expect(codeOf(await office.send('GET', 'halls/booked/appointments?day=2026-03-03'))).toBe('identity.missing');
  });

  it('is refused to who has not come three times', async () => {
    for (const day of ['2026-03-11', '2026-03-12', '2026-03-13'])
      expect(codeOf(await book('E4000001', { day, start: '15:00' }))).toBe(201);
    office.at('2026-03-16T09:00:00');
    expect(codeOf(await book('E4000001', { day: '2026-03-18', start: '15:00' }))).toBe('appointment.person');
    office.at('2026-04-20T09:00:00');
    expect(codeOf(await book('E4000001', { day: '2026-04-21', start: '15:00' }))).toBe(201);
  });

  it('is not for guessing codes', async () => {
    const guess = (code: number): Promise<Reply> =>
      office.send('GET', `appointments/YY2026030299999?code=${String(code).padStart(6, '0')}`);
    const codes = [];
    for (let code = 0; code < 30; code++) codes.push(codeOf(await guess(code)));
    expect(codes[0]).toBe('appointment.unknown');
    expect(codes.at(-1)).toBe('request.too-many');
  });
});

describe('screens and figures', () => {
  it('show who is called and how long one waits', async () => {
    await office.openHall('screen');
    const first = await take('screen');
    for (let index = 0; index < 5; index++) await take('screen');
    await call('screen', '1');
    const { json } = await office.send('GET', 'halls/screen/display');
    expect(json).toMatchObject({
      called: [{ number: first.number, window: '1', group: 'social', state: 'called' }],
      groups: [
        { group: 'social', waiting: 5, openWindows: 3, estimatedMinutes: Math.ceil((5 * 10) / 3) },
        { group: 'tax', waiting: 0, openWindows: 1, estimatedMinutes: 0 },
      ],
      notices: [],
      today: { taken: 6, served: 0 },
    });
    expect(codeOf(await office.send('GET', 'halls/none/display'))).toBe('hall.unknown');
  });

  it('show the notices of the day, of a hall published before there were notices none', async () => {
    const manager = { token: office.person('catalogue-manager', 'manager') };
    const notice = (title: string, from: string, until: string): object => ({ title, text: '请相互转告', from, until });
    const notices = [
      notice('今天的', '2026-03-01', '2026-03-02'),
      notice('明天的', '2026-03-03', '2026-03-04'),
      notice('过了的', '2026-02-01', '2026-03-01'),
    ];
    await office.send('PUT', 'halls/told', { ...definition, notices }, manager);
    const shown = async (): Promise<unknown> => (await office.send('GET', 'halls/told/display')).json['notices'];
    expect(await shown()).toEqual([{ title: '今天的', text: '请相互转告' }]);
    await office.dataSource.query(
      `update hall_version set definition = (definition::jsonb - 'notices')::json where hall = 'told'`,
    );
    expect(await shown()).toEqual([]);
    expect(await office.send('GET', 'halls/told')).toMatchObject({ json: { definition: { notices: [] } } });
  });

  it('follow the hall by events until they are cut off', async () => {
    await office.openHall('stream');
    const port = await office.app.listen('127.0.0.1', 0);
    const cut = new AbortController();
    const answer = await fetch(`http://127.0.0.1:${port}/v1/nodes/${district}/halls/stream/display/events`, {
      signal: cut.signal,
    });
    expect(answer.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    const reader = answer.body!.getReader();
    const read = async (): Promise<string> => Buffer.from((await reader.read()).value ?? []).toString();
    expect(await read()).toMatch(/^retry: 1000\n\nevent: display\ndata: \{"hall":"stream"/);
    const { number } = await take('stream');
    await call('stream', '1');
    let seen = '';
    for (let events = 0; events < 5 && !seen.includes(number); events++) seen = await read();
    expect(seen).toContain(`"number":"${number}"`);
    cut.abort();
    const began = performance.now();
    await office.serve();
    expect(performance.now() - began).toBeLessThan(8_000);
  });

  it('count waiting and service times per group and day', async () => {
    await office.openHall('figures');
    for (let index = 0; index < 4; index++) await take('figures');
    const start = office.time.at;
    for (const [wait, service] of [
      [60, 120],
      [120, 240],
    ] as const) {
      office.time.at = start + wait * 1_000;
      const { ticket } = (await call('figures', '1')).json;
      await act('figures', '1', ticket, 'service');
      office.time.at += service * 1_000;
      await act('figures', '1', ticket, 'finish', {});
    }
    const clerk = office.clerk('figures', '1');
    const { json } = await office.send('GET', 'halls/figures/figures?from=2026-03-01&to=2026-03-31', undefined, clerk);
    expect(json['figures']).toEqual([
      {
        ...{ day: '2026-03-02', group: 'social', taken: 4, appointments: 0, priority: 0, served: 2, noShow: 0 },
        ...{ cancelled: 0, averageWaitSeconds: 93, longWaitSeconds: 116, averageServiceSeconds: 180 },
      },
    ]);
    const wide = 'halls/figures/figures?from=2026-01-01&to=2026-12-31';
    expect(codeOf(await office.send('GET', wide, undefined, clerk))).toBe('request.invalid');
    expect(codeOf(await office.send('GET', wide))).toBe('identity.missing');
    const list = await office.send('GET', 'halls/figures/tickets?state=waiting', undefined, clerk);
    expect(list.json['tickets']).toHaveLength(2);
  });
});
