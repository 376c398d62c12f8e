import fc from 'fast-check';
import { refusalCodes, roles } from '@tongban/kernel';
import { actionSpecs, ticketActions, ticketStages, ticketStates, ticketTable } from './ticket-table.js';
import {
  actOnTicket,
  maxCalls,
  maxTransfers,
  takeTicket,
  ticketNumber,
  type Ticket,
  type TicketAct,
} from './ticket.js';

const now = Date.parse('2026-03-02T02:00:00Z');
const fresh = (): Ticket => takeTicket({ group: 'social', mark: null, appointmentAt: null }, now);
const acts: readonly TicketAct[] = [
  { type: 'call', window: '1' },
  { type: 'recall', window: '2' },
  ...(['serve', 'finish', 'skip', 'noShow', 'cancel'] as const).map((type) => ({ type })),
  { type: 'transfer', group: 'tax' },
  { type: 'mark', mark: 'elderly' },
];
const states = Object.keys(ticketStates) as (keyof typeof ticketStates)[];
const must = (ticket: Ticket, ...done: readonly TicketAct[]): Ticket =>
  done.reduce((at, act) => {
    const moved = actOnTicket(at, act, now);
    if (!moved.ok) throw new Error(moved.refusal.code);
    return moved.value;
  }, ticket);

describe('the table of numbers', () => {
  it('decides every cell', () => {
    expect(Object.keys(ticketTable)).toEqual([...ticketStages]);
    for (const stage of ticketStages) {
      expect(Object.keys(ticketTable[stage])).toEqual([...ticketActions]);
      for (const action of ticketActions) {
        const cell = ticketTable[stage][action];
        if (!cell.allowed) expect(refusalCodes[cell.code]).toBeDefined();
      }
    }
  });

  it('reaches every state, and every open state leads to an end', () => {
    const reached = new Set<string>(['none']);
    const ending = new Set<string>(['served', 'noShow', 'cancelled']);
    for (let round = 0; round < ticketStages.length; round++)
      for (const stage of ticketStages)
        for (const action of ticketActions) {
          const cell = ticketTable[stage][action];
          if (!cell.allowed) continue;
          if (reached.has(stage)) reached.add(cell.leadsTo);
          if (ending.has(cell.leadsTo)) ending.add(stage);
        }
    expect([...reached].sort()).toEqual([...ticketStages].sort());
    expect([...ending].sort()).toEqual([...ticketStages].sort());
  });

  it.each(states.flatMap((state) => acts.map((act) => ({ state, act, type: act.type }))))(
    '$state × $type is what the rules do',
    ({ state, act }) => {
      const cell = ticketTable[state][act.type];
      const done = actOnTicket({ ...fresh(), state }, act, now);
      if (cell.allowed) expect(done).toMatchObject({ ok: true, value: { state: cell.leadsTo } });
      else expect(done).toMatchObject({ ok: false, refusal: { code: cell.code } });
    },
  );

  it.each(ticketActions)('says who may %s', (action) => {
    const { who, name } = actionSpecs[action];
    expect(name).toMatch(/^[\u4e00-\u9fff]+$/);
    if (who !== 'anybody') for (const role of who) expect(roles).toContain(role);
  });
});

describe('a number', () => {
  it('has a letter and three digits', () => {
    expect([ticketNumber('A', 1), ticketNumber('B', 999)]).toEqual(['A001', 'B999']);
  });

  it('waits in the lane of its mark, then of its appointment', () => {
    const of = (mark: Ticket['mark'], appointmentAt: number | null): Ticket =>
      takeTicket({ group: 'social', mark, appointmentAt }, now);
    expect([of('ill', now).lane, of(null, now).lane, of(null, null).lane]).toEqual([
      ...['priority', 'appointment', 'ordinary'],
    ]);
    expect(of(null, now + 5).place).toBe(now + 5);
    const marked = must(of(null, now), { type: 'mark', mark: 'greenChannel' });
    expect([marked.lane, must(marked, { type: 'mark', mark: null }).lane]).toEqual(['priority', 'appointment']);
  });

  it('keeps its place through a transfer and begins to wait anew for the statistics', () => {
    const called = must(fresh(), { type: 'call', window: '1' }, { type: 'serve' });
    const moved = actOnTicket(called, { type: 'transfer', group: 'tax' }, now + 60_000);
    expect(moved).toMatchObject({
      value: { place: now, queuedAt: now + 60_000, window: null, group: 'tax', calls: 0 },
    });
    expect(actOnTicket(called, { type: 'transfer', group: 'social' }, now)).toMatchObject({
      refusal: { code: 'request.invalid' },
    });
  });

  it('is called and transferred so often and no more, whatever is done', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...acts), { maxLength: 60 }), (done) => {
        let ticket = fresh();
        for (const [index, act] of done.entries()) {
          const group = ticket.group === 'tax' ? 'social' : 'tax';
          const moved = actOnTicket(ticket, act.type === 'transfer' ? { ...act, group } : act, now + index);
          if (!moved.ok) continue;
          ticket = moved.value;
          expect(ticket.calls).toBeLessThanOrEqual(maxCalls);
          expect(ticket.transfers).toBeLessThanOrEqual(maxTransfers);
          expect(ticket.takenAt).toBe(now);
          if (ticket.state === 'called' || ticket.state === 'serving') expect(ticket.window).not.toBeNull();
          if (ticket.state === 'waiting') expect(ticket.window).toBeNull();
        }
      }),
    );
    const often = must(fresh(), { type: 'call', window: '1' });
    const worn = Array.from({ length: maxCalls - 1 }).reduce<Ticket>(
      (at) => must(at, { type: 'recall', window: '1' }),
      often,
    );
    expect(actOnTicket(worn, { type: 'recall', window: '1' }, now)).toMatchObject({
      refusal: { code: 'ticket.bound' },
    });
    expect(actOnTicket(worn, { type: 'noShow' }, now).ok).toBe(true);
  });
});
