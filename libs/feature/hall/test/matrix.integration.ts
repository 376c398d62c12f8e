import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import {
  actionSpecs,
  ticketActions,
  ticketStages,
  ticketTable,
  type TicketAction,
  type TicketStage,
} from '@tongban/domain/hall';
import { roles, type Role } from '@tongban/kernel';
import { Office, type Reply } from './office.js';

jest.setTimeout(120_000);

const hall = 'matrix';
let office: Office;

beforeAll(async () => {
  office = await Office.open('2026-03-02');
  await office.openHall(hall);
});
afterAll(async () => {
  await office?.close();
});

const codeOf = ({ status, json }: Reply): unknown => (status < 300 ? 'may' : json['code']);
const post = (path: string, body?: object, by?: { token: string }): Promise<Reply> =>
  office.send('POST', path, body, by);
const own = (): { token: string } => office.clerk(hall, '1');

/** The route of each action, on a number or on the window that calls. */
const routes: Readonly<Record<TicketAction, (ticket: string, by?: { token: string }) => Promise<Reply>>> = {
  take: (_ticket, by) => post('tickets', { hall, group: 'social' }, by),
  call: (_ticket, by) => post(`halls/${hall}/windows/1/call`, undefined, by),
  recall: (ticket, by) => post(`tickets/${ticket}/recall`, { window: '1' }, by),
  serve: (ticket, by) => post(`tickets/${ticket}/service`, undefined, by),
  finish: (ticket, by) => post(`tickets/${ticket}/finish`, { cases: [] }, by),
  skip: (ticket, by) => post(`tickets/${ticket}/skip`, undefined, by),
  transfer: (ticket, by) => post(`tickets/${ticket}/transfer`, { group: 'tax' }, by),
  noShow: (ticket, by) => post(`tickets/${ticket}/no-show`, undefined, by),
  mark: (ticket, by) => post(`tickets/${ticket}/priority`, { mark: 'elderly' }, by),
  cancel: (ticket, by) => post(`tickets/${ticket}/cancellation`, undefined, by),
};

/** What was done with a number before it is in a state. */
const before: Readonly<Record<TicketStage, readonly TicketAction[]>> = {
  none: [],
  waiting: ['take'],
  called: ['take', 'call'],
  serving: ['take', 'call', 'serve'],
  skipped: ['take', 'call', 'skip'],
  served: ['take', 'call', 'serve', 'finish'],
  noShow: ['take', 'call', 'skip', 'noShow'],
  cancelled: ['take', 'cancel'],
};

/** A number in a state, the only one that the hall has. */
async function numberIn(stage: TicketStage): Promise<string> {
  await office.dataSource.query(`update ticket set state = 'cancelled' where hall = $1`, [hall]);
  let ticket: string = randomUUID();
  for (const action of before[stage]) {
    const done = await routes[action](ticket, own());
    if (codeOf(done) !== 'may') throw new Error(`${stage}: ${action} ${JSON.stringify(done.json)}`);
    if (action === 'take') ticket = String(done.json['ticket']);
  }
  return ticket;
}

/** A window calls whoever waits: that is told in its own words. */
const atTheWindow: Readonly<Partial<Record<TicketStage, string>>> = {
  waiting: 'may',
  called: 'hall.window-busy',
  serving: 'hall.window-busy',
};

function expected(stage: TicketStage, action: TicketAction, role: Role): string {
  const { who } = actionSpecs[action];
  if (who !== 'anybody' && !who.includes(role)) return 'jurisdiction.role';
  if (action === 'take') return 'may';
  if (action === 'call') return atTheWindow[stage] ?? 'hall.nobody-waiting';
  if (stage === 'none') return 'ticket.unknown';
  const cell = ticketTable[stage][action];
  return cell.allowed ? 'may' : cell.code;
}

const cells = ticketStages.length * ticketActions.length * roles.length;

describe(`action × state × role: ${cells} cells`, () => {
  let asked = 0;
  it.each(ticketStages)('%s', async (stage) => {
    const wrong: string[] = [];
    let ticket = await numberIn(stage);
    for (const action of ticketActions)
      for (const role of roles) {
        const by = role === 'clerk' ? own() : { token: office.person(role, `somebody-${role}`) };
        const code = codeOf(await routes[action](ticket, by));
        const want = expected(stage, action, role);
        asked += 1;
        if (code !== want) wrong.push(`${action} by ${role}: ${String(code)}, not ${want}`);
        if (code === 'may') ticket = await numberIn(stage);
      }
    expect(wrong).toEqual([]);
  });

  it('has no cell that was not asked', () => {
    process.stdout.write(`hall: ${asked} cells of action × state × role\n`);
    expect(asked).toBe(cells);
  });
});
