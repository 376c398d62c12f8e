import { localDate } from '@tongban/domain/calendar';
import {
  callsBefore,
  estimatedMinutes,
  recentServices,
  serviceMinutes,
  type HallDefinition,
  type Lane,
  type LaneCounts,
  type PriorityMark,
  type TicketState,
} from '@tongban/domain/hall';
import type { Sql } from '@tongban/journal';
import { isoInstant, ok, refuse, type NodeCode, type Result, type Uuid } from '@tongban/kernel';
import type { HallOptions } from '../ports.js';
import { readWindows, type WindowRow } from '../store/hall-store.js';
import { countAhead, countWaiting, findTicket, listCalled, type TicketRow } from '../store/ticket-store.js';
import { casesOf, readFigures, recentServiceTimes } from '../store/turn-store.js';
import { getHall } from './command.js';

/** Numbers that a screen shows. */
const maxShown = 30;
const nobody: LaneCounts = { priority: 0, appointment: 0, ordinary: 0 };

/** A hall as it stands: what estimates are made from. */
interface Standing {
  readonly definition: HallDefinition;
  readonly windows: readonly WindowRow[];
  readonly waiting: ReadonlyMap<string, LaneCounts>;
  readonly services: ReadonlyMap<string, readonly number[]>;
}

async function standingOf(sql: Sql, node: NodeCode, hall: string, day: string): Promise<Result<Standing>> {
  const published = await getHall(sql, node, hall);
  if (!published.ok) return published;
  return ok({
    definition: published.value.definition,
    windows: (await readWindows(sql, node, hall, day)).filter(({ clerk }) => clerk !== null),
    waiting: await countWaiting(sql, node, hall, day),
    services: await recentServiceTimes(sql, node, hall, day, recentServices),
  });
}

/** Minutes that a number of a lane with `ahead` before it has to expect. */
function expectedMinutes(
  { definition, windows, waiting, services }: Standing,
  group: string,
  lane: Lane,
  ahead: number,
): number {
  const serving = new Set(
    definition.windows.filter(({ groups }) => groups.includes(group)).map(({ number }) => number),
  );
  const open = windows.filter(({ number }) => serving.has(number));
  const usual = definition.groups.find(({ code }) => code === group)?.usualServiceMinutes ?? 1;
  const calls = open.reduce((sum, window) => sum + window.calls, 0);
  const before = callsBefore(lane, ahead, waiting.get(group) ?? nobody, calls);
  return estimatedMinutes(before, serviceMinutes(services.get(group) ?? [], usual), open.length);
}

export interface TicketView {
  readonly ticket: Uuid;
  readonly hall: string;
  readonly group: string;
  readonly number: string;
  readonly state: TicketState;
  readonly lane: Lane;
  readonly mark: PriorityMark | null;
  readonly window: string | null;
  readonly takenAt: string;
  /** Of its own lane; null unless it waits. */
  readonly ahead: number | null;
  readonly estimatedMinutes: number | null;
  readonly isOver: boolean;
}

const ended: readonly TicketState[] = ['served', 'noShow', 'cancelled'];

export function ticketViewOf(row: TicketRow, today: string): TicketView {
  const { id: ticket, hall, group, number, state, lane, mark, window } = row;
  return {
    ...{ ticket, hall, group, number, state, lane, mark, window, takenAt: isoInstant(row.takenAt) },
    ...{ ahead: null, estimatedMinutes: null },
    // What nobody served on its day is over with the day.
    isOver: ended.includes(state) || row.day < today,
  };
}

/** A number with its place in the queue. Refusal ticket.unknown. */
export function showTicket(
  tools: HallOptions,
  node: NodeCode,
  id: Uuid,
): Promise<Result<TicketView & { readonly cases: readonly Uuid[] }>> {
  const today = localDate(tools.clock.now());
  return tools.transactor.run(async (sql) => {
    const row = await findTicket(sql, node, id);
    if (row === undefined) return refuse('ticket.unknown', '没有这个号');
    const view = { ...ticketViewOf(row, today), cases: await casesOf(sql, node, id) };
    if (row.state !== 'waiting' || view.isOver) return ok(view);
    const standing = await standingOf(sql, node, row.hall, today);
    if (!standing.ok) return standing;
    const ahead = await countAhead(sql, node, row);
    return ok({ ...view, ahead, estimatedMinutes: expectedMinutes(standing.value, row.group, row.lane, ahead) });
  });
}

export interface Display {
  readonly hall: string;
  readonly name: string;
  /** The newest call first. */
  readonly called: readonly {
    readonly number: string;
    readonly window: string;
    readonly group: string;
    readonly state: TicketState;
    readonly calls: number;
  }[];
  readonly groups: readonly {
    readonly group: string;
    readonly name: string;
    readonly openWindows: number;
    readonly waiting: number;
    /** For somebody who takes an ordinary number now. */
    readonly estimatedMinutes: number;
  }[];
  /** Of today. */
  readonly notices: readonly { readonly title: string; readonly text: string }[];
  readonly today: { readonly taken: number; readonly served: number };
}

/** What the screens of a hall show: numbers and windows, nobody's name. Refusal hall.unknown. */
export function readDisplay(tools: HallOptions, node: NodeCode, hall: string): Promise<Result<Display>> {
  const today = localDate(tools.clock.now());
  return tools.transactor.run(async (sql) => {
    const read = await standingOf(sql, node, hall, today);
    if (!read.ok) return read;
    const { definition, windows, waiting } = read.value;
    const called = await listCalled(sql, node, hall, today, maxShown);
    const groups = definition.groups.map(({ code, name }) => {
      const serving = definition.windows.filter((window) => window.groups.includes(code)).map(({ number }) => number);
      const counts = waiting.get(code) ?? nobody;
      return {
        ...{ group: code, name, waiting: counts.priority + counts.appointment + counts.ordinary },
        openWindows: windows.filter(({ number }) => serving.includes(number)).length,
        estimatedMinutes: expectedMinutes(read.value, code, 'ordinary', counts.ordinary),
      };
    });
    const figures = await readFigures(sql, node, hall, today, today);
    return ok({
      ...{ hall, name: definition.name, groups },
      notices: definition.notices
        .filter(({ from, until }) => from <= today && today <= until)
        .map(({ title, text }) => ({ title, text })),
      today: {
        taken: figures.reduce((sum, { taken }) => sum + taken, 0),
        served: figures.reduce((sum, { served }) => sum + served, 0),
      },
      called: called.map(({ number, window, group, state, calls }) => ({
        ...{ number, window: window!, group, state, calls },
      })),
    });
  });
}
