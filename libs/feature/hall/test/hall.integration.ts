import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import { nextToCall, type Waiting } from '@tongban/domain/hall';
import { nodeCode } from '@tongban/kernel';
import { listTickets } from '../src/store/ticket-store.js';
import { definition, district, heldCase, Office, type Reply } from './office.js';

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

describe('a hall', () => {
  const manager = (): { token: string } => ({ token: office.person('catalogue-manager', 'manager') });

  it('is published in versions by its manager, and shown to anybody', async () => {
    const key = randomUUID();
    const first = await office.send('PUT', 'halls/centre', definition, { ...manager(), key });
    expect(first).toMatchObject({ status: 200, json: { hall: 'centre', version: 1 } });
    expect(await office.send('PUT', 'halls/centre', definition, { ...manager(), key })).toEqual(first);
    const other = { ...definition, name: '另一个大厅' };
    expect(codeOf(await office.send('PUT', 'halls/centre', other, { ...manager(), key }))).toBe('request.key-reused');
    expect(codeOf(await office.send('PUT', 'halls/centre', other, { ...manager(), ifMatch: 0 }))).toBe('request.stale');
    expect((await office.send('PUT', 'halls/centre', other, { ...manager(), ifMatch: 1 })).json['version']).toBe(2);
    expect(await office.send('GET', 'halls/centre')).toMatchObject({ json: { definition: { name: '另一个大厅' } } });
    expect((await office.send('GET', 'halls')).json['halls']).toHaveLength(1);
    expect(codeOf(await office.send('GET', 'halls/none'))).toBe('hall.unknown');
    const broken = { ...definition, windows: definition.windows.slice(0, 1) };
    expect(codeOf(await office.send('PUT', 'halls/centre', broken, manager()))).toBe('hall.invalid');
  });

  it('is published by nobody else', async () => {
    const clerk = { token: office.person('clerk', 'li') };
    expect(codeOf(await office.send('PUT', 'halls/centre', definition, clerk))).toBe('jurisdiction.role');
    const elsewhere = { token: office.person('catalogue-manager', 'far', nodeCode('371103000000')) };
    expect(codeOf(await office.send('PUT', 'halls/centre', definition, elsewhere))).toBe('jurisdiction.division');
    expect(codeOf(await office.send('PUT', 'halls/centre', definition))).toBe('identity.missing');
  });

  it('has windows at which one clerk sits, and nobody at two', async () => {
    await office.openHall('windows');
    const first = office.clerk('windows', '1');
    const open = (number: string, who = first): Promise<unknown> =>
      office.send('POST', `halls/windows/windows/${number}/opening`, undefined, who).then(codeOf);
    expect(await open('1')).toBe('hall.window-state');
    expect(await open('9')).toBe('hall.window-unknown');
    expect(await open('2', { token: office.person('clerk', 'new') })).toBe('hall.window-state');
    const close = (number: string, who = first): Promise<unknown> =>
      office.send('POST', `halls/windows/windows/${number}/closing`, undefined, who).then(codeOf);
    expect(await close('2')).toBe('hall.window-clerk');
    expect(await close('2', manager())).toBe(200);
    expect(await close('2', manager())).toBe('hall.window-state');
    expect(await open('2')).toBe('hall.window-state');
    expect(codeOf(await call('windows', '2'))).toBe('hall.window-state');
    await take('windows');
    await call('windows', '1');
    expect(await close('1')).toBe('hall.window-busy');
    expect(codeOf(await call('windows', '1'))).toBe('hall.window-busy');
    const stranger = { token: office.person('clerk', 'stranger') };
    expect(codeOf(await office.send('POST', 'halls/windows/windows/3/call', undefined, stranger))).toBe(
      'hall.window-clerk',
    );
  });
});

describe('a number', () => {
  it('is taken, called, served and linked to its case, each once for its key', async () => {
    await office.openHall('life');
    const key = randomUUID();
    const wish = { hall: 'life', item: '370500013001' };
    const taken = await office.send('POST', 'tickets', wish, { key });
    expect(taken).toMatchObject({ status: 201, json: { number: 'A001' } });
    expect(await office.send('POST', 'tickets', wish, { key })).toEqual(taken);
    const { ticket } = taken.json;
    expect(await ticketOf(ticket)).toMatchObject({ state: 'waiting', ahead: 0, estimatedMinutes: 0 });
    const second = await take('life');
    expect(second.number).toBe('A002');
    expect((await take('life', undefined, { item: '370500013002', group: undefined })).number).toBe('B001');
    const callKey = randomUUID();
    const called = await call('life', '1', callKey);
    expect(called.json).toEqual({ ticket, number: 'A001' });
    expect(await call('life', '1', callKey)).toEqual(called);
    expect(codeOf(await act('life', '2', ticket, 'service'))).toBe('hall.window-clerk');
    expect(codeOf(await act('life', '1', ticket, 'finish', {}))).toBe('ticket.state');
    expect(codeOf(await act('life', '1', ticket, 'recall', { window: '1' }))).toBe(200);
    expect(codeOf(await act('life', '1', ticket, 'service'))).toBe(200);
    expect(codeOf(await act('life', '1', ticket, 'finish', { cases: [randomUUID()] }))).toBe('case.unknown');
    expect(codeOf(await act('life', '1', ticket, 'finish', { cases: [heldCase] }))).toBe(200);
    expect(await ticketOf(ticket)).toMatchObject({ state: 'served', cases: [heldCase], isOver: true, window: '1' });
    expect(codeOf(await office.send('POST', `tickets/${String(ticket)}/cancellation`))).toBe('ticket.state');
    expect(codeOf(await office.send('POST', `tickets/${second.ticket}/cancellation`))).toBe(200);
    expect(codeOf(await office.send('GET', `tickets/${randomUUID()}`))).toBe('ticket.unknown');
  });

  it('passed over is called back to a free window, or noted as absent', async () => {
    await office.openHall('skipped');
    const [first, second] = [await take('skipped'), await take('skipped')];
    await call('skipped', '1');
    expect(codeOf(await act('skipped', '1', first.ticket, 'skip'))).toBe(200);
    expect((await call('skipped', '1')).json['number']).toBe(second.number);
    expect(codeOf(await act('skipped', '1', first.ticket, 'recall', { window: '1' }))).toBe('hall.window-busy');
    expect(codeOf(await act('skipped', '3', first.ticket, 'recall', { window: '3' }))).toBe(200);
    expect(codeOf(await act('skipped', '1', first.ticket, 'recall', { window: '1' }))).toBe('hall.window-busy');
    expect(codeOf(await act('skipped', '3', first.ticket, 'no-show'))).toBe(200);
    expect(await ticketOf(first.ticket)).toMatchObject({ state: 'noShow' });
  });

  it('is passed on to another group and keeps its place', async () => {
    await office.openHall('moved');
    const [first, tax] = [await take('moved'), await take('moved', 'tax')];
    await call('moved', '1');
    await act('moved', '1', first.ticket, 'service');
    expect(codeOf(await act('moved', '1', first.ticket, 'transfer', { group: 'none' }))).toBe('request.invalid');
    expect(codeOf(await act('moved', '1', first.ticket, 'transfer', { group: 'tax' }))).toBe(200);
    expect(codeOf(await call('moved', '1'))).toBe('hall.nobody-waiting');
    expect((await call('moved', '2')).json['number']).toBe(first.number);
    expect(await ticketOf(tax.ticket)).toMatchObject({ ahead: 0 });
  });

  it('with a mark is called in the turns of its lane; the green channel is granted by staff', async () => {
    await office.openHall('marks');
    const own = await office.send('POST', 'tickets', { hall: 'marks', group: 'social', mark: 'greenChannel' });
    expect(codeOf(own)).toBe('request.invalid');
    const [plain, other] = [await take('marks'), await take('marks')];
    const old = await take('marks', 'social', { mark: 'elderly' });
    const invited = await take('marks');
    expect(codeOf(await act('marks', '1', invited.ticket, 'priority', { mark: 'greenChannel' }))).toBe(200);
    const order: unknown[] = [];
    for (let turn = 0; turn < 4; turn++) {
      const { json } = await call('marks', '1');
      order.push(json['number']);
      await act('marks', '1', json['ticket'], 'service');
      await act('marks', '1', json['ticket'], 'finish', {});
    }
    // Priority; no appointment waits and the ordinary lane follows; then its own turn; priority again.
    expect(order).toEqual([old, plain, other, invited].map(({ number }) => number));
  });

  it('of yesterday is over, and what a window still has in hand can be settled', async () => {
    await office.openHall('yesterday');
    const [called, waiting] = [await take('yesterday'), await take('yesterday')];
    await call('yesterday', '1');
    office.at('2026-03-03T09:00:00');
    expect(await ticketOf(waiting.ticket)).toMatchObject({ isOver: true, ahead: null });
    expect(codeOf(await office.send('POST', `tickets/${waiting.ticket}/cancellation`))).toBe('ticket.state');
    expect(codeOf(await act('yesterday', '1', called.ticket, 'no-show'))).toBe(200);
    expect(codeOf(await call('yesterday', '1'))).toBe('hall.nobody-waiting');
    expect((await take('yesterday')).number).toBe('A001');
  });

  it('is not given out when the hall is closed, nor called by a clerk of elsewhere', async () => {
    await office.openHall('shut');
    for (const time of ['2026-03-02T07:59:00', '2026-03-02T17:00:00', '2026-03-01T10:00:00']) {
      office.at(time);
      expect(codeOf(await office.send('POST', 'tickets', { hall: 'shut', group: 'social' }))).toBe('hall.closed');
    }
    const far = { token: office.person('clerk', 'far', nodeCode('371103000000')) };
    expect(codeOf(await office.send('POST', 'halls/shut/windows/1/call', undefined, far))).toBe(
      'jurisdiction.division',
    );
    const agent = { token: office.person('agent', 'chen') };
    expect(codeOf(await office.send('POST', 'halls/shut/windows/1/call', undefined, agent))).toBe('jurisdiction.role');
  });
});

describe('the queue', () => {
  it('never gives two windows the same number, however they call at the same time', async () => {
    await office.openHall('race');
    const taken = [];
    for (let index = 0; index < 24; index++) taken.push((await take('race')).number);
    const called: unknown[] = [];
    for (let round = 0; round < 8; round++) {
      const answers = await Promise.all(['1', '2', '3'].map((window) => call('race', window)));
      for (const [index, { status, json }] of answers.entries()) {
        expect(status).toBe(200);
        called.push(json['number']);
        await act('race', String(index + 1), json['ticket'], 'service');
        await act('race', String(index + 1), json['ticket'], 'finish', {});
      }
    }
    expect([...called].sort()).toEqual([...taken].sort());
    expect(new Set(called).size).toBe(24);
  });

  it('gives one window one number when its clerk presses twice with different keys', async () => {
    await office.openHall('twice');
    await take('twice');
    await take('twice');
    const answers = await Promise.all(Array.from({ length: 4 }, () => call('twice', '1')));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    for (const reply of answers.filter(({ status }) => status !== 200)) expect(codeOf(reply)).toBe('hall.window-busy');
  });

  it('gives the same number for the same key, also when both come at once', async () => {
    await office.openHall('replay');
    await take('replay');
    await take('replay');
    const key = randomUUID();
    const answers = await Promise.all(Array.from({ length: 4 }, () => call('replay', '1', key)));
    expect(new Set(answers.map(({ json }) => JSON.stringify(json))).size).toBe(1);
    expect(answers[0]).toMatchObject({ status: 200, json: { number: 'A001' } });
  });

  it('calls in the order of the rule, seen by PostgreSQL as by the rule itself', async () => {
    await office.openHall('order');
    const marks = ['elderly', undefined, undefined, 'ill', undefined, undefined, 'pregnant', undefined] as const;
    for (const [index, mark] of marks.entries())
      await take('order', index % 3 === 2 ? 'tax' : 'social', mark === undefined ? {} : { mark });
    for (let calls = 0; calls < marks.length; calls++) {
      const rows = await office.transactor.run((sql) =>
        listTickets(sql, district, 'order', '2026-03-02', 'waiting', 100),
      );
      const expected = nextToCall<Waiting & { number: string }>(rows, calls)!.number;
      const { json } = await call('order', '2');
      expect(json['number']).toBe(expected);
      await act('order', '2', json['ticket'], 'no-show');
    }
  });

  it('outlives the process: a new one goes on where the old one was', async () => {
    await office.openHall('restart');
    const [first, second] = [await take('restart'), await take('restart')];
    await call('restart', '1');
    await office.serve();
    expect(await ticketOf(first.ticket)).toMatchObject({ state: 'called', window: '1' });
    expect(codeOf(await act('restart', '1', first.ticket, 'service'))).toBe(200);
    expect((await call('restart', '3')).json['number']).toBe(second.number);
    expect((await take('restart')).number).toBe('A003');
  });
});
