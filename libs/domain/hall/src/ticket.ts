import { ok, refuse, type Instant, type Result } from '@tongban/kernel';
import type { Lane, PriorityMark } from './calling.js';
import { actionSpecs, ticketStates, ticketTable, type TicketAction, type TicketState } from './ticket-table.js';

/** How often a number is called, and passed on to another group, before its holder takes a new one. */
export const maxCalls = 5;
export const maxTransfers = 3;
/** Numbers of one group on one day: three digits. */
export const maxTicketsPerDay = 999;

export interface Ticket {
  readonly group: string;
  readonly lane: Lane;
  readonly mark: PriorityMark | null;
  readonly state: TicketState;
  /** Where it was called to; kept when it is done. */
  readonly window: string | null;
  readonly calls: number;
  readonly transfers: number;
  readonly takenAt: Instant;
  /** Since when it waits in this group: for the statistics. */
  readonly queuedAt: Instant;
  /** Its place in the lane, which a transfer keeps: nobody waits twice. */
  readonly place: Instant;
  readonly fromAppointment: boolean;
}

export type TicketAct =
  | { readonly type: 'call' | 'recall'; readonly window: string }
  | { readonly type: 'serve' | 'finish' | 'skip' | 'noShow' | 'cancel' }
  | { readonly type: 'transfer'; readonly group: string }
  | { readonly type: 'mark'; readonly mark: PriorityMark | null };

export interface NewTicket {
  readonly group: string;
  readonly mark: PriorityMark | null;
  /** Start of the slot of the appointment that it is taken for. */
  readonly appointmentAt: Instant | null;
}

const laneOf = (mark: PriorityMark | null, fromAppointment: boolean): Lane =>
  mark !== null ? 'priority' : fromAppointment ? 'appointment' : 'ordinary';

/** Who comes before the slot waits from its start on, so that coming early earns nothing. */
export function takeTicket({ group, mark, appointmentAt }: NewTicket, now: Instant): Ticket {
  const fromAppointment = appointmentAt !== null;
  return {
    ...{ group, mark, fromAppointment, lane: laneOf(mark, fromAppointment), state: 'waiting', window: null },
    ...{ calls: 0, transfers: 0, takenAt: now, queuedAt: now, place: appointmentAt ?? now },
  };
}

/** `A007` for the seventh number of group A on a day. */
export const ticketNumber = (letter: string, sequence: number): string =>
  `${letter}${String(sequence).padStart(String(maxTicketsPerDay).length, '0')}`;

/** What a number is after an act. Refusals: ticket.state, ticket.bound, request.invalid. */
export function actOnTicket(ticket: Ticket, act: TicketAct, now: Instant): Result<Ticket> {
  const cell = ticketTable[ticket.state][act.type satisfies TicketAction];
  if (!cell.allowed) {
    const detail = `该号${ticketStates[ticket.state]}，不能${actionSpecs[act.type].name}`;
    return refuse(cell.code, detail, { state: ticket.state, action: act.type });
  }
  const moved: Ticket = { ...ticket, state: cell.leadsTo };
  switch (act.type) {
    case 'call':
    case 'recall':
      return ticket.calls >= maxCalls
        ? refuse('ticket.bound', `该号已呼叫 ${maxCalls} 次，请登记未到`, { calls: ticket.calls })
        : ok({ ...moved, window: act.window, calls: ticket.calls + 1 });
    case 'transfer':
      if (act.group === ticket.group) return refuse('request.invalid', '该号已在这个窗口组');
      return ticket.transfers >= maxTransfers
        ? refuse('ticket.bound', `该号已转窗 ${maxTransfers} 次，请在本窗口办理`, { transfers: ticket.transfers })
        : ok({
            ...moved,
            ...{ group: act.group, window: null, calls: 0, transfers: ticket.transfers + 1, queuedAt: now },
          });
    case 'mark':
      return ok({ ...moved, mark: act.mark, lane: laneOf(act.mark, ticket.fromAppointment) });
    default:
      return ok(moved);
  }
}
