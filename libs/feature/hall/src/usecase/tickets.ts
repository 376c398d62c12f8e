import { localDate } from '@tongban/domain/calendar';
import {
  actionSpecs,
  actOnTicket,
  findGroup,
  givesTickets,
  groupServing,
  lanesFrom,
  maxTicketsPerDay,
  takeTicket,
  ticketNumber,
  type HallDefinition,
  type PriorityMark,
  type TicketAct,
  type WindowGroup,
} from '@tongban/domain/hall';
import { derivedId } from '@tongban/federation/nest';
import type { Sql } from '@tongban/journal';
import { ok, refuse, type NodeCode, type Result, type Uuid } from '@tongban/kernel';
import type { HallOptions } from '../ports.js';
import { countCall, lockWindow, nextInSeries, readWindows, type WindowRow } from '../store/hall-store.js';
import {
  findAtWindow,
  findTicket,
  insertTicket,
  lockNextTicket,
  saveTicket,
  type TicketRow,
} from '../store/ticket-store.js';
import { beginService, beginTurn, endTurn, linkCases, type TurnEnding } from '../store/turn-store.js';
import { getHall, once, type Caller } from './command.js';

/** Which queue: by its group, or by the item that one comes for. */
export interface Wanted {
  readonly hall: string;
  readonly group?: string | undefined;
  readonly item?: string | undefined;
}
export type TakenTicket = { readonly ticket: Uuid; readonly number: string };

/** Refusal request.invalid: neither names a group of the hall. */
export function wantedGroup(
  tools: HallOptions,
  node: NodeCode,
  hall: HallDefinition,
  { group, item }: Wanted,
): Result<WindowGroup> {
  const found =
    group !== undefined
      ? findGroup(hall, group)
      : item === undefined
        ? undefined
        : groupServing(hall, item, tools.departmentOf(node, item));
  return found === undefined ? refuse('request.invalid', '请选择大厅的窗口组，或大厅办理的事项') : ok(found);
}

/** At the kiosk or a window; works without a network, as numbers are the node's own. */
export function take(
  tools: HallOptions,
  caller: Caller,
  wanted: Wanted & { readonly mark?: PriorityMark | undefined },
): Promise<Result<TakenTicket>> {
  return once(tools, caller, 'take', async (sql, now, today) => {
    const hall = await getHall(sql, caller.node, wanted.hall);
    if (!hall.ok) return hall;
    const { definition } = hall.value;
    const group = wantedGroup(tools, caller.node, definition, wanted);
    if (!group.ok) return group;
    if (!givesTickets(definition, today, now, tools.calendar)) return refuse('hall.closed', '现在不是取号时间');
    const place = { hall: wanted.hall, group: group.value, mark: wanted.mark ?? null, appointmentAt: null };
    return putInQueue(sql, caller, place, now);
  });
}

export interface QueuePlace {
  readonly hall: string;
  readonly group: WindowGroup;
  readonly mark: PriorityMark | null;
  readonly appointmentAt: number | null;
}

/** Refusal hall.full. */
export async function putInQueue(
  sql: Sql,
  { node, key }: Pick<Caller, 'node' | 'key'>,
  { hall, group, mark, appointmentAt }: QueuePlace,
  now: number,
): Promise<Result<{ readonly subject: string; readonly outcome: TakenTicket }>> {
  const day = localDate(now);
  const sequence = await nextInSeries(sql, node, hall, `ticket ${group.code}`, day);
  if (sequence > maxTicketsPerDay) return refuse('hall.full', `“${group.name}”今日号已取完，请预约其他时间`);
  const taken = takeTicket({ group: group.code, mark, appointmentAt }, now);
  const id = derivedId(key, 'ticket');
  const number = ticketNumber(group.letter, sequence);
  await insertTicket(sql, node, { ...taken, id, hall, day, number, sequence });
  return ok({ subject: `ticket ${id}`, outcome: { ticket: id, number } });
}

/** The open window of the caller. Refusals: hall.window-state, hall.window-clerk. */
function ownWindow(window: WindowRow, caller: Caller): Result<void> {
  if (window.clerk === null) return refuse('hall.window-state', `${window.number} 号窗口没有开放`);
  return window.clerk === caller.subject ? ok(undefined) : refuse('hall.window-clerk', '不是该窗口的当班人员');
}

/** The next number to a window. Refusals: hall.*, ticket.* */
export function callNext(
  tools: HallOptions,
  caller: Caller,
  hall: string,
  number: string,
): Promise<Result<TakenTicket>> {
  return once(tools, caller, 'call', async (sql, now, today) => {
    const { node } = caller;
    const published = await getHall(sql, node, hall);
    if (!published.ok) return published;
    const groups = published.value.definition.windows.find((window) => window.number === number)?.groups;
    if (groups === undefined) return refuse('hall.window-unknown', `没有 ${number} 号窗口`);
    const window = await lockWindow(sql, node, hall, number, today);
    const own = ownWindow(window, caller);
    if (!own.ok) return own;
    const inHand = await findAtWindow(sql, node, hall, number);
    if (inHand !== undefined)
      return refuse('hall.window-busy', `${inHand.number} 号还没有办完`, { ticket: inHand.number });
    const next = await lockNextTicket(sql, node, { hall, day: today, groups }, lanesFrom(window.calls));
    if (next === undefined) return refuse('hall.nobody-waiting', '没有等候的号');
    const moved = actOnTicket(next, { type: 'call', window: number }, now);
    if (!moved.ok) return moved;
    const called = { ...next, ...moved.value };
    await saveTicket(sql, node, called);
    await countCall(sql, node, hall, number, today);
    await beginTurn(sql, node, called, caller.subject, true, now);
    return ok({ subject: `ticket ${next.id}`, outcome: { ticket: next.id, number: next.number } });
  });
}

/** Calls again at the same window, or calls somebody who had been passed over to a free one. */
export function recall(tools: HallOptions, caller: Caller, id: Uuid, number: string): Promise<Result<TakenTicket>> {
  return once(tools, caller, 'recall', async (sql, now, today) => {
    const { node } = caller;
    const seen = await findTicket(sql, node, id);
    if (seen === undefined) return refuse('ticket.unknown', '没有这个号');
    const window = await lockWindow(sql, node, seen.hall, number, today);
    const own = ownWindow(window, caller);
    if (!own.ok) return own;
    const ticket = await lockedTicket(sql, node, id, today);
    if (!ticket.ok) return ticket;
    const inHand = await findAtWindow(sql, node, seen.hall, number);
    if (inHand !== undefined && inHand.id !== id)
      return refuse('hall.window-busy', `${inHand.number} 号还没有办完`, { ticket: inHand.number });
    if (ticket.value.state === 'called' && ticket.value.window !== number)
      return refuse('hall.window-clerk', `该号已由 ${ticket.value.window} 号窗口呼叫`);
    const moved = actOnTicket(ticket.value, { type: 'recall', window: number }, now);
    if (!moved.ok) return moved;
    const called = { ...ticket.value, ...moved.value };
    await saveTicket(sql, node, called);
    if (ticket.value.state === 'skipped') await beginTurn(sql, node, called, caller.subject, false, now);
    return ok({ subject: `ticket ${id}`, outcome: { ticket: id, number: called.number } });
  });
}

/** What is left of another day is over, but a window may finish what it still has in hand. */
async function lockedTicket(sql: Sql, node: NodeCode, id: Uuid, today: string): Promise<Result<TicketRow>> {
  const ticket = await findTicket(sql, node, id, 'for update');
  if (ticket === undefined) return refuse('ticket.unknown', '没有这个号');
  const inHand = ticket.state === 'called' || ticket.state === 'serving';
  return ticket.day === today || inHand ? ok(ticket) : refuse('ticket.state', '该号不是今日的号', { day: ticket.day });
}

const endings: Partial<Record<TicketAct['type'], TurnEnding>> = {
  ...{ finish: 'served', skip: 'skipped', transfer: 'transferred', noShow: 'noShow' },
};

/** Everything that is done with one number beside calling it; `cases` are those that were served with it. */
export function act(
  tools: HallOptions,
  caller: Caller,
  id: Uuid,
  wanted: Exclude<TicketAct, { type: 'call' | 'recall' }>,
  cases: readonly Uuid[] = [],
): Promise<Result<TakenTicket>> {
  return once(tools, caller, wanted.type, async (sql, now, today) => {
    const { node } = caller;
    const ticket = await lockedTicket(sql, node, id, today);
    if (!ticket.ok) return ticket;
    const { hall, window, number } = ticket.value;
    const moved = actOnTicket(ticket.value, wanted, now);
    if (!moved.ok) return moved;
    if (actionSpecs[wanted.type].atItsWindow === true) {
      const at = (await readWindows(sql, node, hall, today)).find((one) => one.number === window);
      const own = at === undefined ? refuse('hall.window-state', '窗口没有开放') : ownWindow(at, caller);
      if (!own.ok) return own;
    }
    const fits = await checkTarget(tools, sql, node, hall, wanted, cases);
    if (!fits.ok) return fits;
    await saveTicket(sql, node, { ...ticket.value, ...moved.value });
    const ending = endings[wanted.type];
    if (wanted.type === 'serve') await beginService(sql, node, id, now);
    if (ending !== undefined) await endTurn(sql, node, id, ending, now);
    if (cases.length > 0) await linkCases(sql, node, id, cases);
    return ok({ subject: `ticket ${id}`, outcome: { ticket: id, number } });
  });
}

async function checkTarget(
  tools: HallOptions,
  sql: Sql,
  node: NodeCode,
  hall: string,
  wanted: TicketAct,
  cases: readonly Uuid[],
): Promise<Result<void>> {
  for (const record of cases)
    if (!(await tools.holdsCase(sql, node, record))) return refuse('case.unknown', '本级没有这个办件', { record });
  if (wanted.type !== 'transfer') return ok(undefined);
  const published = await getHall(sql, node, hall);
  if (!published.ok) return published;
  return findGroup(published.value.definition, wanted.group) === undefined
    ? refuse('request.invalid', '大厅没有这个窗口组', { group: wanted.group })
    : ok(undefined);
}
